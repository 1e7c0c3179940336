"""Text from elsewhere is shown as it is, and does nothing."""

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import cast

import pytest
from markupsafe import escape

from channels.message import Channel
from outreach import intake, sandbox
from outreach.receipts import Result
from tests.web.conftest import Reader
from tests.web.seed import Company
from web.app import create_app

FORBIDDEN = "".join(map(chr, [*range(32), *range(127, 160), 0x2028, 0x2029, *range(0xD800, 0xE000)]))
"""Characters no name may hold; the door refuses them."""


@pytest.fixture(scope="module")
def hostile(shared_data: Path) -> list[str]:
    entries = json.loads((shared_data / "07_bad_input" / "blns_half.json").read_text(encoding="utf-8"))
    more = ["<svg onload=alert(1)>", "{{7*7}}", "{{ config }}", "{% for x in y %}", "%(name)s", '" onfocus="alert(1)']
    return [cast("str", entry["string"]) for entry in entries] + more


def test_hostile_names_and_replies_are_shown_as_text_on_every_page(empty: Company, hostile: list[str]) -> None:
    names = [text for text in hostile if text.strip() and len(text) <= 200 and not set(text) & set(FORBIDDEN)]
    rows: list[object] = [
        {"external_id": f"H-{number}", "name": name, "email": f"h{number}@example.com", "account": name}
        for number, name in enumerate(names)
    ]
    receipts = intake.receive_customers(empty.runtime, rows).items
    known = [number for number, receipt in enumerate(receipts) if receipt.result is not Result.REFUSED]
    assert len(known) > 150
    for number in known[::5]:
        sandbox.answer(empty.runtime, f"H-{number}", Channel.EMAIL, names[number])
    app = create_app(empty.runtime)
    app.test_client_class = Reader
    client = app.test_client()
    for number in known:
        shown = str(escape(" ".join(names[number].split(" ")).strip()))
        pages = [f"/customers/H-{number}", f"/sandbox/H-{number}"] if number % 5 == 0 else [f"/customers/H-{number}"]
        for page in pages:
            answer = client.get(page)
            assert answer.status_code == 200
            assert shown in answer.text, names[number]
            assert_harmless(answer.text)
    for page in ("/customers", "/replies", "/sandbox"):
        assert_harmless(client.get(page).text)


def test_a_hostile_search_is_shown_as_text(client: Reader, hostile: list[str]) -> None:
    for text in hostile:
        answer = client.get("/customers", query_string={"q": text})
        assert answer.status_code == 200
        assert_harmless(answer.text)


def test_a_hostile_address_is_shown_nowhere(client: Reader, hostile: list[str]) -> None:
    for text in hostile:
        if text and "\\" not in text:
            answer = client.get("/customers/" + text.lstrip("/"))
            assert answer.status_code in (200, 404)
            assert_harmless(answer.text)


class Elements(HTMLParser):
    """What a browser makes of a page: every element with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def assert_harmless(page: str) -> None:
    """Nothing on the page runs but our own files, nothing is fetched from elsewhere, nothing is styled in place."""
    for tag, attributes in Elements(page).found:
        assert tag not in ("img", "iframe", "object", "embed", "style", "base", "marquee")
        assert tag != "script" or attributes["src"].startswith("/static/")
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action"):
            assert not attributes.get(name, "/").strip().lower().startswith(("javascript:", "data:", "//"))
