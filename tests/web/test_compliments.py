"""A compliment, at an address anybody may know."""

import re

import pytest
from flask.testing import FlaskClient
from sqlmodel import select
from werkzeug.test import TestResponse

from outreach.reports.customers import search
from outreach.reports.replies import replies
from outreach.tables import InboxMessage, Reply
from tests.web.conftest import Contents
from tests.web.seed import Company
from web.compliments import TRAP

TEXT = "Your driver carried it up four stairs"


def tell(client: FlaskClient, **fields: str) -> TestResponse:
    page = client.get("/compliments").text
    found = re.search(r'name="key" value="([0-9a-f]{32})"', page)
    assert found
    return client.post("/compliments", data={"key": found[1], TRAP: "", "text": TEXT, **fields})


def newest(company: Company) -> Reply:
    with company.runtime.reading() as session:
        return session.exec(select(Reply).where(Reply.channel == "page").order_by(Reply.id.desc())).first()  # type: ignore[attr-defined, return-value]


def test_it_is_kept_as_it_came_and_waits_for_a_person(company: Company, client: FlaskClient) -> None:
    answer = tell(client, name="Jo", email="jo@elsewhere.example")
    assert answer.status_code == 303
    assert "Thank you" in client.get(answer.location).text
    reply = newest(company)
    assert (reply.customer_id, reply.intent, reply.comment, reply.sure) == (None, "comment", TEXT, False)
    assert reply.text == f"{TEXT}\n\nJo, jo@elsewhere.example"
    assert replies(company.runtime, "waiting").rows[-1].text == reply.text
    assert TEXT in client.get("/replies?show=waiting").text
    with company.runtime.reading() as session:
        inbox = session.get_one(InboxMessage, reply.inbox_id)
    assert (inbox.provider, inbox.kind, inbox.state) == ("page", "compliment", "done")


def test_one_from_an_address_we_know_stands_with_that_customer_and_waits_all_the_same(
    company: Company, client: FlaskClient
) -> None:
    known = search(company.runtime, "C-1002").rows[0].person
    assert known.email
    tell(client, email=known.email.upper())
    assert newest(company).customer_id == known.id
    waiting = replies(company.runtime, "waiting").rows[-1]
    assert (waiting.customer, waiting.unclear) == (known.external_id, True)


def test_nothing_tells_whether_an_address_is_known(company: Company, client: FlaskClient) -> None:
    known = search(company.runtime, "C-1002").rows[0].person.email or ""
    told = set()
    for email in (known, "nobody@elsewhere.example", "no address", ""):
        answer = tell(client, email=email)
        told.add((answer.status_code, answer.location, client.get(answer.location).text))
    assert len(told) == 1


@pytest.mark.parametrize("text", ["STOP", "10", "not now"])
def test_it_has_no_consequence_for_whose_address_was_typed(company: Company, client: FlaskClient, text: str) -> None:
    known = search(company.runtime, "C-1002").rows[0].person
    tell(client, text=text, email=known.email or "")
    assert (newest(company).intent, newest(company).score) == ("comment", None)
    assert search(company.runtime, "C-1002").rows[0].person == known


def test_a_program_that_fills_in_every_field_is_thanked_and_not_heard(company: Company, client: FlaskClient) -> None:
    before = Contents.of(company)
    answer = tell(client, **{TRAP: "http://buy.example"})
    assert (answer.status_code, answer.location) == (303, tell(client, text="real").location)
    with company.runtime.reading() as session:
        assert b"buy.example" not in b"".join(row.raw_body for row in session.exec(select(InboxMessage)).all())
    assert len(Contents.of(company).rows) == len(before.rows) + 2  # the real one: as it came, and as a reply


def test_people_do_not_come_across_the_field_for_programs(client: FlaskClient) -> None:
    page = client.get("/compliments").text
    trap = page[page.index('class="trap"') :].split("</div>")[0]
    assert 'aria-hidden="true"' in trap
    assert 'tabindex="-1"' in trap
    assert 'autocomplete="off"' in trap


def test_a_double_press_is_one_compliment(company: Company, client: FlaskClient) -> None:
    for _ in range(3):
        client.post("/compliments", data={"key": "k", TRAP: "", "text": TEXT})
    with company.runtime.reading() as session:
        assert len(session.exec(select(Reply).where(Reply.channel == "page")).all()) == 1


@pytest.mark.parametrize("fields", [{"text": ""}, {"text": "  \n "}, {"text": "x" * 5001}, {"name": "x" * 201}])
def test_what_cannot_be_one_is_asked_for_again_and_stored_nowhere(
    company: Company, client: FlaskClient, fields: dict[str, str]
) -> None:
    before = Contents.of(company)
    answer = tell(client, **fields)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert Contents.of(company) == before


def test_nobody_can_flood_it(company: Company, client: FlaskClient) -> None:
    def send(address: str, times: int) -> list[int]:
        return [
            client.post(
                "/compliments", data={"key": f"{address}{n}", TRAP: "", "text": TEXT},
                environ_base={"REMOTE_ADDR": address},
            ).status_code
            for n in range(times)
        ]  # fmt: skip

    assert send("192.0.2.1", 13) == [303] * 10 + [429] * 3
    for other in range(2, 7):
        send(f"192.0.2.{other}", 10)
    assert send("198.51.100.1", 1) == [429]
    company.now += 60
    assert send("198.51.100.2", 1) == [303]
