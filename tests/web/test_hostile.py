"""Text from elsewhere is shown as it is, and does nothing."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import cast

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from markupsafe import escape

from channels.message import Channel
from outreach import channel_states, drafts, intake, sandbox, saved_texts, tokens, users
from outreach.lifecycle import Role
from outreach.receipts import Result
from outreach.saved_texts import Text, TextKind
from outreach.users import UserRefused
from policies import library
from tests.web.addresses import asked
from tests.web.conftest import Reader
from tests.web.forms import links_in, look_for
from tests.web.seed import Company
from tests.web.test_pages import EVERY_PAGE
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
        answer = look_for(client, text)
        assert answer.status_code == 200
        assert_harmless(answer.text)


def test_a_hostile_address_is_shown_nowhere(client: Reader, hostile: list[str]) -> None:
    for text in hostile:
        if text and "\\" not in text:
            answer = client.get("/customers/" + text.lstrip("/"))
            assert answer.status_code in (200, 404)
            assert_harmless(answer.text)


def test_hostile_words_on_the_customers_pages_are_shown_as_text(
    company: Company, client: FlaskClient, hostile: list[str]
) -> None:
    somebody = asked(company)
    with company.runtime.writing() as session:
        session.execute(sa.text("UPDATE customers SET name = :name"), {"name": "<svg onload=alert(1)>"})
        session.execute(sa.text("UPDATE surveys SET thanks = '<b>{{ name }}', follow_low = '<i>{{ name }}'"))
    for number, text in enumerate(hostile[::7]):
        company.now += 60
        words = {
            "key": str(number),
            "comment": text,
            "text": text,
            "name": text[:200],
            "email": text[:200],
            "score": "3",
        }
        for path in (f"/r/{somebody.survey}", f"/r/{somebody.survey}/more", "/compliments", f"/u/{somebody.stop}"):
            answer = client.post(path, data=words, query_string={"lang": text, "p": text, "s": text})
            assert answer.status_code in (200, 303, 400), path
            assert_harmless(answer.text)
            assert_harmless(client.get(path.removesuffix("/more"), query_string={"lang": text, "s": text}).text)
    back = client.get(f"/r/{somebody.survey}?done=answered").text
    assert "&lt;i&gt;&lt;svg onload=alert(1)&gt;" in back
    each = [link for link in links_in(client.get("/replies?show=unassigned")) if link.startswith("/replies/")]
    assert len(each) > 10
    for page in (
        f"/r/{somebody.survey}?done=added",
        f"/p/{somebody.choose}",
        "/replies",
        "/replies?show=waiting",
        *each,
    ):
        assert_harmless(client.get(page).text)


def test_a_mail_with_hostile_words_in_it_is_shown_as_text_too(company: Company, client: FlaskClient) -> None:
    somebody, hostile = asked(company), '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    with company.runtime.writing() as session:
        session.execute(
            sa.text("UPDATE sandbox_messages SET body = :words || body, sender = :words"), {"words": hostile}
        )
    mail = client.get(f"/sandbox/{somebody.customer}/mail/{somebody.line.outreach_id}")
    assert "sandbox" in mail.headers["Content-Security-Policy"]
    tags = {tag for tag, _ in Elements(mail.text).found}
    assert tags.isdisjoint({"script", "img", "svg", "iframe", "form", "link", "object"})
    assert "&lt;script&gt;alert(1)" in mail.text


def test_hostile_texts_titles_and_names_of_ours_are_shown_as_text_on_every_page(
    company: Company, client: FlaskClient, hostile: list[str]
) -> None:
    lines = [text for text in hostile if text.strip() and len(text) <= 60 and not set(text) & set(FORBIDDEN)]
    shown: list[tuple[str, str]] = []
    for number, text in enumerate(lines):
        words = text.replace("{{", "{ {").replace("}}", "} }").replace("{%", "{ %").strip()
        if not words:
            continue
        company.now += 1
        if number % 4 == 0:
            saved = saved_texts.save(
                company.runtime, Text(TextKind.CONTENT, f"hostile-{number}", "en", "email", words, words), "", words
            )
            shown += [(f"/content/{saved.id}", words), ("/settings/audit", words)]
            assert_harmless(client.get(f"/content/{saved.id}/preview").text)
        elif number % 4 == 1:
            policy = library.policy("relationship").model_copy(update={"title": words, "for_whom": words})
            drafts.save(company.runtime, policy.to_toml(), drafts_revision(company), words)
            shown += [("/policies/relationship/edit", words)]
        elif number % 4 == 2:
            tokens.create(company.runtime, words, words)
            shown += [("/settings/tokens", words)]
        else:
            channel_states.stop(company.runtime, ("sms",), words, words)
            shown += [("/", words)]
        page, its = shown[-1]
        answer = client.get(page)
        assert answer.status_code == 200
        assert str(escape(its)) in answer.text, its
        assert_harmless(answer.text)
    assert len(shown) > 150
    for page in EVERY_PAGE:
        assert_harmless(client.get(page).text)


def drafts_revision(company: Company) -> int:
    draft = drafts.draft(company.runtime, "relationship")
    return draft.revision if draft else 0


def test_a_user_cannot_have_a_name_that_is_none(company: Company, hostile: list[str]) -> None:
    for text in hostile:
        name = text.strip()
        try:
            users.add(company.runtime, name, Role.VIEWER, "anna")
        except UserRefused:
            continue
        assert re.fullmatch(r"[a-z0-9.-]{2,64}", name.lower()), name


class Elements(HTMLParser):
    """What a browser makes of a page: every element with its attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


FRAMED = ("/sandbox/", "/content/", "/surveys/")


def assert_harmless_mail(mail: str) -> None:
    """A mail in a frame has its own looks, and nothing that runs or is fetched."""
    tags = {tag for tag, _ in Elements(mail).found}
    assert tags.isdisjoint({"script", "img", "svg", "iframe", "form", "object", "base"})


def assert_harmless(page: str) -> None:
    """Nothing on the page runs but our own files, nothing is fetched from elsewhere, nothing is styled in place."""
    for tag, attributes in Elements(page).found:
        assert tag not in ("img", "object", "embed", "style", "base", "marquee")
        if tag == "iframe":
            assert attributes.get("src", "/sandbox/").startswith(FRAMED)
            assert "allow-s" not in attributes["sandbox"]
            assert_harmless_mail(attributes.get("srcdoc", ""))
        assert tag != "script" or attributes["src"].startswith("/static/")
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        for name in ("href", "src", "action"):
            assert not attributes.get(name, "/").strip().lower().startswith(("javascript:", "data:", "//"))
