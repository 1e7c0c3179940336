"""What comes of the calls of providers: answers, reports, objections, and nothing lost on the way."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from pydantic import SecretStr

from outreach import hooks, replies
from outreach.lifecycle import InboxState, OutreachState
from outreach.reports.hooks import hooks_health
from outreach.tables import Customer, InboxMessage, Outreach, Quarantined, Reply, Suppression
from tests import calls
from tests.calls import LIST
from tests.make import DAY, HOUR, NOON
from tests.web.test_webhooks import client_of, inbox, make
from tests.world import Fate, World, a_world, asks


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """K1 is about to be asked by e-mail, and has a phone."""
    with a_world(database_url, **calls.configured()) as made:
        made.publish(asks())
        made.customer(phone="+31612345678", consent_sms="yes")
        made.contact()
        yield made


@pytest.fixture
def asked(world: World) -> World:
    """K1 was asked; nobody knows yet what became of the message."""
    world.tick()
    world.by_hand(sa.update(Outreach).values(delivery="queued"))
    return world


@pytest.fixture
def client(world: World) -> FlaskClient:
    return client_of(world.runtime)


def fate(world: World) -> tuple[str, str | None]:
    (outreach,) = world.outreaches()
    return outreach.state, outreach.delivery


def test_a_reply_by_sms_or_mail_becomes_an_answer(asked: World, client: FlaskClient) -> None:
    make(client, calls.sms("8 want jullie bellen altijd terug"))
    make(client, calls.mail("een dikke 9", at=NOON))
    asked.tick()
    found = [(reply.channel, reply.score, reply.customer_id) for reply in asked.rows(Reply)]
    assert found == [("sms", 8, asked.id_of("K1")), ("email", 9, asked.id_of("K1"))]


def test_a_stop_that_twilio_understood_stops_everything_whatever_the_words(asked: World, client: FlaskClient) -> None:
    make(client, calls.sms("basta", OptOutType="STOP"))
    asked.tick()
    (customer,) = asked.rows(Customer)
    assert customer.no_surveys_at == NOON


@pytest.mark.parametrize("how", [{"text": "START"}, {"text": "ja graag", "OptOutType": "START"}])
def test_start_lifts_what_the_word_stop_to_the_provider_did_and_nothing_else(
    asked: World, client: FlaskClient, how: dict[str, str]
) -> None:
    (outreach,) = asked.outreaches()
    make(client, calls.status("failed", outreach.id, ErrorCode="21610"))
    make(client, calls.events(calls.event("bounce", outreach.id), at=NOON))
    asked.tick()
    assert {(row.channel, row.scope) for row in asked.rows(Suppression)} == {("sms", "keyword"), ("email", "all")}
    make(client, calls.sms(number=2, **how))
    asked.tick()
    assert {(row.channel, row.scope) for row in asked.rows(Suppression)} == {("email", "all")}


@pytest.mark.parametrize("text", ["9", "STOP"])
def test_what_a_machine_wrote_is_kept_and_answers_and_stops_nothing(
    asked: World, client: FlaskClient, text: str
) -> None:
    body = calls.mail_body(text, more="Auto-Submitted: auto-replied\r\n")
    make(client, calls.signed(calls.PARSE, body, calls.MAIL, NOON))
    asked.tick()
    (reply,), (entry,), (customer,) = asked.rows(Reply), asked.ledger(), asked.rows(Customer)
    assert (reply.text, reply.score, entry.outcome, customer.no_surveys_at) == (text, None, None, None)


def test_statuses_in_the_wrong_order_never_lower_what_is_known(asked: World, client: FlaskClient) -> None:
    for word in ("delivered", "sent", "queued"):
        make(client, calls.status(word, asked.outreaches()[0].id))
        asked.tick()
    assert fate(asked) == (OutreachState.ACCEPTED, "delivered")
    assert {row.state for row in inbox(asked)} == {InboxState.DONE}


def test_a_report_that_is_faster_than_the_answer_of_the_call_is_kept_for_it(world: World, client: FlaskClient) -> None:
    def during() -> None:
        (outreach,) = world.outreaches()
        assert outreach.state == OutreachState.HANDING_OVER
        make(client, calls.events(calls.event("bounce", outreach.id, type="blocked"), at=NOON))
        replies.receive_new(world.runtime)

    world.provider.during = during
    world.tick()
    assert fate(world) == (OutreachState.ACCEPTED, "undelivered")
    assert {row.state for row in inbox(world)} == {InboxState.DONE}


@pytest.mark.parametrize("by", ["a status callback", "an event"])
def test_a_report_about_an_unclear_message_is_the_evidence_that_it_was_accepted(
    world: World, client: FlaskClient, by: str
) -> None:
    world.provider.coming.append(Fate.LOST)
    world.tick()
    (outreach,) = world.outreaches()
    event = calls.events(calls.event("processed", outreach.id), at=NOON)
    make(client, event if by == "an event" else calls.status("sent", outreach.id))
    world.tick()
    assert fate(world)[0] == OutreachState.ACCEPTED


def test_a_report_about_a_message_nobody_knows_is_kept_parked_and_alarms(world: World, client: FlaskClient) -> None:
    make(client, calls.status("delivered", 4_711))
    world.tick()
    (row,) = inbox(world)
    assert (row.state, row.problem) == (InboxState.PARKED, "there is no outreach 4711")
    with world.runtime.reading() as session:
        (health,) = [one for one in hooks_health(session, NOON) if one.alarming]
    assert (health.provider, health.kind, health.parked) == ("twilio", "status", 1)
    assert world.troubles == [f"inbox message {row.id} is parked: there is no outreach 4711"]
    world.troubles.clear()


def test_an_objection_holds_also_where_nobody_knows_the_message(world: World, client: FlaskClient) -> None:
    make(client, calls.events(calls.event("spamreport", 4_711), at=NOON))
    world.tick()
    assert world.rows(Customer)[0].no_surveys_at == NOON
    world.troubles.clear()


def test_of_a_thousand_events_only_the_malformed_one_is_parked(asked: World, client: FlaskClient) -> None:
    said = [calls.event("deferred", timestamp=NOON + n) for n in range(999)] + [calls.event("delivered")]
    body = calls.events(*said, at=NOON).body.replace(b'"timestamp":1750000499,', b'"timestamp":,')
    assert make(client, calls.signed(calls.EVENTS, body, LIST, NOON)).status_code == 204
    for _ in range(replies.TRIES):
        asked.tick()
    states = [row.state for row in inbox(asked)]
    assert (states.count(InboxState.DONE), states.count(InboxState.PARKED)) == (999, 1)
    assert fate(asked) == (OutreachState.ACCEPTED, "delivered")
    asked.troubles.clear()


# What was refused


def _with(world: World, **settings: Any) -> None:
    world.runtime = replace(world.runtime, settings=world.runtime.settings.model_copy(update=settings))


def test_a_wrong_key_costs_no_replies(world: World) -> None:
    right = world.runtime
    _with(world, twilio_auth_token=SecretStr("yesterday's"), sendgrid_inbound_key=calls.public("tomorrow"))
    for call in (calls.sms("8"), calls.mail("9", at=NOON)):
        assert make(client_of(world.runtime), call).status_code == 403
    assert hooks.recheck(world.runtime) == (0, 2)
    world.now += 3 * DAY
    assert hooks.recheck(right) == (2, 0)
    assert [row.received_at for row in inbox(world)] == [NOON, NOON]
    world.tick()
    assert [reply.score for reply in world.rows(Reply)] == [8, 9]


def test_a_wrong_address_of_ours_costs_no_replies(world: World) -> None:
    right = world.runtime
    _with(world, public_base_url="http://ask.example.com")
    assert make(client_of(world.runtime), calls.status("sent", 1)).status_code == 403
    assert hooks.recheck(right) == (1, 0)
    (row,) = inbox(world)
    assert row.headers == {"outreach_id": "1"}


def test_what_was_refused_and_came_again_in_the_meantime_is_one_row(world: World) -> None:
    right = world.runtime
    _with(world, twilio_auth_token=SecretStr("yesterday's"))
    make(client_of(world.runtime), calls.sms("8"))
    make(client_of(right), calls.sms("8"))
    assert hooks.recheck(right) == (1, 0)
    assert len(inbox(world)) == 1
    assert world.rows(Quarantined) == []


def test_strangers_fill_no_disk(world: World, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "MOST_KEPT", 7)
    monkeypatch.setattr(hooks, "MOST_A_MINUTE", 3)
    forged = calls.sms("8").but(headers={"X-Twilio-Signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="})
    for minute in range(3):
        world.now = NOON + minute * 60
        for _ in range(5):
            assert make(client, forged).status_code == 403
        assert len(world.rows(Quarantined)) == min(3 * (minute + 1), 7)
    assert len(world.rows(Quarantined)) == 7
    make(client, calls.mail("8", at=0))  # each kind has room of its own
    assert len(world.rows(Quarantined)) == 8


def test_strangers_with_large_bodies_fill_no_disk(
    world: World, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hooks, "MOST_BYTES", 100_000)
    for _ in range(5):
        make(client, calls.Post(calls.INBOUND, b"Body=" + b"x" * 40_000, calls.FORM))
    assert len(world.rows(Quarantined)) == 2


def test_what_was_refused_is_forgotten_after_two_weeks(world: World, client: FlaskClient) -> None:
    make(client, calls.Post(calls.INBOUND, b"Body=8", calls.FORM))
    world.now += hooks.KEPT_SECONDS - HOUR
    world.tick()
    assert len(world.rows(Quarantined)) == 1
    world.later(HOUR)
    assert world.rows(Quarantined) == []


def test_an_hour_in_which_much_is_refused_alarms_and_a_stranger_does_not(world: World, client: FlaskClient) -> None:
    def alarming() -> list[str]:
        with world.runtime.reading() as session:
            return [f"{one.provider} {one.kind}" for one in hooks_health(session, world.now) if one.alarming]

    forged = calls.Post(calls.INBOUND, b"Body=8", calls.FORM)
    for _ in range(4):
        make(client, forged)
    assert alarming() == []
    make(client, forged)
    assert alarming() == ["twilio inbound"]
    for number in range(100):
        hooks.store(world.runtime, [hooks.Arrival("twilio", "inbound", f"{number}", b"", {}, world.now)])
    assert alarming() == []
    with world.runtime.reading() as session:
        (health,) = [one for one in hooks_health(session, NOON) if one.kept_aside]
    assert (health.last_at, health.stored, health.refused, health.kept_aside) == (NOON, 100, 5, 5)
    world.by_hand(sa.delete(InboxMessage))
    world.now += HOUR
    assert alarming() == []
