"""The pages in a real browser: the whole walk, both themes, a phone's width, a keyboard. Screenshots are kept."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from outreach.replaying import sample, whole
from tests.web.addresses import asked_customer, gift_token
from tests.web.seed import Company
from tests.web.visitor import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAGES = {
    "overview": "/",
    "customers": "/customers",
    "customer": "/customers/C-1012",
    "replies": "/replies",
    "waiting": "/replies?show=waiting",
    "reply": "/replies/1",
    "sandbox": "/sandbox",
    "devices": "/sandbox/C-1012",
    "rehearse": "/rehearse",
    "policies": "/policies",
    "policy": "/policies/guard/1",
    "try": "/policies/try",
    "edit": "/policies/after-valuable-contact/edit",
    "edit the guard": "/policies/guard/edit",
    "versions": "/policies/guard/versions",
    "content": "/content",
    "surveys": "/surveys",
    "content for mail": "/content/1",
    "survey by mail": "/surveys/1",
    "survey by sms": "/surveys/2",
    "new content": "/content/new?channel=sms",
    "begin": "/begin",
    "bring in": "/bring/contacts",
    "settings": "/settings",
    "channels": "/settings/channels",
    "tokens": "/settings/tokens",
    "audit log": "/settings/audit?check=1",
    "users": "/settings/users",
    "myself": "/settings/me",
    "sign in": "/sign-in",
    "welcome": "/welcome/over",
    "nothing": "/nowhere",
}
SHOTS = Path(__file__).parents[2] / "test-output" / "pages"
WIDTHS = {1280: 900, 375: 812}


@pytest.fixture(params=["light", "dark"])
def theme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def visitor(browser: "Browser", site: str) -> Iterator[Visitor]:
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, timezone_id="Europe/Amsterdam", locale="en-GB"
    )
    found = Visitor(context.new_page(), site)
    yield found
    context.close()
    assert found.complaints == []


def test_the_walk_from_the_overview_to_an_answer_on_the_replies_page(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/")
    assert "This week" in page.locator(".lede").first.inner_text()
    page.get_by_role("link", name="Customers").click()
    page.get_by_label("Search customers").fill("Lotte")
    page.get_by_role("link", name="Lotte de Boer").click()
    page.get_by_role("heading", name="Lotte de Boer").wait_for()
    page.locator(".timeline summary", has_text=re.compile("Left in peace|Waited")).first.click()
    page.locator(".timeline .brake-rule").first.wait_for()
    page.get_by_role("link", name="Their phone and mailbox in the sandbox").click()
    written = "9 the courier waited for me"
    page.locator(".mailbox input[name=text]").first.fill(written)
    page.locator(".mailbox").get_by_role("button", name="Send").first.click()
    page.get_by_role("link", name="Replies").click()
    first = page.locator(".replies > li").first
    assert "Lotte de Boer" in first.inner_text()
    assert written in first.inner_text()
    assert first.locator(".score").inner_text() == "9"


def test_an_amount_is_turned_seen_at_once_saved_put_forward_and_published(visitor: Visitor) -> None:
    page = visitor.page
    sample.forget()
    visitor.go("/policies")
    page.get_by_role("link", name="Change After a valuable contact").click()
    amount = page.locator("input[name='contact.minimum_value']")
    amount.fill("90")
    amount.press("Tab")  # nothing is pressed: what it would bring appears beside it
    page.locator("#brought").get_by_text("fewer than what is in force").wait_for(timeout=60_000)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=SHOTS / f"edited-en-light-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_text("The draft is saved.").wait_for()
    page.get_by_role("button", name="Put it forward").click()
    page.get_by_role("link", name="after-valuable-contact", exact=True).click()
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("Published: from now on this holds.").wait_for()
    page.get_by_role("link", name="Versions After a valuable contact").click()
    assert "40" in page.locator("del").first.inner_text()


def _look(visitor: Visitor, name: str, theme: str) -> None:
    """The page as it is now: for everyone, at both widths, kept as a picture."""
    from axe_playwright_python.sync_playwright import Axe

    page = visitor.page
    SHOTS.mkdir(parents=True, exist_ok=True)
    visitor.unfold()
    found = Axe().run(page)
    assert found.violations_count == 0, f"{name}, {theme}: {found.generate_report()}"
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=SHOTS / f"{name}-en-{theme}-{width}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width}"
    page.set_viewport_size({"width": 1280, "height": WIDTHS[1280]})


def test_a_draft_is_tried_and_a_difference_explained(company: Company, visitor: Visitor, theme: str) -> None:
    page = visitor.page
    sample.forget()
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    visitor.go("/policies")
    page.get_by_role("link", name="Try a draft on your own history").click()
    page.get_by_role("link", name="after-valuable-contact").click()
    typed = page.get_by_label("The document (TOML)")
    typed.fill(re.sub(r"minimum_value = \d+", "minimum_value = 90", typed.input_value()))
    page.get_by_role("button", name="What would it bring?").click()
    page.get_by_text("fewer than what is in force").wait_for(timeout=60_000)
    _look(visitor, "tried", theme)
    page.get_by_role("button", name="Why?").first.click()
    page.get_by_role("heading", name="Under the draft").wait_for()
    _look(visitor, "tried-person", theme)
    page.get_by_role("button", name="Back to the draft").click()
    page.get_by_role("button", name="Replay everybody").click()
    page.get_by_text("It waits for a worker.").wait_for()
    _look(visitor, "tried-waiting", theme)
    whole.carry_out(company.runtime, [1])
    page.get_by_text("What every amount costs").wait_for(timeout=10_000)  # nobody loaded the page again
    _look(visitor, "tried-everybody", theme)


def test_a_customer_is_made_up_opens_something_answers_and_is_asked_back(visitor: Visitor, theme: str) -> None:
    page = visitor.page
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    visitor.go("/sandbox")
    page.get_by_role("link", name="Rehearse with a made-up customer").click()
    page.get_by_role("button", name="What would they get?").click()
    page.get_by_role("button", name="Open it").first.click()
    page.get_by_role("button", name="9", exact=True).first.click()
    page.get_by_text("Asked back").wait_for()
    assert page.url.endswith("#ask.1")
    _look(visitor, "rehearsed", theme)


def test_a_score_is_pressed(company: Company, visitor: Visitor) -> None:
    visitor.go(f"/sandbox/{asked_customer(company)}")
    visitor.page.locator(".scale button", has_text="10").first.click()
    visitor.page.get_by_role("status").wait_for()
    visitor.go("/replies")
    assert visitor.page.locator(".replies > li .score").first.inner_text() == "10"


def test_the_search_answers_while_one_types_and_the_address_follows(visitor: Visitor) -> None:
    visitor.go("/customers")
    visitor.page.get_by_label("Search customers").press_sequentially("vries")
    visitor.page.wait_for_url("**/customers?q=vries")
    assert visitor.page.locator("#results tbody tr").count() == 1


def test_the_button_of_something_useful_leads_to_another_site(company: Company, site: str, visitor: Visitor) -> None:
    elsewhere = site.replace("127.0.0.1", "localhost") + "/healthz"
    with company.runtime.writing() as session:
        session.execute(sa.text("UPDATE contents SET link = :link"), {"link": elsewhere})
    visitor.go(f"/c/{gift_token(company)}")
    visitor.page.get_by_role("button").click()
    visitor.page.wait_for_url(elsewhere)


def test_every_page_can_be_used_by_everyone(visitor: Visitor, theme: "str") -> None:
    from axe_playwright_python.sync_playwright import Axe

    visitor.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    for name, path in PAGES.items():
        visitor.go(path)
        visitor.unfold()
        found = Axe().run(visitor.page, options={"iframes": False})  # no script runs in a mail
        assert found.violations_count == 0, f"{name}, {theme}: {found.generate_report()}"


@pytest.mark.parametrize(("language", "colours"), [("en", "light"), ("en", "dark"), ("nl", "light")])
def test_no_page_scrolls_sideways_at_any_width_and_is_kept_as_a_picture(
    visitor: Visitor, language: str, colours: str
) -> None:
    page = visitor.page
    page.emulate_media(color_scheme=colours)  # type: ignore[arg-type]
    SHOTS.mkdir(parents=True, exist_ok=True)
    visitor.go(f"/?lang={language}")
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        for name, path in PAGES.items():
            visitor.go(path)
            page.screenshot(path=SHOTS / f"{name}-{language}-{colours}-{width}.png", full_page=True)
            visitor.unfold()
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width}"


def test_a_keyboard_reaches_the_page_itself_first_and_sees_where_it_is(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/customers")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.inner_text() == "Skip to the page itself"
    assert skip.is_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outline")
    assert "solid 2px" in outline or "2px" in outline


def test_the_pages_work_without_scripts(browser: "Browser", site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site + "/customers")
    page.get_by_label("Search customers").fill("Lotte")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Lotte de Boer").click()
    page.locator(".timeline summary", has_text=re.compile("Left in peace|Waited")).first.click()
    page.get_by_role("link", name="Their phone and mailbox in the sandbox").click()
    page.locator(".mailbox input[name=text]").first.fill("8")
    page.locator(".mailbox").get_by_role("button", name="Send").first.click()
    page.get_by_role("link", name="Replies").click()
    assert page.locator(".replies .score").first.inner_text() == "8"
    context.close()


def test_moments_are_told_in_the_readers_zone(browser: "Browser", site: str) -> None:
    context = browser.new_context(timezone_id="Asia/Tokyo")
    page = context.new_page()
    told = []
    for _ in range(2):  # the browser tells its zone on the first visit
        page.goto(site + "/replies")
        told.append(page.locator(".replies time").first.inner_text())
    assert told[0] != told[1]
    context.close()


def test_every_page_is_light(site: str, browser: "Browser") -> None:
    context = browser.new_context()
    page = context.new_page()
    weights: dict[str, int] = {}
    page.on("response", lambda answer: weights.update({answer.url: len(answer.body())}))
    for name, path in PAGES.items():
        weights.clear()
        page.goto(site + path)
        page.wait_for_load_state("networkidle")
        own = sum(size for url, size in weights.items() if "/static/" not in url)
        assert own <= 150_000, f"{name} weighs {own} bytes"
    context.close()
