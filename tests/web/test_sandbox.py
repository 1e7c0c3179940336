"""Holding a customer's phone and mailbox."""

import random
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from outreach import sandbox
from outreach.reports.replies import ReplyRow, replies
from tests.web.addresses import asked, gift_token, sent
from tests.web.conftest import NOW, Contents
from tests.web.forms import send, token_of
from tests.web.seed import Company
from web.app import create_app
from web.sandbox import LONGEST_REPLY

SANDBOX = "/sandbox/C-1001"


def newest(company: Company) -> ReplyRow:
    return replies(company.runtime).rows[0]


def how_many(company: Company) -> int:
    return len(replies(company.runtime, most=1000).rows)


def test_an_answer_typed_there_stands_on_the_replies_page(company: Company, client: FlaskClient) -> None:
    text = "9 because you always call back"
    answer = send(client, SANDBOX, f"{SANDBOX}/answer", channel="email", key="k1", text=text)
    assert answer.status_code == 303
    assert (newest(company).score, newest(company).text, newest(company).customer) == (9, text, "C-1001")
    assert text in client.get("/replies").text


def test_the_page_says_what_became_of_it(client: FlaskClient) -> None:
    send(client, SANDBOX, f"{SANDBOX}/answer", channel="email", key="k1", text="8")
    assert 'role="status"' in client.get(SANDBOX).text


def test_a_pressed_score_is_an_answer(company: Company, client: FlaskClient) -> None:
    send(client, SANDBOX, f"{SANDBOX}/answer", channel="email", key="k1", text="10")
    assert newest(company).score == 10


def test_only_the_last_question_asks_for_a_score_on_whichever_device_it_came(
    company: Company, client: FlaskClient
) -> None:
    asks = [(who, line) for who, line in sent(company) if line.kind == "ask"]
    who, older = next((who, line) for who, line in asks if (who, line) != [ask for ask in asks if ask[0] == who][-1])
    with company.runtime.writing() as session:
        by_sms = sa.text("UPDATE sandbox_messages SET channel = 'sms', subject = '' WHERE outreach_id = :id")
        session.execute(by_sms, {"id": older.outreach_id})
    assert client.get(f"/sandbox/{who}").text.count('class="scale"') == 1


def test_the_same_form_sent_twice_is_one_reply(company: Company, client: FlaskClient) -> None:
    before = how_many(company)
    token = token_of(client.get(SANDBOX))
    for _ in range(3):
        client.post(f"{SANDBOX}/answer", data={"csrf_token": token, "channel": "email", "key": "k", "text": "7"})
    assert how_many(company) == before + 1


def test_saying_it_twice_on_two_pages_is_two_replies(company: Company, client: FlaskClient) -> None:
    before = how_many(company)
    for key in ("k1", "k2"):
        send(client, SANDBOX, f"{SANDBOX}/answer", channel="email", key=key, text="7")
    assert how_many(company) == before + 2


def test_the_longest_reply_in_any_script_comes_in(postgres_url: str, tmp_path: Path) -> None:
    company = Company(postgres_url, tmp_path, NOW)
    company.welcome(1)
    client = create_app(company.runtime).test_client()
    text = "".join(random.Random(7).choices([chr(sign) for sign in range(0x4E00, 0x9FFF)], k=LONGEST_REPLY))
    assert send(client, SANDBOX, f"{SANDBOX}/answer", channel="email", key="k1", text=text).status_code == 303
    assert newest(company).text == text
    company.runtime.engine.dispose()


def test_stop_is_heard(company: Company, client: FlaskClient) -> None:
    send(client, SANDBOX, f"{SANDBOX}/answer", channel="email", key="k1", text="stop")
    assert newest(company).intent == "stop"
    assert "asked us to stop" in client.get("/customers/C-1001").text


def test_opening_the_link_counts_as_used(company: Company, client: FlaskClient) -> None:
    with company.runtime.reading() as session:
        who = next(
            one.customer
            for one in sandbox.conversations(session)
            for line in sandbox.thread(session, one.customer)
            if line.link.endswith(gift_token(company))
        )
    company.now += 60
    answer = send(client, f"/sandbox/{who}", f"/sandbox/{who}/use", token=gift_token(company))
    assert answer.status_code == 303
    assert "Used" in client.get(f"/customers/{who}").text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"channel": "pigeon", "key": "k", "text": "9"}, 400),
        ({"channel": "email", "key": "k", "text": "   "}, 400),
        ({"channel": "email", "key": "k", "text": "x" * 2001}, 400),
        ({"channel": "email", "text": "9"}, 400),
        ({"channel": "sms", "key": "k", "text": "9"}, 404),
    ],
    ids=["no such channel", "nothing written", "too long", "no key", "no phone"],
)
def test_what_cannot_be_an_answer_changes_nothing(
    company: Company, client: FlaskClient, fields: dict[str, str], status: int
) -> None:
    token = token_of(client.get(SANDBOX))
    before = Contents.of(company)
    assert client.post(f"{SANDBOX}/answer", data={"csrf_token": token, **fields}).status_code == status
    assert Contents.of(company) == before


def test_a_field_sent_twice_is_refused(company: Company, client: FlaskClient) -> None:
    token = token_of(client.get(SANDBOX))
    before = Contents.of(company)
    fields = {"csrf_token": token, "channel": "email", "key": "k", "text": ["1", "9"]}
    assert client.post(f"{SANDBOX}/answer", data=fields).status_code == 400
    assert Contents.of(company) == before


def test_a_forged_token_uses_nothing(company: Company, client: FlaskClient) -> None:
    before = Contents.of(company)
    forged = gift_token(company)[:-2] + "xx"
    assert send(client, SANDBOX, f"{SANDBOX}/use", token=forged).status_code == 404
    assert Contents.of(company) == before


def test_a_mail_is_shown_as_a_mail_program_shows_it_in_a_frame_of_its_own(
    company: Company, client: FlaskClient
) -> None:
    somebody = asked(company)
    page = client.get(f"/sandbox/{somebody.customer}").text
    source = f"/sandbox/{somebody.customer}/mail/{somebody.line.outreach_id}"
    assert f'src="{source}" sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    mail = client.get(source).text
    for score in range(11):
        assert f'/r/{somebody.survey}?s={score}"' in mail
    assert somebody.line.body.splitlines()[0] in mail
    assert f"/r/{somebody.survey}" in page


def test_no_mail_is_shown_of_another_customer_or_of_an_sms(company: Company, client: FlaskClient) -> None:
    somebody = asked(company)
    by_sms, text = next(
        (who, line) for who, line in sent(company) if line.channel == "sms" and who != somebody.customer
    )
    for customer, message in (("C-1001", somebody.line), (by_sms, somebody.line), (by_sms, text)):
        assert client.get(f"/sandbox/{customer}/mail/{message.outreach_id}").status_code == 404
