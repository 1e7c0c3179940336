"""Rehearsing with a made-up customer: what they would get, and what comes of what they do."""

import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from channels.message import Message, Outcome, Receipt, Sender
from outreach import drafts
from outreach.policy_book import parse
from policies.library import text
from policies.policy import Policy
from tests.web.conftest import Contents, Reader
from tests.web.forms import send
from tests.web.seed import Company
from tests.web.test_pages import plain
from web.app import create_app

PAGE = "/rehearse"
FILLED = {
    "language": "en", "by": "email", "kind": "delivery", "touchpoint": "courier", "value": "80", "known": "",
    "days": "30", "draft": "",
}  # fmt: skip


class Postman:
    """A sender that really sends; here nothing may ever reach it."""

    def send_many(self, messages: Sequence[Message]) -> list[Outcome]:
        raise AssertionError(f"{len(messages)} messages would have been sent")

    def find(self, message: Message, at: int) -> Receipt | None:
        raise AssertionError(f"there is no message {message.outreach_id} to look for at {at}")


@pytest.fixture
def live(company: Company) -> FlaskClient:
    """The pages of the company once its messages really leave."""
    settings = company.runtime.settings.model_copy(update={"real_channels": "email,sms"})
    senders: dict[str, Sender] = {"email": Postman(), "sms": Postman()}
    app = create_app(replace(company.runtime, settings=settings, senders=senders))
    app.test_client_class = Reader
    return app.test_client()


def rehearse(client: FlaskClient, **changed: str) -> TestResponse:
    return send(client, PAGE, PAGE, **{**FILLED, **changed})


def deeds(page: TestResponse) -> list[str]:
    """What reached them, as class and number, in the order of the page."""
    return re.findall(r'<li id="([a-z_]+\.[0-9]+)">', page.text)


def test_something_useful_comes_first_and_while_it_stays_unopened_no_question_follows(client: FlaskClient) -> None:
    assert deeds(rehearse(client, kind="visit")) == ["content.1", "content.2"]


def test_what_they_open_brings_the_question_and_what_they_answer_brings_what_is_asked_back(client: FlaskClient) -> None:
    opened = {"kind": "visit", "content.1": "opens"}
    assert deeds(rehearse(client, **opened)) == ["content.1", "content.2", "ask.1", "reminder.1"]
    answered = rehearse(client, **opened, **{"ask.1": "8 you were quick"})
    assert deeds(answered) == ["content.1", "content.2", "ask.1", "follow_up.1"]
    assert "you were quick" in plain(answered.text)
    assert deeds(rehearse(client, **opened, press="ask.1=8")) == deeds(answered)


def test_a_stop_is_the_end(client: FlaskClient) -> None:
    page = rehearse(client, kind="visit", **{"content.1": "STOP", "ask.1": "STOP"}, days="200")
    assert deeds(page)[-1] == "ask.1"


@pytest.mark.parametrize(("language", "words"), [("en", "would recommend us"), ("nl", "aanraadt")])
def test_the_words_are_those_of_their_language(client: FlaskClient, language: str, words: str) -> None:
    assert words in rehearse(client, kind="support call", language=language, **{"content.1": "opens"}).text


def test_nothing_of_it_is_kept(company: Company, client: FlaskClient) -> None:
    before = Contents.of(company)
    rehearse(client, **{"content.1": "opens", "ask.1": "0 never again"})
    assert Contents.of(company) == before


def test_where_messages_really_leave_it_can_be_rehearsed_and_nothing_is_sent(
    company: Company, live: FlaskClient
) -> None:
    before = Contents.of(company)
    assert "ask.1" in deeds(rehearse(live, kind="visit", **{"content.1": "opens"}))
    assert Contents.of(company) == before


def test_where_messages_really_leave_nobody_answers_in_the_name_of_a_customer(
    company: Company, live: FlaskClient
) -> None:
    before = Contents.of(company)
    page = live.get("/sandbox/C-1001")
    assert "answer" not in re.findall(r'action="[^"]+/(\w+)"', page.text)
    answer = send(live, PAGE, "/sandbox/C-1001/answer", channel="email", key="k", text="10")
    assert answer.status_code == 409
    assert "only customers answer" in answer.text
    assert Contents.of(company) == before


def test_a_draft_is_rehearsed_as_if_it_were_in_force(company: Company, client: FlaskClient) -> None:
    document = parse(text("after-valuable-contact"))
    assert isinstance(document, Policy)
    assert document.contact is not None
    picky = document.model_copy(update={"contact": document.contact.model_copy(update={"minimum_value": 90.0})})
    drafts.save(company.runtime, picky.to_toml(), 0, "Marit")
    assert "after-valuable-contact" in client.get(f"{PAGE}?draft=after-valuable-contact").text
    opened = {"kind": "visit", "content.1": "opens"}
    assert "ask.1" in deeds(rehearse(client, **opened))
    assert "ask.1" not in deeds(rehearse(client, **opened, draft="after-valuable-contact"))


def test_whom_a_policy_is_for_is_told_by_what_is_known_of_them(company: Company, client: FlaskClient) -> None:
    document = text("after-valuable-contact") + '\n[audience]\nfield = "customer.segment"\nis = "gold"\n'
    drafts.save(company.runtime, document, 0, "Marit")
    asked = {"kind": "visit", "content.1": "opens", "draft": "after-valuable-contact"}
    assert "ask.1" in deeds(rehearse(client, **asked, known="segment=gold, city=Utrecht"))
    assert "ask.1" not in deeds(rehearse(client, **asked, known="segment=silver"))


def test_a_draft_that_is_gone_is_said_to_be(client: FlaskClient) -> None:
    for answer in (client.get(f"{PAGE}?draft=nothing"), rehearse(client, draft="nothing")):
        assert answer.status_code == 404
        assert "no draft of this name" in answer.text


@pytest.mark.parametrize(
    ("field", "written"),
    [("value", "101"), ("value", "-1"), ("value", "²"), ("known", "gold"), ("known", "=gold"),
     ("kind", ""), ("touchpoint", ""), ("language", "xx"),
     ("by", "pigeon"), ("days", "9999")],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_its_field_and_nothing_typed_is_lost(
    client: FlaskClient, field: str, written: str
) -> None:
    answer = rehearse(client, **{"kind": "<b>visit</b>", field: written})
    assert answer.status_code == 422
    assert f'id="wrong-{field}"' in answer.text
    assert field == "kind" or "&lt;b&gt;visit&lt;/b&gt;" in answer.text


def test_what_the_door_refuses_is_refused_here(client: FlaskClient) -> None:
    answer = rehearse(client, kind="a\x07bell")
    assert answer.status_code == 422
    assert 'id="wrong-kind"' in answer.text


def test_without_anything_in_force_it_says_what_is_missing(empty: Company) -> None:
    app = create_app(empty.runtime)
    app.test_client_class = Reader
    assert "It cannot be rehearsed yet" in rehearse(app.test_client()).text
