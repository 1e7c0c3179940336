"""Whole stories in a real browser, as the people in them would tell them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from channels.message import Channel
from outreach import intake, policy_book, sandbox, users, uses
from outreach.lifecycle import Role
from outreach.reports.gifts import gift
from policies.library import text
from tests.web.conftest import served
from tests.web.seed import DAY, HOUR, Company
from tests.web.visitor import Visitor
from web.app import create_app

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CUSTOMERS = "external_id,name,email,phone,language,timezone,consent_email,consent_sms,created_at\n"
CONTACTS = "external_id,customer,kind,touchpoint,value,occurred_at\n"


@pytest.fixture
def visitor(browser: "Browser") -> Iterator[Visitor]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, timezone_id="Europe/Amsterdam", locale="en")
    found = Visitor(context.new_page(), "")
    yield found
    context.close()
    assert found.complaints == []


def written(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


def bring(visitor: Visitor, folder: Path, what: str, rows: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    file = folder / f"{what}.csv"
    file.write_text(rows, encoding="utf-8")
    visitor.page.get_by_role("link", name=f"Bring in {what}").first.click()
    visitor.page.get_by_label("File").set_input_files(file)
    visitor.page.get_by_role("button", name="Bring it in").click()
    visitor.page.get_by_text("already there,").wait_for()
    assert Axe().run(visitor.page).violations_count == 0


def until_asked(company: Company, customer: str) -> None:
    """Let days pass in which the customer visits now and then, and uses what they are given, until they are asked."""
    for step in range(120):
        company.now += 6 * HOUR
        if step % 16 == 0:
            visit = {"external_id": f"V-{step}", "customer": customer, "kind": "visit", "touchpoint": "the shop",
                     "value": 90, "occurred_at": written(company.now - HOUR)}  # fmt: skip
            intake.receive_contacts(company.runtime, [visit])
        for _ in range(3):
            company.clock.tick()
        with company.runtime.reading() as session:
            lines = sandbox.thread(session, customer)
        for line in lines:
            given = gift(company.runtime, line.link.rpartition("/")[2]) if line.kind == "content" else None
            if given:
                uses.record(company.runtime, given.outreach_id)
        if any(line.kind == "ask" for line in lines):
            return
    raise AssertionError("nobody asked")


def test_from_the_first_start_to_the_first_answer(empty: Company, visitor: Visitor, tmp_path: Path) -> None:
    policy_book.publish(empty.runtime, text("guard"), "outreach migrate")
    page, since = visitor.page, written(empty.now - 400 * DAY)
    with served(create_app(empty.runtime)) as visitor.site:
        visitor.go("/")
        page.get_by_role("link", name="The first steps").click()
        page.get_by_role("button", name="Add the texts that come with Outreach").click()
        page.get_by_text("texts were added.").wait_for()
        visitor.go("/begin")
        people = "".join(
            f"C-{n},Anna {n},anna{n}@example.com,,en,Europe/Amsterdam,yes,no,{since}\n" for n in range(1, 9)
        )
        bring(visitor, tmp_path, "customers", CUSTOMERS + people)
        contacts = "".join(
            f"E-{n}-{d},C-{n},visit,the shop,80,{written(empty.now - d * DAY)}\n"
            for n in range(1, 9)
            for d in (3, 30, 60)
        )
        bring(visitor, tmp_path, "contacts", CONTACTS + contacts)
        page.get_by_role("link", name="The first steps").click()
        page.get_by_role("button", name=re.compile("Begin with it.*After a valuable contact")).click()
        amount = page.locator("input[name='contact.minimum_value']")
        amount.fill("50")
        amount.press("Tab")
        page.locator("#brought .weeks").first.wait_for(timeout=60_000)
        page.get_by_role("button", name="Save the draft").click()
        page.get_by_text("The draft is saved.").wait_for()
        page.get_by_role("button", name="Put it forward").click()
        page.get_by_role("link", name="after-valuable-contact", exact=True).click()
        page.get_by_role("button", name="Publish").click()
        page.get_by_text("Published: from now on this holds.").wait_for()
        visitor.go("/begin")
        page.get_by_text("That is all.").wait_for()
        until_asked(empty, "C-1")
        visitor.go("/sandbox/C-1")
        page.locator(".mailbox input[name=text]").first.fill("9 you always call back")
        page.locator(".mailbox").get_by_role("button", name="Send").first.click()
        visitor.go("/replies")
        first = page.locator(".replies > li").first
        assert "you always call back" in first.inner_text()
        assert first.locator(".score").inner_text() == "9"


def test_an_answer_by_sms_in_the_sandbox_stands_on_the_replies_page(company: Company, visitor: Visitor) -> None:
    page = visitor.page
    with served(create_app(company.runtime)) as visitor.site:
        visitor.go("/sandbox/C-1002")
        page.locator(".phone input[name=text]").fill("7 maar de bezorger was laat")
        page.locator(".phone").get_by_role("button", name="Send").click()
        page.get_by_role("link", name="Replies").click()
        first = page.locator(".replies > li").first
        assert "de bezorger was laat" in first.inner_text()
        first.get_by_role("link").first.click()
        page.get_by_text("de bezorger was laat").first.wait_for()


def test_a_stop_by_sms_is_seen_and_nothing_more_is_sent(company: Company, visitor: Visitor) -> None:
    page = visitor.page
    with served(create_app(company.runtime)) as visitor.site:
        visitor.go("/sandbox/C-1002")
        page.locator(".phone input[name=text]").fill("STOP")
        page.locator(".phone").get_by_role("button", name="Send").click()
        visitor.go("/customers/C-1002")
        assert "asked us to stop" in page.locator("main").inner_text()
        with company.runtime.reading() as session:
            before = [line for line in sandbox.thread(session, "C-1002") if line.kind != "reply"]
        company.live(20, 14)
        with company.runtime.reading() as session:
            after = [line for line in sandbox.thread(session, "C-1002") if line.kind != "reply"]
        assert [line for line in after if line.channel == Channel.SMS] == [
            line for line in before if line.channel == Channel.SMS
        ]


def test_why_somebody_was_not_asked_is_found_without_help(company: Company, visitor: Visitor) -> None:
    page = visitor.page
    with served(create_app(company.runtime)) as visitor.site:
        visitor.go("/")
        page.get_by_role("link", name="Customers", exact=True).click()
        page.get_by_label("Search customers").fill("Eva")
        page.get_by_role("link", name="Eva Smit").click()
        page.get_by_role("heading", name="When could we ask next?").wait_for()
        page.locator(".timeline summary", has_text="Left in peace").first.click()
        page.locator(".timeline .brake--decides .brake-says").first.wait_for()
        assert page.locator(".timeline .brake--decides .brake-says").first.inner_text()


def test_a_viewer_sees_everything_and_can_change_nothing(company: Company, visitor: Visitor) -> None:
    runtime = company.runtime
    for name, role in (("ada", Role.ADMIN), ("vic", Role.VIEWER)):
        users.choose_password(
            runtime, users.add(runtime, name, role, "outreach user"), "a long enough sentence of ours"
        )
    page = visitor.page
    with served(create_app(runtime)) as visitor.site:
        visitor.go("/")
        page.get_by_label("Name").fill("vic")
        page.get_by_label("Password").fill("a long enough sentence of ours")
        page.get_by_role("button", name="Sign in").click()
        page.locator(".lede").first.wait_for()
        forbidden = {
            "/sending": {"sending": "stop"},
            "/policies/guard/draft": {"document": "x"},
            "/policies/guard/publish": {"revision": "1"},
            "/content/1": {"body": "x"},
            "/content/starter": {},
            "/customer/pause": {"external_id": "C-1001", "days": "30"},
            "/replies/1/decide": {"as": "stop"},
            "/sandbox/C-1001/answer": {"text": "9", "channel": "email", "key": "k"},
            "/settings/tokens": {"name": "x"},
            "/settings/users": {"name": "x", "role": "admin"},
        }
        token = page.locator("input[name=csrf_token]").first.input_value()
        for path, form in forbidden.items():
            answer = page.request.post(visitor.site + path, form={"csrf_token": token, **form})
            assert answer.status == 403, path
            assert "Your role does not allow this" in answer.text(), path
        for path in ("/settings", "/settings/audit", "/settings/users", "/settings/tokens"):
            assert page.request.get(visitor.site + path).status == 403, path
        for path in ("/customers", "/replies", "/policies", "/content", "/surveys", "/content/1", "/sandbox", "/begin"):
            assert page.request.get(visitor.site + path).status == 200, path
        visitor.go("/content/1")
        assert page.get_by_role("button", name="Save").count() == 0
