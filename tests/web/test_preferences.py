"""What a customer chooses, sees and takes with them on the page of their own."""

import csv
import io
import json
import re

import pytest
from flask.testing import FlaskClient
from sqlmodel import col, select
from werkzeug.test import TestResponse

from outreach import preferences
from outreach.lifecycle import Consent, IntentState
from outreach.preferences import MONTH, Preferences
from outreach.reports.customers import Person, person, search
from outreach.rhythms import CAUSE
from outreach.tables import AuditEntry, ConsentEvent, ContactPoint, Customer, Intent, Suppression
from tests.web.addresses import Asked, asked, sent, tokens_of
from tests.web.conftest import Contents
from tests.web.seed import Company
from web.preferences import AS_IT_IS

EVERYTHING = {"channels": ["email", "sms"], "surveys": "yes", "pause": "0"}


@pytest.fixture
def somebody(company: Company) -> Asked:
    return asked(company)


def who(company: Company, customer: str) -> Person:
    with company.runtime.reading() as session:
        found = person(session, customer)
    assert found
    return found


def held(company: Company, somebody: Asked) -> Preferences:
    found = preferences.preferences(company.runtime, somebody.choose)
    assert found
    return found


def on(company: Company, somebody: Asked) -> set[str]:
    return {way.channel for way in held(company, somebody).ways if way.on}


def save(client: FlaskClient, somebody: Asked, **fields: object) -> TestResponse:
    return client.post(f"/p/{somebody.choose}", data={**EVERYTHING, **fields})


def consents(company: Company, at: int) -> list[tuple[str, str, str, str]]:
    with company.runtime.reading() as session:
        rows = session.exec(select(ConsentEvent).where(ConsentEvent.at == at).order_by(col(ConsentEvent.id))).all()
    return [(row.channel, row.what, row.how, row.by) for row in rows]


def noted(company: Company) -> list[AuditEntry]:
    with company.runtime.reading() as session:
        rows = session.exec(select(AuditEntry).order_by(col(AuditEntry.seq))).all()
    return [row for row in rows if row.at == company.now]


def test_it_shows_what_holds_now_and_addresses_only_in_part(
    company: Company, client: FlaskClient, somebody: Asked
) -> None:
    page = client.get(f"/p/{somebody.choose}").text
    known = who(company, somebody.customer)
    assert known.email
    assert known.email not in page
    assert known.email[0] + "•••@example.com" in page
    assert page.count('name="channels"') == (2 if known.phone else 1)
    for private in (somebody.customer, known.name, known.phone or "+316"):
        assert private not in page


def test_saving_it_as_it_is_changes_nothing(company: Company, client: FlaskClient, somebody: Asked) -> None:
    before = Contents.of(company)
    now = held(company, somebody)
    fields = {"channels": sorted(on(company, somebody)), "language": now.language}
    assert save(client, somebody, **fields).status_code == 303
    assert save(client, somebody, **fields, pause=AS_IT_IS).status_code == 303
    assert Contents.of(company) == before


def test_a_channel_is_switched_off_and_on_again_by_the_customer(
    company: Company, client: FlaskClient, somebody: Asked
) -> None:
    save(client, somebody, channels=[])
    assert on(company, somebody) == set()
    off = consents(company, company.now)
    assert {event[1:] for event in off} == {(Consent.WITHDRAWN, "the preference page", "customer")}
    company.now += 60
    save(client, somebody, channels=["email"])
    assert on(company, somebody) == {"email"}
    assert consents(company, company.now) == [("email", Consent.GIVEN, "the preference page", "customer")]


def test_every_change_is_in_the_audit_log_with_ids_alone(
    company: Company, client: FlaskClient, somebody: Asked
) -> None:
    save(client, somebody, channels=[], pause="3", language="en")
    (entry,) = noted(company)
    customer = who(company, somebody.customer)
    assert (entry.actor, entry.what["preferences"]) == ("customer", customer.id)
    assert {"email withdrawn", "pause"} <= set(entry.what["changed"])
    for private in (customer.external_id, customer.name, customer.email or "", somebody.choose):
        assert private not in json.dumps(entry.what)


@pytest.mark.parametrize("months", [1, 3, 6])
def test_a_pause_holds_until_it_ends_or_is_ended(
    company: Company, client: FlaskClient, somebody: Asked, months: int
) -> None:
    save(client, somebody, pause=str(months))
    assert who(company, somebody.customer).paused_until == company.now + months * MONTH
    assert f'value="{AS_IT_IS}" checked' in client.get(f"/p/{somebody.choose}").text
    save(client, somebody, pause=AS_IT_IS)
    assert who(company, somebody.customer).paused_until == company.now + months * MONTH
    save(client, somebody, pause="0")
    assert who(company, somebody.customer).paused_until is None


def test_no_questions_still_means_something_useful(company: Company, client: FlaskClient, somebody: Asked) -> None:
    without = {name: value for name, value in EVERYTHING.items() if name != "surveys"}
    client.post(f"/p/{somebody.choose}", data=without)
    assert who(company, somebody.customer).no_surveys_at == company.now
    assert "email" in on(company, somebody)
    save(client, somebody)
    assert who(company, somebody.customer).no_surveys_at is None


def test_a_language_is_chosen_among_those_there_are_texts_in(
    company: Company, client: FlaskClient, somebody: Asked
) -> None:
    other = {"en": "nl", "nl": "en"}[held(company, somebody).language]
    save(client, somebody, language=other)
    assert who(company, somebody.customer).language == other
    before = Contents.of(company)
    for unknown in ("xx", "", "nl'--"):
        assert save(client, somebody, language=unknown).status_code == 400
    assert save(client, somebody, pause="12").status_code == 400
    assert Contents.of(company) == before


def test_what_a_stop_had_set_is_lifted_here_and_for_that_channel_alone(
    company: Company, client: FlaskClient, somebody: Asked
) -> None:
    client.post(f"/u/{somebody.stop}")
    assert on(company, somebody) == set()
    company.now += 60
    client.post(f"/p/{somebody.choose}", data={"channels": ["email"], "pause": "0"})
    assert on(company, somebody) == {"email"}
    assert who(company, somebody.customer).no_surveys_at is not None  # that is another choice
    with company.runtime.reading() as session:
        customer = session.exec(select(Customer).where(Customer.external_id == somebody.customer)).one()
        last = session.exec(
            select(ConsentEvent.what)
            .where(ConsentEvent.customer_id == customer.id, ConsentEvent.channel == "sms")
            .order_by(col(ConsentEvent.id).desc())
        ).first()
        suppressed = session.exec(select(Suppression.channel)).all()
    assert last == Consent.WITHDRAWN
    assert "sms" in suppressed or who(company, somebody.customer).phone is None


def test_after_a_stop_the_turns_of_who_comes_back_come_again(
    company: Company, client: FlaskClient, somebody: Asked
) -> None:
    def turns() -> set[str]:
        with company.runtime.reading() as session:
            rows = select(Intent.state).where(Intent.customer_id == customer, Intent.cause == CAUSE)
            return set(session.exec(rows).all())

    customer = who(company, somebody.customer).id
    client.post(f"/u/{somebody.stop}")
    assert turns() == {IntentState.CANCELLED}
    save(client, somebody)
    assert turns() == {IntentState.OPEN}


@pytest.mark.parametrize("source", ["provider", "Marit"])
def test_what_somebody_else_had_stopped_is_not_lifted_here(
    company: Company, client: FlaskClient, somebody: Asked, source: str
) -> None:
    with company.runtime.writing() as session:
        customer = session.exec(select(Customer.id).where(Customer.external_id == somebody.customer)).one()
        point = session.exec(select(ContactPoint).where(ContactPoint.customer_id == customer)).first()
        assert point
        session.add(
            Suppression(
                address_hmac=point.address_hmac, channel=point.channel, reason="a spam report", source=source, at=1
            )
        )
        channel = point.channel
    page = client.get(f"/p/{somebody.choose}").text
    assert re.search(rf'value="{channel}"[^>]* disabled', page)
    save(client, somebody)
    assert channel not in on(company, somebody)


def test_stopping_everything_is_one_press_here_too(company: Company, client: FlaskClient, somebody: Asked) -> None:
    client.post(f"/p/{somebody.choose}/stop", data=EVERYTHING)
    assert on(company, somebody) == set()
    assert who(company, somebody.customer).no_surveys_at == company.now
    assert {(how, by) for *_, how, by in consents(company, company.now)} == {("the preference page", "customer")}


def test_it_tells_why_the_customer_was_asked_in_plain_words(
    company: Company, client: FlaskClient, somebody: Asked
) -> None:
    page = client.get(f"/p/{somebody.choose}?lang=en").text
    assert "2026 we asked you something by e-mail." in page
    assert "It was about your contact with us on" in page or "It was not about one contact" in page
    assert "No case is open" in page
    dutch = client.get(f"/p/{somebody.choose}?lang=nl").text
    assert "vroegen we je iets per e-mail" in dutch
    assert '<ul class="weighed" lang="nl">' in dutch
    assert '<ul class="weighed" lang="en">' in client.get(f"/p/{somebody.choose}?lang=de").text


def test_whom_nothing_was_asked_is_told_so(company: Company, client: FlaskClient) -> None:
    asked_ones = {customer for customer, line in sent(company) if line.kind == "ask"}
    token = next(tokens_of(company, line)["p"] for customer, line in sent(company) if customer not in asked_ones)
    assert "We have not asked you anything yet." in client.get(f"/p/{token}?lang=en").text


def test_everything_held_can_be_taken_along(company: Company, client: FlaskClient, somebody: Asked) -> None:
    known = who(company, somebody.customer)
    as_json = client.get(f"/p/{somebody.choose}/data.json")
    assert as_json.headers["Content-Disposition"] == 'attachment; filename="data.json"'
    found = json.loads(as_json.text)
    assert found["customer"]["name"] == known.name
    assert known.email in [point["address"] for point in found["contact_points"]]
    assert somebody.line.body in [message["body"] for message in found["messages"]]
    as_table = client.get(f"/p/{somebody.choose}/data.csv")
    assert as_table.mimetype == "text/csv"
    rows = list(csv.reader(io.StringIO(as_table.text)))
    assert ["customer", "1", "name", known.name] in rows
    assert ["contact_points", "1", "address", known.email] in rows


def test_erasing_is_asked_for_twice_and_then_nothing_is_left_to_show(
    company: Company, client: FlaskClient, somebody: Asked
) -> None:
    before = Contents.of(company)
    assert "<form" in client.get(f"/p/{somebody.choose}/erase").text
    assert Contents.of(company) == before
    known = who(company, somebody.customer)
    client.post(f"/p/{somebody.choose}/erase")
    assert search(company.runtime, known.name).rows == ()
    after = Contents.of(company)
    for private in (known.name, known.email or "", somebody.customer):
        assert private not in "".join(row for row in after.rows if "policy_versions" not in row)
    for path in ("", "/erase"):
        assert "erased" in client.get(f"/p/{somebody.choose}{path}?lang=en").text
    client.post(f"/p/{somebody.choose}", data=EVERYTHING)
    client.post(f"/p/{somebody.choose}/erase")
    client.post(f"/u/{somebody.stop}")
    assert client.get(f"/r/{somebody.survey}").status_code == 410
    assert client.post(f"/r/{somebody.survey}", data={"score": "9"}).status_code == 410
    assert Contents.of(company) == after


def test_a_token_that_is_not_one_of_these_opens_nothing(company: Company, client: FlaskClient, somebody: Asked) -> None:
    before = Contents.of(company)
    for token in (somebody.choose[:-1], somebody.choose.swapcase(), somebody.stop, somebody.survey, "0", "a" * 5000):
        for path in ("", "/data.json", "/data.csv", "/erase"):
            assert client.get(f"/p/{token}{path}").status_code == 404
        for path in ("", "/stop", "/erase"):
            assert client.post(f"/p/{token}{path}", data=EVERYTHING).status_code == 404
    assert Contents.of(company) == before


def test_one_link_cannot_change_things_all_day(client: FlaskClient, somebody: Asked) -> None:
    said = [save(client, somebody, pause=str((1, 3)[n % 2])).status_code for n in range(25)]
    assert said == [303] * 20 + [429] * 5


def test_who_switched_every_channel_off_gets_nothing_more(
    company: Company, client: FlaskClient, somebody: Asked
) -> None:
    def got() -> int:
        return [customer for customer, _ in sent(company)].count(somebody.customer)

    save(client, somebody, channels=[])
    before = got()
    for _ in range(60):
        company.now += 12 * 3600
        company.clock.tick()
    assert got() == before
