"""Working off what waits for a person, in a real browser: by keyboard, without scripts, on a phone."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from outreach import channel_states, reviewing
from tests.web.seed import Company
from tests.web.test_browser import SHOTS, WIDTHS
from tests.web.test_desk import DOUBTFUL, look_at, only, says, stranger
from tests.web.visitor import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture
def waiting(company: Company) -> dict[str, int]:
    """Three replies that wait, in the order of the queue."""
    unclear, nobodys = says(company, "2 dagen wachten", "C-1003"), stranger(company, "3 nobody called me back")
    stop = says(company, DOUBTFUL)
    only(company, unclear, nobodys, stop)
    return {"stop": stop, "unclear": unclear, "nobodys": nobodys}


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def visitor(browser: "Browser", site: str, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    yield from _visitor(browser, site, java_script_enabled=request.param)


@pytest.fixture
def looker(browser: "Browser", site: str) -> Iterator[Visitor]:
    yield from _visitor(browser, site)


def _visitor(browser: "Browser", site: str, **options: Any) -> Iterator[Visitor]:
    context = browser.new_context(locale="en-GB", timezone_id="Europe/Amsterdam", **options)
    found = Visitor(context.new_page(), site)
    yield found
    context.close()
    assert [one for one in found.complaints if "422" not in one and "409" not in one] == []


def press(page: "Page", letter: str) -> None:
    """An access key, as a keyboard sends it."""
    keys = page.context.new_cdp_session(page)
    event = {"key": letter, "code": f"Key{letter.upper()}", "modifiers": 1, "text": letter, "unmodifiedText": letter}
    for kind in ("keyDown", "keyUp"):
        keys.send("Input.dispatchKeyEvent", {"type": kind, "windowsVirtualKeyCode": ord(letter.upper()), **event})
    keys.detach()


def test_what_waits_is_worked_off_from_the_first_page_to_the_last_one(
    company: Company, waiting: dict[str, int], visitor: Visitor
) -> None:
    page = visitor.page
    visitor.go("/")
    page.get_by_role("link", name="3 replies").click()
    page.get_by_role("button", name="Work them off one by one").click()
    assert "This may be a stop." in page.locator(".lede").inner_text()
    page.get_by_label("They want to hear nothing more").check()
    page.get_by_role("button", name="Note it, and on to the next").click()
    page.get_by_role("heading", name="Chen Wei").wait_for()
    page.get_by_label("Neither a score nor a stop").check()
    page.get_by_role("button", name="Note it").click()
    page.get_by_role("heading", name="Somebody we do not know").wait_for()
    page.get_by_label("Or the id another system gave them").fill("C-9")
    page.get_by_role("button", name="Assign").click()
    page.get_by_text("Nobody has the id “C-9”").wait_for()
    assert page.get_by_label("Or the id another system gave them").input_value() == "C-9"
    page.get_by_label("Part of their name").fill("vries")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("button", name="It is theirs").click()
    page.get_by_text("Everything that came back was understood").wait_for()
    found = {name: look_at(company, reply_id).reply for name, reply_id in waiting.items()}
    assert {name: (reply.intent, reply.score) for name, reply in found.items()} == {
        "stop": ("stop", 8), "unclear": ("comment", None), "nobodys": ("answer", 3),
    }  # fmt: skip


def test_a_keyboard_is_enough(company: Company, waiting: dict[str, int], visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/replies?show=waiting")
    for letter, name in (("j", "stop"), ("j", "unclear"), ("j", "nobodys"), ("k", "unclear")):
        press(page, letter)
        page.wait_for_url(f"**/replies/{waiting[name]}")
    press(page, "s")
    page.wait_for_url("**#say")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/replies/{waiting['nobodys']}")
    assert look_at(company, waiting["unclear"]).reply.score == 4
    press(page, "w")
    page.wait_for_url("**#whose")
    page.keyboard.press("Tab")
    page.keyboard.type("C-1001")
    page.keyboard.press("Enter")
    page.locator(".match").wait_for()
    press(page, "l")
    page.wait_for_url("**/replies?show=waiting")


def test_customers_are_offered_while_one_types(waiting: dict[str, int], looker: Visitor) -> None:
    looker.go(f"/replies/{waiting['nobodys']}")
    looker.page.get_by_label("Part of their name").press_sequentially("vries")
    assert "Anna de Vries" in looker.page.locator("#matches .match").inner_text()


@pytest.fixture
def pages(company: Company, waiting: dict[str, int]) -> dict[str, str]:
    """Every face of the page, and the first page with everything it can tell."""
    reviewing.decide(company.runtime, waiting["unclear"], 2, "bo")
    channel_states.stop(company.runtime, ("email",), "bo", "a mistake in a text")
    with company.runtime.writing() as session:
        channel_states.back_off(session, "sms", company.now + 1800, "busy")
    return {
        "desk-stop": f"/replies/{waiting['stop']}",
        "desk-decided": f"/replies/{waiting['unclear']}",
        "desk-whose": f"/replies/{waiting['nobodys']}?q=an",
        "desk-waiting": "/replies?show=waiting",
        "desk-unassigned": "/replies?show=unassigned",
        "desk-overview": "/",
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_can_be_used_by_everyone(pages: dict[str, str], looker: Visitor, theme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    looker.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    for name, path in pages.items():
        looker.go(path)
        looker.unfold()
        found = Axe().run(looker.page)
        assert found.violations_count == 0, f"{name}, {theme}: {found.generate_report()}"


def test_what_is_wrong_with_a_form_can_be_used_by_everyone(waiting: dict[str, int], looker: Visitor) -> None:
    from axe_playwright_python.sync_playwright import Axe

    looker.go(f"/replies/{waiting['nobodys']}")
    looker.page.get_by_label("Or the id another system gave them").fill("C-9")
    looker.page.get_by_role("button", name="Assign").click()
    looker.page.get_by_role("alert").wait_for()
    found = Axe().run(looker.page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("nl", "light"), ("nl", "dark")])
def test_every_page_fits_and_is_kept_as_a_picture(
    pages: dict[str, str], looker: Visitor, language: str, theme: str
) -> None:
    page = looker.page
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    SHOTS.mkdir(parents=True, exist_ok=True)
    looker.go(f"/?lang={language}")
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        for name, path in pages.items():
            looker.go(path)
            page.screenshot(path=SHOTS / f"{name}-{language}-{theme}-{width}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width}"
