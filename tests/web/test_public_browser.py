"""The customers' pages on a phone, in a real browser: answering, stopping, choosing, a compliment."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from outreach import sandbox
from tests.web.addresses import Asked, asked, sent
from tests.web.seed import Company
from tests.web.test_browser import SHOTS
from tests.web.visitor import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PHONE = {"width": 375, "height": 812}
SMALL_PHONE = {"width": 320, "height": 640}


@pytest.fixture
def somebody(company: Company) -> Asked:
    with company.runtime.writing() as session:
        session.execute(sa.text("UPDATE surveys SET follow_high = 'What made it so?', follow_low = 'What went wrong?'"))
    return asked(company)


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def phone(browser: "Browser", site: str, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """A visitor on a phone, whose browser runs scripts or does not: these pages have none."""
    yield from _visitor(browser, site, viewport=PHONE, java_script_enabled=request.param)


@pytest.fixture
def looker(browser: "Browser", site: str) -> Iterator[Visitor]:
    yield from _visitor(browser, site, viewport=PHONE)


def _visitor(browser: "Browser", site: str, **options: Any) -> Iterator[Visitor]:
    context = browser.new_context(locale="en-GB", timezone_id="Europe/Amsterdam", **options)
    found = Visitor(context.new_page(), site)
    yield found
    context.close()
    assert found.complaints == []


def pages_of(somebody: Asked) -> dict[str, str]:
    """Every page a customer can come to, by the name of its picture."""
    return {
        "survey": f"/r/{somebody.survey}?s=9",
        "asked-back": f"/r/{somebody.survey}?done=answered",
        "thanks": f"/r/{somebody.survey}?done=added",
        "unsubscribe": f"/u/{somebody.stop}?p={somebody.choose}",
        "preferences": f"/p/{somebody.choose}",
        "erase": f"/p/{somebody.choose}/erase",
        "compliments": "/compliments",
        "compliment-thanks": "/compliments?thanked=1",
        "lost": "/r/nothing",
    }


def in_language(path: str, language: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


def test_an_answer_is_given_changed_and_added_to(company: Company, somebody: Asked, phone: Visitor) -> None:
    page = phone.page
    phone.go(f"/r/{somebody.survey}?s=9&lang=en")
    assert page.locator("input:checked").get_attribute("value") == "9"
    page.locator("input:checked").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Tab")
    page.keyboard.type("It took a while")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("You answered 8.").wait_for()
    page.get_by_role("link", name="Change your answer").click()
    page.locator(".scores label").nth(10).click()
    page.get_by_role("button", name="Send").click()
    page.get_by_label("What made it so?").fill("The driver")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("You answered 10.").wait_for()
    with company.runtime.reading() as session:
        said = [line.body for line in sandbox.thread(session, somebody.customer) if line.channel == "page"]
    assert said == ["8\nIt took a while", "10", "The driver"]


def test_everything_is_stopped_with_one_press(somebody: Asked, phone: Visitor) -> None:
    phone.go(f"/u/{somebody.stop}?lang=en&p={somebody.choose}")
    phone.page.get_by_role("button", name="Stop all messages").click()
    phone.page.get_by_role("heading", name="We send you nothing more").wait_for()
    phone.page.get_by_role("link", name="Choose what you get").click()
    assert not phone.page.get_by_label("By e-mail").is_checked()


def test_a_choice_is_saved_and_shown(somebody: Asked, phone: Visitor) -> None:
    phone.go(f"/p/{somebody.choose}?lang=en")
    phone.page.get_by_label("3 months").check()
    phone.page.get_by_label("Yes, one question now and then").uncheck()
    phone.page.get_by_role("button", name="Save").click()
    phone.page.get_by_role("status").wait_for()
    assert phone.page.locator("input[name=pause]:checked").get_attribute("value") == "as it is"
    assert not phone.page.get_by_label("Yes, one question now and then").is_checked()


def test_a_compliment_is_told(company: Company, phone: Visitor) -> None:
    phone.go("/compliments?lang=nl")
    assert not phone.page.locator("#trap").is_visible() or phone.page.locator(".trap").bounding_box()["width"] <= 1
    phone.page.get_by_label("Wat was er goed?").fill("De chauffeur wachtte op me")
    phone.page.get_by_role("button", name="Versturen").click()
    phone.page.get_by_role("heading", name="Dank je wel").wait_for()
    phone.go("/replies?lang=en")
    assert "De chauffeur wachtte op me" in phone.page.locator(".replies").inner_text()


def test_a_score_in_the_mail_opens_its_page_with_that_score_chosen(
    company: Company, somebody: Asked, site: str, looker: Visitor
) -> None:
    moved = "UPDATE sandbox_messages SET body = replace(body, :old, :new), link = replace(link, :old, :new)"
    with company.runtime.writing() as session:
        session.execute(sa.text(moved), {"old": company.runtime.settings.public_base_url, "new": site})
    looker.go(f"/sandbox/{somebody.customer}")
    frame = looker.page.frame_locator(".mail-page").first
    with looker.page.expect_popup() as opened:
        frame.locator("a.score", has_text="7").click()
    answering = opened.value
    answering.wait_for_load_state()
    assert answering.locator("input:checked").get_attribute("value") == "7"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_mail_itself_can_be_read_by_everyone_and_fits_a_phone(
    company: Company, somebody: Asked, looker: Visitor, theme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    gift = next((who, line) for who, line in sent(company) if (line.kind, line.channel) == ("content", "email"))
    page = looker.page
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    SHOTS.mkdir(parents=True, exist_ok=True)
    for name, who, message in (("ask", somebody.customer, somebody.line), ("gift", *gift)):
        page.set_content(sandbox.mail(company.runtime, who, message.outreach_id or 0) or "")
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
        assert found.violations_count == 0, f"{theme}: {found.generate_report()}"
        for size in (PHONE, SMALL_PHONE):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        tops = page.evaluate("[...new Set([...document.querySelectorAll('.score')].map(e => e.offsetTop))].length")
        assert tops <= 2
        sizes = page.evaluate("[...document.querySelectorAll('.score')].map(e => [e.offsetWidth, e.offsetHeight])")
        assert all(width >= 36 and height >= 42 for width, height in sizes)
        page.screenshot(path=SHOTS / f"mail-{name}-{theme}.png", full_page=True)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_can_be_used_by_everyone(somebody: Asked, looker: Visitor, theme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    looker.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    for name, path in pages_of(somebody).items():
        looker.go(path)
        looker.unfold()
        found = Axe().run(looker.page)
        assert found.violations_count == 0, f"{name}, {theme}: {found.generate_report()}"


@pytest.mark.parametrize(
    ("language", "theme"), [("en", "light"), ("nl", "light"), ("nl", "dark"), ("de", "light"), ("fr", "dark")]
)
def test_every_page_fits_a_phone_and_is_kept_as_a_picture(
    somebody: Asked, looker: Visitor, language: str, theme: str
) -> None:
    page = looker.page
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    SHOTS.mkdir(parents=True, exist_ok=True)
    for name, path in pages_of(somebody).items():
        looker.go(in_language(path, language))
        for size in (SMALL_PHONE, PHONE):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"], f"{name}, {size}"
        page.screenshot(path=SHOTS / f"public-{name}-{language}-{theme}.png", full_page=True)


def test_everything_to_press_is_large_enough_for_a_thumb(somebody: Asked, looker: Visitor) -> None:
    looker.page.set_viewport_size(SMALL_PHONE)  # type: ignore[arg-type]
    for name, path in pages_of(somebody).items():
        looker.go(path)
        sizes = looker.page.evaluate(
            "[...document.querySelectorAll('button, .scores label, fieldset label')]"
            ".map(e => e.getBoundingClientRect()).map(r => [Math.round(r.width), Math.round(r.height)])"
        )
        assert all(width >= 36 and height >= 44 for width, height in sizes), f"{name}: {sizes}"


def test_the_scores_are_radio_buttons_with_a_name_and_a_visible_focus(somebody: Asked, looker: Visitor) -> None:
    looker.go(f"/r/{somebody.survey}")
    looker.page.get_by_role("group").get_by_role("radio", name="10").focus()
    looker.page.keyboard.press("ArrowLeft")
    outline = looker.page.evaluate("getComputedStyle(document.querySelector('.scores input:focus + span')).outline")
    assert "2px" in outline
    assert looker.page.locator("fieldset.scores").get_attribute("aria-labelledby") == "question"


def test_these_pages_are_light(somebody: Asked, looker: Visitor) -> None:
    weights: dict[str, int] = {}
    looker.page.on("response", lambda answer: weights.update({answer.url: len(answer.body())}))
    for path in pages_of(somebody).values():
        weights.clear()
        looker.go(path)
        assert not [url for url in weights if url.endswith(".js") or ".js?" in url]
        assert sum(size for url, size in weights.items() if "/static/" not in url) <= 20_000
