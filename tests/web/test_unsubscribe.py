"""Stopping by a link: a button for people, one press in a mail program, and the same answer for everybody."""

import pytest
from flask.testing import FlaskClient
from sqlmodel import select

from outreach.lifecycle import Consent
from outreach.tables import AuditEntry, ConsentEvent, ContactPoint, Customer, Suppression
from tests.web.addresses import Asked, asked
from tests.web.conftest import Contents
from tests.web.seed import Company
from web.unsubscribe import BY_LINK, BY_PROGRAM

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
UNKNOWN = "A" * 32


@pytest.fixture
def somebody(company: Company) -> Asked:
    return asked(company)


def has_stopped(company: Company, customer: str) -> bool:
    """Whether nothing more can go to any address of the customer."""
    with company.runtime.reading() as session:
        who = session.exec(select(Customer).where(Customer.external_id == customer)).one()
        points = session.exec(select(ContactPoint).where(ContactPoint.customer_id == who.id)).all()
        stopped = set(session.exec(select(Suppression.address_hmac)).all())
    return who.no_surveys_at is not None and all(
        point.address_hmac in stopped and point.consent == Consent.WITHDRAWN for point in points
    )


def test_looking_shows_a_button_and_pressing_it_stops_everything(
    company: Company, client: FlaskClient, somebody: Asked
) -> None:
    page = client.get(f"/u/{somebody.stop}?lang=nl")
    assert "<button" in page.text
    assert '<html lang="nl">' in page.text
    assert not has_stopped(company, somebody.customer)
    answer = client.post(f"/u/{somebody.stop}?lang=nl")
    assert answer.status_code == 200
    assert "We sturen je niets meer" in answer.text
    assert has_stopped(company, somebody.customer)


@pytest.mark.parametrize(("sent", "how"), [({}, BY_LINK), (ONE_CLICK, BY_PROGRAM)])
def test_how_it_was_said_is_kept_with_the_consent(
    company: Company, client: FlaskClient, somebody: Asked, sent: dict[str, str], how: str
) -> None:
    client.post(f"/u/{somebody.stop}", data=sent)
    with company.runtime.reading() as session:
        events = session.exec(select(ConsentEvent).where(ConsentEvent.what == Consent.WITHDRAWN)).all()
        noted = [entry for entry in session.exec(select(AuditEntry)).all() if "opted_out" in entry.what]
    assert {(event.how, event.by) for event in events if event.at == company.now} == {(how, "customer")}
    assert [(entry.actor, entry.what["how"]) for entry in noted if entry.at == company.now] == [("customer", how)]


class TestOneClick:
    """RFC 8058: what the mail program sends when its own button is pressed."""

    @pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data"])
    def test_it_needs_no_cookie_no_page_before_it_and_no_place_it_comes_from(
        self, company: Company, client: FlaskClient, somebody: Asked, content_type: str
    ) -> None:
        elsewhere = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}
        answer = client.post(
            f"/u/{somebody.stop}", data=ONE_CLICK, content_type=content_type, headers=elsewhere,
            environ_base={"REMOTE_ADDR": "192.0.2.7"},
        )  # fmt: skip
        assert answer.status_code == 200
        assert "Set-Cookie" not in answer.headers
        assert has_stopped(company, somebody.customer)

    def test_extra_parameters_do_not_hinder_it(self, company: Company, client: FlaskClient, somebody: Asked) -> None:
        more = {**ONE_CLICK, "utm_source": "x", "p": "<svg onload=x>", "key": ["1", "2"]}
        assert client.post(f"/u/{somebody.stop}?utm_campaign=1&s=9", data=more).status_code == 200
        assert has_stopped(company, somebody.customer)

    def test_twice_is_once(self, company: Company, client: FlaskClient, somebody: Asked) -> None:
        client.post(f"/u/{somebody.stop}", data=ONE_CLICK)
        before = Contents.of(company)
        company.now += 60
        assert client.post(f"/u/{somebody.stop}", data=ONE_CLICK).status_code == 200
        assert client.post(f"/u/{somebody.stop}").status_code == 200
        assert Contents.of(company) == before

    def test_what_is_no_form_stops_it_as_well(self, company: Company, client: FlaskClient, somebody: Asked) -> None:
        assert client.post(f"/u/{somebody.stop}", data=b"{", content_type="application/json").status_code == 200
        assert has_stopped(company, somebody.customer)


def test_the_answer_is_the_same_for_every_token_and_only_the_right_one_acts(
    company: Company, client: FlaskClient, somebody: Asked
) -> None:
    forged = somebody.stop[:-1] + ("A" if somebody.stop[-1] != "A" else "B")
    before = Contents.of(company)
    others = (forged, UNKNOWN, somebody.survey, somebody.choose, "x", "a" * 2000, "%00")
    shown = {client.get(f"/u/{token}").text for token in (*others, somebody.stop)}
    assert len(shown) == 1
    told = {client.post(f"/u/{token}", data=ONE_CLICK).text for token in others}
    assert Contents.of(company) == before
    told.add(client.post(f"/u/{somebody.stop}", data=ONE_CLICK).text)
    assert len(told) == 1
    assert has_stopped(company, somebody.customer)


def test_the_page_leads_to_the_one_for_choosing_only_where_the_link_brought_the_way(
    client: FlaskClient, somebody: Asked
) -> None:
    for token in (somebody.stop, UNKNOWN):
        assert "/p/" not in client.get(f"/u/{token}").text
        for junk in ("../../etc", "x", "é" * 32, f"{UNKNOWN}\n"):
            assert "/p/" not in client.get(f"/u/{token}", query_string={"p": junk}).text
        assert f"/p/{somebody.choose}" in client.get(f"/u/{token}?p={somebody.choose}").text


def test_a_token_pressed_too_often_is_told_to_wait_whether_it_is_known_or_not(
    client: FlaskClient, somebody: Asked
) -> None:
    for token in (somebody.stop, UNKNOWN):
        said = [client.post(f"/u/{token}").status_code for _ in range(25)]
        assert said == [200] * 20 + [429] * 5
    waits = client.post(f"/u/{UNKNOWN}")
    assert waits.headers["Retry-After"] == "60"
    assert "nothing more was done" in waits.text


@pytest.mark.parametrize("language", ["en", "nl", "de", "fr"])
def test_it_speaks_four_languages(client: FlaskClient, language: str) -> None:
    for headers, query in (({"Accept-Language": language}, ""), ({}, f"?lang={language}")):
        page = client.get(f"/u/{UNKNOWN}{query}", headers=headers).text
        assert f'<html lang="{language}">' in page
        assert "{organisation}" not in page
