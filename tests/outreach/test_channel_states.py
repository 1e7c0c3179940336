"""Whether a channel may be used now: a person's switch, what its provider asked for, and the rate that is permitted."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from channels.message import Channel, Message, Objection, Outcome, Receipt, SendRefused
from outreach import channel_states, clock, delivery, planning
from outreach.lifecycle import OutreachState
from outreach.tables import Attempt, ContactPoint, Outreach, Suppression
from tests.make import HOUR
from tests.world import World, a_world, asks

LIVE: dict[str, Any] = {
    "public_base_url": "https://ask.example.com",
    "real_channels": "sms",
    "twilio_account_sid": f"AC{'0' * 32}",
    "twilio_auth_token": "token",
    "twilio_sender": "+31970000000",
}
BY_SMS: dict[str, Any] = {"channels": ["sms"], "rests": {"after_ask": "1d"}}


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    with a_world(database_url) as made:
        made.publish(asks())
        yield made


def planned(world: World, *customers: str) -> list[int]:
    """Outreaches that are due, and nothing has been done about them."""
    world.customers(*customers)
    world.contacts(*customers)
    planning.look(world.runtime, [world.id_of(one) for one in customers])
    return [outreach.id for outreach in world.outreaches()]


def test_nothing_leaves_by_a_channel_that_somebody_stopped(world: World) -> None:
    ids = planned(world, "K1")
    channel_states.stop(world.runtime, ("email",), "me", "a mistake in a text")
    assert delivery.deliver(world.runtime, ids) == 0
    world.later(HOUR)
    assert world.got() == []
    assert [outreach.state for outreach in world.outreaches()] == [OutreachState.PLANNED]


def test_it_goes_out_once_the_channel_is_opened_again(world: World) -> None:
    planned(world, "K1")
    channel_states.stop(world.runtime, ("email",), "me", "a mistake in a text")
    world.tick()
    channel_states.resume(world.runtime, ("email",), "me")
    world.tick()
    assert len(world.got()) == 1


def test_a_stopped_channel_is_not_rung_for(world: World) -> None:
    planned(world, "K1")
    channel_states.stop(world.runtime, ("email",), "me", "wait")
    with world.runtime.reading() as session:
        assert clock.due_outreaches(session, world.now, 10) == {}
        (closed,) = channel_states.closed(session, world.now)
    assert (closed.channel, closed.until, closed.reason) == ("email", None, "wait")


class Busy:
    """A provider that wants to be left alone after the first message of each call."""

    def __init__(self, objection: Objection | None = None) -> None:
        self.calls: list[int] = []
        self.objection = objection

    def send_many(self, messages: Sequence[Message]) -> list[Outcome]:
        self.calls += [message.outreach_id for message in messages]
        gone = SendRefused("no more", permanent=True, objection=self.objection)
        busy = SendRefused("too many requests", permanent=False, retry_after=600)
        return [gone if self.objection else busy for _ in messages]

    def find(self, message: Message, at: int) -> Receipt | None:
        return None


def test_a_provider_that_wants_to_be_left_alone_is_left_alone_for_every_message(world: World) -> None:
    ids = planned(world, "K1", "K2")
    provider = world.runtime.senders[Channel.EMAIL] = Busy()
    delivery.deliver(world.runtime, ids[:1])
    delivery.deliver(world.runtime, ids[1:])
    assert provider.calls == ids[:1]
    world.now += 601
    delivery.deliver(world.runtime, ids[1:])
    assert provider.calls == ids


def test_a_number_that_sent_stop_to_the_provider_is_suppressed_until_start_and_not_for_good(world: World) -> None:
    ids = planned(world, "K1")
    world.runtime.senders[Channel.EMAIL] = Busy(Objection.KEYWORD)
    delivery.deliver(world.runtime, ids)
    assert [row.scope for row in world.rows(Suppression)] == ["keyword"]
    assert all(point.usable for point in world.rows(ContactPoint))


def test_a_number_that_is_nobodys_is_not_used_again(world: World) -> None:
    ids = planned(world, "K1")
    world.runtime.senders[Channel.EMAIL] = Busy(Objection.BOUNCED)
    delivery.deliver(world.runtime, ids)
    assert [row.scope for row in world.rows(Suppression)] == ["all"]
    assert not any(point.usable for point in world.rows(ContactPoint))


@pytest.fixture
def by_sms(database_url: str) -> Iterator[World]:
    with a_world(database_url, **LIVE, sms_segments_a_second=0.1) as made:
        made.publish(asks(**BY_SMS))
        made.customers(*(f"S{n}" for n in range(5)), consent_sms="yes")
        for n in range(5):
            made.customer(f"S{n}", phone=f"+3161234567{n}")
        made.contacts(*(f"S{n}" for n in range(5)))
        yield made


def test_sms_leave_no_faster_than_their_number_may_send(by_sms: World) -> None:
    by_sms.tick()
    at = [by_sms.now]
    while len(by_sms.rows(Attempt)) < 5:
        by_sms.later(10)
        at.append(by_sms.now)
        assert len(by_sms.rows(Attempt)) <= 2 + (by_sms.now - at[0]) // 10
    assert at[-1] - at[0] >= 20
    assert [outreach.state for outreach in by_sms.outreaches()] == [OutreachState.ACCEPTED] * 5


def test_it_can_be_told_when_the_last_will_have_left(by_sms: World) -> None:
    planning.look(by_sms.runtime, range(1, 6))
    with by_sms.runtime.reading() as session:
        assert channel_states.last_leaves_at(session, 0.1, by_sms.now) == by_sms.now + 50


def test_a_channel_that_does_not_really_send_reaches_nobody(by_sms: World) -> None:
    by_sms.publish(asks("by-mail", channels=["email"]))
    by_sms.tick()
    assert {row.channel for row in by_sms.rows(Outreach)} <= {"sms"}


def test_both_databases_take_a_switch_that_is_thrown_twice(world: World) -> None:
    for _ in range(2):
        channel_states.stop(world.runtime, ("email", "sms"), "me", "all of it")
    with world.runtime.reading() as session:
        assert {one.channel for one in channel_states.closed(session, world.now)} == {"email", "sms"}
        assert session.execute(sa.text("SELECT count(*) FROM channel_states")).scalar_one() == 2
