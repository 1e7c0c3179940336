"""The page of one question: it is shown to whoever looks, and takes an answer from whoever presses the button."""

import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlmodel import col, select
from werkzeug.test import TestResponse

from outreach.hearing import ANSWER_WINDOW
from outreach.reports.replies import ReplyRow, replies
from outreach.reports.timeline import Sent, timeline
from outreach.tables import InboxMessage, Reply, Survey
from tests.web.addresses import Asked, asked
from tests.web.conftest import Contents, Reader
from tests.web.seed import Company

BACK = {
    "follow_low": "What went wrong, {{ first_name }}?",
    "follow_mid": "What was missing?",
    "follow_high": "What was it?",
}


@pytest.fixture
def somebody(company: Company) -> Asked:
    """Somebody who was asked by e-mail a few days ago; the survey asks back."""
    with company.runtime.writing() as session:
        session.execute(sa.update(Survey).values(BACK))
    return asked(company)


def newest(company: Company) -> ReplyRow:
    return replies(company.runtime).rows[0]


def everything(company: Company) -> list[Reply]:
    with company.runtime.reading() as session:
        return list(session.exec(select(Reply).where(Reply.channel == "page").order_by(col(Reply.id))).all())


def key_of(page: TestResponse) -> str:
    found = re.search(r'name="key" value="([0-9a-f]{32})"', page.text)
    assert found
    return found[1]


def give(client: FlaskClient, token: str, **fields: str) -> TestResponse:
    """Open the page, fill in its form and send it."""
    return client.post(f"/r/{token}", data={"key": key_of(client.get(f"/r/{token}")), **fields})


def test_it_shows_the_question_of_the_message_in_its_language(
    company: Company, client: FlaskClient, somebody: Asked
) -> None:
    page = client.get(f"/r/{somebody.survey}", headers={"Accept-Language": "fr"})
    language = re.search(r'<html lang="(\w+)">', page.text)
    assert language
    assert language[1] in ("en", "nl")
    shown = re.search(r'<h1 class="question"[^>]*>(.*)</h1>', page.text)
    assert shown
    assert shown[1] in somebody.line.body
    assert shown[1].endswith("?")


def test_a_score_pressed_in_the_mail_is_chosen_and_not_given(
    company: Company, client: FlaskClient, somebody: Asked
) -> None:
    before = Contents.of(company)
    page = client.get(f"/r/{somebody.survey}?s=7").text
    assert re.findall(r'value="(\d+)" checked', page) == ["7"]
    assert page.count('type="radio"') == 11
    assert Contents.of(company) == before


@pytest.mark.parametrize("junk", ["11", "-1", "7.5", "٧", "nine", "7&s=9&x", "<script>"])
def test_a_score_that_is_none_chooses_nothing(client: FlaskClient, somebody: Asked, junk: str) -> None:
    page = client.get(f"/r/{somebody.survey}", query_string={"s": junk})
    assert page.status_code == 200
    assert "checked" not in page.text


def test_what_is_sent_is_an_answer_with_its_score_for_certain(
    company: Company, client: FlaskClient, somebody: Asked
) -> None:
    answer = give(client, somebody.survey, score="8", comment="2 dagen wachten, 10 minutes late")
    assert answer.status_code == 303
    reply = newest(company)
    assert (reply.score, reply.intent, reply.channel, reply.customer) == (8, "answer", "page", somebody.customer)
    assert reply.comment == "2 dagen wachten, 10 minutes late"
    with company.runtime.reading() as session:
        inbox = session.exec(select(InboxMessage).where(InboxMessage.provider == "page")).one()
    assert (inbox.kind, inbox.state) == ("answer", "done")
    assert b'"score": 8' in inbox.raw_body


def test_the_ask_counts_as_answered(company: Company, client: FlaskClient, somebody: Asked) -> None:
    give(client, somebody.survey, score="8")
    life = timeline(company.runtime, somebody.customer)
    assert life
    outcomes = [one.outcome for one in life.entries if isinstance(one, Sent) and one.id == somebody.line.outreach_id]
    assert outcomes == ["answered"]


@pytest.mark.parametrize(
    ("score", "back"),
    [(0, "went wrong"), (6, "went wrong"), (7, "missing"), (8, "missing"), (9, "was it"), (10, "was it")],
)
def test_what_fits_the_score_is_asked_back_and_then_there_are_thanks(
    company: Company, client: FlaskClient, somebody: Asked, score: int, back: str
) -> None:
    page = client.get(give(client, somebody.survey, score=str(score)).location)
    assert back in page.text
    assert "{{" not in page.text
    added = client.post(f"/r/{somebody.survey}/more", data={"key": key_of(page), "comment": "3 things, really"})
    thanks = client.get(added.location).text
    assert "<textarea" not in thanks
    first, second = everything(company)
    assert (second.continues_id, second.score, second.comment) == (first.id, None, "3 things, really")


def test_where_nothing_is_asked_back_there_are_thanks_at_once(company: Company, client: FlaskClient) -> None:
    with company.runtime.writing() as session:
        session.execute(sa.update(Survey).values(follow_high=""))
    page = client.get(give(client, asked(company).survey, score="9").location).text
    assert "<textarea" not in page
    assert "9" in page


def test_a_double_press_stores_one_answer(company: Company, client: FlaskClient, somebody: Asked) -> None:
    key = key_of(client.get(f"/r/{somebody.survey}"))
    for _ in range(3):
        client.post(f"/r/{somebody.survey}", data={"key": key, "score": "6", "comment": "Slow"})
    assert len(everything(company)) == 1


def test_a_corrected_score_keeps_both_and_the_last_one_is_shown(
    company: Company, client: FlaskClient, somebody: Asked
) -> None:
    give(client, somebody.survey, score="2")
    assert "2" in client.get(f"/r/{somebody.survey}").text
    give(client, somebody.survey, score="9", comment="I had it wrong")
    assert [reply.score for reply in everything(company)] == [2, 9]
    first, second = everything(company)
    assert (first.continues_id, second.continues_id) == (None, first.id)
    assert re.findall(r'value="(\d+)" checked', client.get(f"/r/{somebody.survey}").text) == ["9"]


def test_a_comment_without_a_score_is_kept_for_what_it_is(
    company: Company, client: FlaskClient, somebody: Asked
) -> None:
    page = client.get(give(client, somebody.survey, comment="The driver was friendly").location)
    assert page.status_code == 200
    assert (newest(company).score, newest(company).intent) == (None, "comment")


@pytest.mark.parametrize("comment", ["STOP", "please stop", "Stop."])
def test_a_comment_that_says_stop_is_heard_as_one(
    company: Company, client: FlaskClient, somebody: Asked, comment: str
) -> None:
    give(client, somebody.survey, score="3", comment=comment)
    assert (newest(company).score, newest(company).intent) == (3, "stop")
    assert "asked us to stop" in client.get(f"/customers/{somebody.customer}").text


@pytest.mark.parametrize("fields", [{}, {"comment": "   "}, {"score": "11"}, {"comment": "x" * 5001}])
def test_nothing_said_is_asked_for_again_and_stored_nowhere(
    company: Company, client: FlaskClient, somebody: Asked, fields: dict[str, str]
) -> None:
    before = Contents.of(company)
    answer = give(client, somebody.survey, **fields)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert Contents.of(company) == before


def test_a_field_sent_twice_is_refused(company: Company, client: FlaskClient, somebody: Asked) -> None:
    before = Contents.of(company)
    assert client.post(f"/r/{somebody.survey}", data={"score": ["1", "9"]}).status_code == 400
    assert Contents.of(company) == before


def test_it_takes_answers_as_long_as_they_belong_to_the_ask(
    company: Company, client: FlaskClient, somebody: Asked
) -> None:
    company.now = somebody.line.at + ANSWER_WINDOW - 10
    assert give(client, somebody.survey, score="8").status_code == 303
    key = key_of(client.get(f"/r/{somebody.survey}"))
    company.now += 10
    before = Contents.of(company)
    assert client.get(f"/r/{somebody.survey}").status_code == 410
    for path in ("", "/more"):
        late = client.post(f"/r/{somebody.survey}{path}", data={"key": key, "score": "8", "comment": "late"})
        assert late.status_code == 410
    assert Contents.of(company) == before


def test_a_token_that_is_not_one_of_these_leads_nowhere(company: Company, client: FlaskClient, somebody: Asked) -> None:
    before = Contents.of(company)
    real = somebody.survey
    for token in (real[:-1], real.swapcase(), somebody.choose, somebody.stop, "0", "%00", "a" * 5000):
        assert client.get(f"/r/{token}").status_code == 404
        assert client.post(f"/r/{token}", data={"score": "9"}).status_code == 404
        assert client.post(f"/r/{token}/more", data={"comment": "9"}).status_code == 404
    assert Contents.of(company) == before


def test_one_link_cannot_flood_us(company: Company, client: FlaskClient, somebody: Asked) -> None:
    said = [client.post(f"/r/{somebody.survey}", data={"score": "9", "key": str(n)}).status_code for n in range(30)]
    assert said.count(429) == 10
    assert len(everything(company)) == 20
    company.now += 60
    assert client.post(f"/r/{somebody.survey}", data={"score": "9", "key": "later"}).status_code == 303


def test_the_page_tells_nothing_about_the_customer(company: Company, client: Reader, somebody: Asked) -> None:
    give(client, somebody.survey, score="9", comment="Very private")
    for page in (f"/r/{somebody.survey}", f"/r/{somebody.survey}?done=answered", f"/r/{somebody.survey}?done=added"):
        text = client.get(page).text
        for private in (somebody.customer, "@example.com", "+316", "Very private"):
            assert private not in text
