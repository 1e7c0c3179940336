"""What follows from what is heard: from machines, from strangers, from a snooze, and from the words of a provider."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import select

from channels.message import Channel, InboundMessage, OptOut
from outreach import hearing
from outreach.addresses import fingerprint
from outreach.answers import Intent as Said
from outreach.database import lock_customers
from outreach.hearing import REVIEW_PAUSE, Heard
from outreach.lifecycle import Consent, IntentState
from outreach.reports.overview import overview
from outreach.reports.replies import replies
from outreach.tables import AuditEntry, ContactPoint, Customer, InboxMessage, Reply, Suppression
from tests.make import DAY, HOUR
from tests.world import World, asks, gives

REMINDER = {"after": "4d", "until": "7d"}


@pytest.fixture
def asked(world: World) -> World:
    """Somebody with a phone as well was just asked by e-mail, by a policy that reminds."""
    world.publish(asks(reminder=REMINDER))
    world.customer(phone="+31612345678", consent_sms="yes")
    world.contact()
    world.tick()
    return world


def _arrives(world: World, text: str, customer: str | None = "K1", **said: Any) -> Reply:
    """As a provider brings it, with whatever it says about it."""
    number = len(world.rows(InboxMessage)) + 1
    row = {"provider": "p", "kind": "k", "dedupe_key": str(number), "raw_body": b"", "headers": {}, "state": "done"}
    world.by_hand(sa.insert(InboxMessage).values(**row, received_at=world.now, tries=0))
    facts: dict[str, Any] = {"channel": Channel.EMAIL, "sender": "K1@a.eu", **said}
    message = InboundMessage(text=text, provider_id=str(number), **facts)
    with world.runtime.writing() as session:
        whose = lock_customers(session, [world.id_of(customer)])[0] if customer else None
        address = fingerprint(world.runtime.settings.key("addresses"), message.channel, message.sender)
        return hearing.take_in(session, whose, Heard(number, world.now, address, message))


def _customer(world: World) -> Customer:
    with world.runtime.reading() as session:
        return session.exec(select(Customer)).one()


def _audit(world: World) -> list[AuditEntry]:
    with world.runtime.reading() as session:
        return list(session.exec(select(AuditEntry)))


# Machines


@pytest.mark.parametrize("text", ["I am out of office until 1 July", "10", "STOP", "please stop mailing me, thank you"])
def test_what_a_machine_wrote_is_kept_and_has_no_consequence(asked: World, text: str) -> None:
    reply = _arrives(asked, text, automatic=True)
    assert (reply.intent, reply.score, reply.text, reply.talk_at) == (Said.AUTOMATIC, None, text, None)
    assert asked.ledger()[0].outcome is None
    assert asked.rows(Suppression) == []
    asked.later(4 * DAY)
    assert [entry.kind for entry in asked.ledger()] == ["ask", "reminder"]
    assert overview(asked.runtime).waiting.unclear_replies == 0


def test_a_conversation_begins_with_what_the_customer_wrote_and_not_with_a_machine(asked: World) -> None:
    _arrives(asked, "I am out of office", automatic=True)
    asked.says("8")
    asked.says("fine, all of it")
    assert [reply.continues_id for reply in asked.rows(Reply)] == [None, None, 2]


# What the provider made of it


def test_a_stop_that_the_provider_recognised_is_a_stop(asked: World) -> None:
    reply = _arrives(asked, "Arrêt svp", channel=Channel.SMS, sender="+31612345678", opt_out=OptOut.STOP)
    assert reply.intent == Said.STOP
    assert {point.consent for point in asked.rows(ContactPoint)} == {Consent.WITHDRAWN}


def test_start_lifts_what_the_keyword_did_and_leaves_the_rest_to_a_person(asked: World) -> None:
    asked.says("please stop mailing me")
    key = fingerprint(asked.runtime.settings.key("addresses"), "sms", "+31612345678")
    row = {"address_hmac": key, "channel": "sms", "reason": "the word stop, to the provider", "source": "provider"}
    asked.by_hand(sa.insert(Suppression).values(**row, scope="keyword", at=1))
    reply = _arrives(asked, "START", channel=Channel.SMS, sender="+31612345678", opt_out=OptOut.START)
    assert {(held.channel, held.scope) for held in asked.rows(Suppression)} == {("email", "all"), ("sms", "all")}
    assert (reply.intent, reply.sure) == (Said.START, False)


def test_start_from_whoever_did_not_stop_needs_no_person(asked: World) -> None:
    assert _arrives(asked, "START", channel=Channel.SMS, sender="+31612345678").sure


def test_help_waits_for_a_person(asked: World) -> None:
    asked.says("HELP")
    assert overview(asked.runtime).waiting.unclear_replies == 1


# Somebody else


def test_a_wrong_number_withdraws_the_address_and_not_the_person(asked: World) -> None:
    asked.publish(gives(channels=["sms", "email"]))
    _arrives(asked, "wrong number", channel=Channel.SMS, sender="+31612345678")
    points = {point.channel: (point.usable, point.unusable_why) for point in asked.rows(ContactPoint)}
    assert points == {"email": (True, None), "sms": (False, "somebody else has this address")}
    assert [(held.channel, held.scope) for held in asked.rows(Suppression)] == [("sms", "all")]
    assert asked.ledger()[0].outcome is None
    assert _customer(asked).no_surveys_at is None
    assert any("withdrawn" in entry.what for entry in _audit(asked))
    asked.later(2 * DAY)
    assert {sent.channel for sent in asked.got()} == {"email"}
    assert len(asked.got()) == 2


def test_what_somebody_else_wrote_calls_off_no_reminder(asked: World) -> None:
    _arrives(asked, "wrong number", channel=Channel.SMS, sender="+31612345678")
    asked.later(4 * DAY)
    assert [entry.kind for entry in asked.ledger()] == ["ask", "reminder"]


# Later


@pytest.mark.parametrize(("text", "days"), [("ask me again in 3 weeks", 21), ("vraag het over 10 dagen nog eens", 10)])
def test_not_now_with_a_time_leaves_the_customer_in_peace_for_so_long(asked: World, text: str, days: int) -> None:
    asked.publish(gives())
    asked.says(text)
    until = asked.now + days * DAY
    assert _customer(asked).paused_until == until
    assert asked.ledger()[0].outcome == "not_now"
    asked.later(days * DAY - HOUR)
    assert len(asked.got()) == 1
    asked.later(HOUR)
    assert len(asked.got()) == 2


def test_of_two_pauses_the_longer_one_holds(asked: World) -> None:
    asked.says("8, but I thought I had asked you to stop calling me about the contract")
    asked.says("ask me again in 3 weeks")
    assert _customer(asked).paused_until == asked.now + REVIEW_PAUSE


# What it comes to


def test_an_ask_that_was_heard_from_is_done_at_once(asked: World) -> None:
    assert asked.intents()[0].state == IntentState.OPEN
    asked.says("thank you so much")
    assert (asked.intents()[0].state, asked.intents()[0].look_at) == (IntentState.DONE, None)


def test_one_answer_a_conversation_counts_and_it_is_the_last_sure_one(asked: World) -> None:
    people = [f"C{n}" for n in range(5)]
    asked.customers(*people)
    asked.contacts(*people)
    asked.tick()
    for person in people:
        asked.says("9", person)
    for text in ("10", "2", "9, but I thought I had asked you to stop calling me about the contract"):
        asked.now += 60
        asked.says(text, "C0")
    found = overview(asked.runtime)
    assert (found.figures.answers, found.figures.answered) == (5, 5)
    assert found.score is not None
    assert (found.score.promoters, found.score.critics) == (4, 1)
    assert [row.score for row in replies(asked.runtime, "critics").rows] == [2]
    assert len(replies(asked.runtime).rows) == 8


def test_a_correction_that_is_taken_in_before_what_it_corrects_still_counts(asked: World) -> None:
    asked.says("9")
    asked.says("2")
    first, second = asked.rows(Reply)
    asked.by_hand(
        sa.update(Reply).where(sa.column("id") == second.id).values(received_at=first.received_at - 60)
    )  # the mail that came first was delivered last
    assert [row.score for row in replies(asked.runtime, "promoters").rows] == [9]
    assert replies(asked.runtime, "critics").rows == ()


def test_a_score_from_nobody_we_know_counts_for_nothing_and_waits_for_a_person(asked: World) -> None:
    _arrives(asked, "1", customer=None, sender="stranger@a.eu")
    found = overview(asked.runtime)
    assert (found.figures.answers, found.waiting.unclear_replies) == (0, 1)


def test_a_stop_from_nobody_we_know_is_remembered_for_the_address(asked: World) -> None:
    _arrives(asked, "STOP", customer=None, sender="+31687654321", channel=Channel.SMS)
    assert [(held.channel, held.scope) for held in asked.rows(Suppression)] == [("sms", "all")]
    assert [entry for entry in _audit(asked) if "opted_out" in entry.what] == []
