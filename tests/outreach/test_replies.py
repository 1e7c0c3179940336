"""What came back: kept as it was written, understood or shown to a person, and acted on once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from psycopg.errors import DeadlockDetected
from sqlalchemy.exc import OperationalError
from sqlmodel import col

from channels.message import Channel, InboundMessage
from channels.sandbox import write_reply
from outreach import audit, planning, replies, reviewing
from outreach.hearing import ANSWER_WINDOW, REVIEW_PAUSE
from outreach.lifecycle import Consent, InboxState, IntentState, OutreachState
from outreach.replies import TRIES, receive, receive_new
from outreach.tables import ConsentEvent, ContactPoint, Customer, InboxMessage, Intent, Reply, Suppression
from tests.make import DAY, HOUR
from tests.world import World, asks, gives


@pytest.fixture
def asked(world: World) -> World:
    """Somebody was just asked by e-mail, and can be reached by SMS as well."""
    world.publish(asks())
    world.customer(phone="+31612345678", consent_sms="yes")
    world.contact()
    world.tick()
    return world


def _arrives(world: World, *bodies: bytes) -> list[int]:
    """In the inbox, as it came, and not taken in yet."""
    first = len(world.rows(InboxMessage))
    rows = [
        {
            "provider": "sandbox", "kind": "reply", "dedupe_key": f"r{first + n}", "raw_body": body, "headers": {},
            "received_at": world.now, "state": "new", "tries": 0,
        }
        for n, body in enumerate(bodies)
    ]  # fmt: skip
    world.by_hand(*(sa.insert(InboxMessage).values(row) for row in rows))
    return [row.id for row in world.rows(InboxMessage)][first:]


def _body(text: str, sender: str = "K1@a.eu", channel: Channel = Channel.EMAIL) -> bytes:
    return write_reply(InboundMessage(channel, sender, text, "x"))


def _reply(world: World) -> Any:
    (reply,) = world.rows(Reply)
    return reply


def _outcome(world: World) -> tuple[str | None, int | None]:
    (entry,) = world.ledger()
    return entry.outcome, entry.outcome_at


# What is understood


def test_a_score_with_a_comment_is_an_answer_to_the_ask(asked: World) -> None:
    asked.now += HOUR
    asked.says("8 want jullie bellen altijd terug")
    reply = _reply(asked)
    assert (reply.intent, reply.score, reply.comment) == ("answer", 8, "want jullie bellen altijd terug")
    assert reply.text == "8 want jullie bellen altijd terug"
    assert reply.outreach_id == asked.outreaches()[0].id
    assert _outcome(asked) == ("answered", asked.now)


@pytest.mark.parametrize(
    ("text", "intent", "outcome"),
    [
        ("not now please", "later", "not_now"),
        ("thanks for the quick repair", "comment", "replied"),
        ("2 dagen wachten", "unclear", "replied"),
        ("ok", "unclear", "replied"),
    ],
)
def test_other_words_are_kept_for_what_they_are(asked: World, text: str, intent: str, outcome: str) -> None:
    asked.says(text)
    reply = _reply(asked)
    assert (reply.intent, reply.score, reply.text) == (intent, None, text)
    assert _outcome(asked) == (outcome, asked.now)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (("not now", "thanks anyway"), "not_now"),
        (("not now", "7"), "answered"),
        (("fine by me", "later"), "not_now"),
        (("8", "not now"), "answered"),
    ],
)
def test_what_is_said_later_counts_where_it_says_more(asked: World, said: tuple[str, str], outcome: str) -> None:
    for text in said:
        asked.says(text)
    assert _outcome(asked)[0] == outcome
    assert len(asked.rows(Reply)) == 2


def test_a_reply_by_another_channel_belongs_to_the_same_ask(asked: World) -> None:
    asked.says("9", channel=Channel.SMS)
    assert _reply(asked).outreach_id == asked.outreaches()[0].id


def test_a_reply_long_after_the_ask_is_kept_and_answers_nothing(asked: World) -> None:
    asked.now += ANSWER_WINDOW
    asked.says("8")
    assert (_reply(asked).outreach_id, _outcome(asked)) == (None, (None, None))


def test_a_reply_that_lay_in_the_inbox_counts_from_when_it_came(asked: World) -> None:
    came = asked.now
    _arrives(asked, _body("8"))
    asked.later(2 * DAY)
    assert _reply(asked).received_at == came
    assert _outcome(asked) == ("answered", came)


def test_a_compliment_needs_no_ask(world: World) -> None:
    world.customer()
    world.says("your driver was wonderful")
    assert (_reply(world).intent, _reply(world).outreach_id) == ("comment", None)


def test_an_answer_settles_what_happened_before_it_and_nothing_that_comes_after(asked: World) -> None:
    asked.contact(kind="call")
    _arrives(asked, _body("8"))
    asked.now += HOUR
    asked.contact(kind="delivery")
    receive_new(asked.runtime)
    assert [intent.state for intent in asked.intents()[1:]] == [IntentState.CANCELLED, IntentState.OPEN]


# Stopping


def test_stop_stops_everything_on_all_channels(asked: World) -> None:
    asked.publish(gives())
    asked.contact(kind="call")
    asked.clock.tidy()
    asked.says("STOP")
    assert {point.consent for point in asked.rows(ContactPoint)} == {Consent.WITHDRAWN}
    assert {row.channel for row in asked.rows(Suppression)} == {"email", "sms"}
    assert {intent.state for intent in asked.intents()} == {IntentState.DONE, IntentState.CANCELLED}
    asked.contact(kind="delivery")
    asked.later(400 * DAY)
    assert len(asked.got()) == 1


def test_stop_calls_off_what_is_planned(world: World) -> None:
    world.publish(asks())
    world.customer()
    world.contact()
    planning.look(world.runtime, [world.id_of("K1")])
    world.says("please stop")
    (outreach,) = world.outreaches()
    assert (outreach.state, outreach.reason) == (OutreachState.CANCELLED, "opted out")


def test_stop_holds_for_addresses_that_become_known_later(world: World) -> None:
    world.publish(gives(channels=["email", "sms"]))
    world.customer()
    world.says("STOP")
    world.customer(email="new@a.eu", phone="+31612345678", consent_sms="yes", consent_email="yes")
    world.by_hand(sa.update(Intent).values(state="open", look_at=world.now))  # whatever may wake it
    world.tick()
    assert world.got() == []
    assert {event.channel for event in world.rows(ConsentEvent) if event.what == "withdrawn"} == {"email", "sms"}


def test_stop_with_a_score_is_both(asked: World) -> None:
    asked.says("3. Stop")
    assert (_reply(asked).intent, _reply(asked).score) == ("stop", 3)
    assert _outcome(asked)[0] == "answered"


def test_saying_stop_twice_is_stopping_once(asked: World) -> None:
    asked.says("STOP")
    before = len(asked.rows(Suppression))
    asked.says("STOP!")
    assert len(asked.rows(Suppression)) == before
    assert asked.rows(Customer)[0].no_surveys_at == asked.now


def test_a_doubtful_stop_leaves_the_customer_in_peace_until_a_person_has_looked(asked: World) -> None:
    asked.publish(gives())
    asked.says("8, but I thought I had asked you to stop calling me about the contract")
    (customer,) = asked.rows(Customer)
    assert (customer.no_surveys_at, customer.paused_until) == (None, asked.now + REVIEW_PAUSE)
    assert _outcome(asked)[0] == "answered"
    for _ in range(4):
        asked.later(365 * DAY)
    assert len(asked.got()) == 1
    reviewing.decide(asked.runtime, asked.rows(Reply)[0].id, reviewing.Verdict.NOTHING, "marit")
    asked.tick()
    assert len(asked.got()) == 2


# Who it is from


def test_a_reply_from_nobody_we_know_is_kept_and_belongs_to_nobody(world: World) -> None:
    _arrives(world, _body("9 great", "stranger@a.eu"))
    world.tick()
    assert (_reply(world).customer_id, _reply(world).score) == (None, 9)


def test_a_stop_from_nobody_we_know_holds_for_whoever_has_that_address_later(world: World) -> None:
    world.publish(gives())
    _arrives(world, _body("STOP", "k1@A.eu"))
    world.tick()
    world.customer()
    world.later(DAY)
    assert world.got() == []


def test_capitals_and_a_tag_in_the_address_are_the_same_sender(asked: World) -> None:
    _arrives(asked, _body("8", "k1+shop@A.EU"))
    asked.tick()
    assert _reply(asked).customer_id == asked.id_of("K1")


# Once, and none lost


def test_a_message_delivered_twice_is_one_reply(asked: World) -> None:
    for _ in range(3):
        asked.says("8", key="the same")
    assert _reply(asked).score == 8


def test_a_message_taken_in_by_many_at_once_is_one_reply(asked: World) -> None:
    (inbox_id,) = _arrives(asked, _body("8"))
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda _: receive(asked.runtime, inbox_id), range(8)))
    assert sum(taken) == 1
    assert _reply(asked).score == 8


def test_a_message_that_cannot_be_understood_is_parked_after_five_tries_and_others_go_on(asked: World) -> None:
    _arrives(asked, b"\xff not JSON", _body("8"), b"{}")
    for _ in range(TRIES + 2):
        receive_new(asked.runtime)
    states = [(row.state, row.tries) for row in asked.rows(InboxMessage)]
    assert states == [(InboxState.PARKED, TRIES), (InboxState.DONE, 0), (InboxState.PARKED, TRIES)]
    assert asked.rows(InboxMessage)[0].problem
    assert _reply(asked).score == 8
    assert len(asked.troubles) == 2 * TRIES
    asked.troubles.clear()


def test_a_message_of_a_provider_nobody_knows_is_parked_and_kept(world: World) -> None:
    (inbox_id,) = _arrives(world, b"raw")
    world.by_hand(sa.update(InboxMessage).values(provider="carrier pigeon"))
    for _ in range(TRIES):
        assert not receive(world.runtime, inbox_id)
    (row,) = world.rows(InboxMessage)
    assert (row.state, row.raw_body) == (InboxState.PARKED, b"raw")
    world.troubles.clear()


def test_a_database_that_is_away_is_no_fault_of_the_message(asked: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("away"))

    (inbox_id,) = _arrives(asked, _body("8"))
    with monkeypatch.context() as patched:
        patched.setattr(replies, "lock_customers", away)
        for _ in range(TRIES):
            with pytest.raises(OperationalError):
                receive(asked.runtime, inbox_id)
    assert receive(asked.runtime, inbox_id)


def test_a_deadlock_over_a_message_is_not_a_database_that_is_away(
    asked: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deadlock(*_: object) -> None:
        raise OperationalError("SELECT", {}, DeadlockDetected())

    (inbox_id,) = _arrives(asked, _body("8"))
    with monkeypatch.context() as patched:
        patched.setattr(replies, "lock_customers", deadlock)
        assert not receive(asked.runtime, inbox_id)
    asked.troubles.clear()
    assert receive(asked.runtime, inbox_id)


def test_a_message_is_taken_in_whole_or_not_at_all(asked: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    (inbox_id,) = _arrives(asked, _body("STOP"))
    with monkeypatch.context() as patched:
        patched.setattr(audit, "record", fail)
        assert not receive(asked.runtime, inbox_id)
    assert asked.rows(Reply) == []
    assert asked.rows(Suppression) == []
    asked.troubles.clear()
    assert receive(asked.runtime, inbox_id)
    with asked.runtime.reading() as session:
        assert session.execute(sa.select(col(InboxMessage.state))).scalar_one() == InboxState.DONE
