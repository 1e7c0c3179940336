"""The clock: whatever is due gets done, with Redis and without, by one clock or by two, in spite of everything."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from psycopg.errors import DeadlockDetected
from sqlalchemy.exc import OperationalError
from sqlmodel import col

from channels.message import Channel, InboundMessage
from channels.sandbox import write_reply
from outreach import clock, heartbeat, planning, rhythms
from outreach.clock import RING_AGAIN, Clock
from outreach.doorbell import Doorbell
from outreach.lifecycle import IntentState, PolicyState
from outreach.runtime import Runtime
from outreach.tables import Customer, Heartbeat, InboxMessage, Intent, PolicyVersion, Reply
from tests.make import DAY, RecordingBell
from tests.world import World, a_world, asks, gives

PEOPLE = [f"K{n}" for n in range(8)]


@pytest.fixture
def bell() -> RecordingBell:
    return RecordingBell()


@pytest.fixture
def rung(sqlite_url: str, bell: RecordingBell) -> Iterator[World]:
    """A world in which somebody hears the bell, and does nothing."""
    with a_world(sqlite_url, bell) as made:
        yield made


def _busy(world: World) -> None:
    world.publish(asks())
    world.customers(*PEOPLE)
    world.contacts(*PEOPLE)


def _everybody_got_one(world: World) -> bool:
    return sorted(sent.recipient for sent in world.got()) == [f"{one}@a.eu" for one in PEOPLE] and all(
        sent.times == 1 for sent in world.got()
    )


# Without Redis, or with


def test_without_a_bell_the_clock_does_the_work_itself(world: World) -> None:
    _busy(world)
    world.tick()
    assert _everybody_got_one(world)


def test_with_a_redis_that_is_down_the_clock_does_the_work_itself(sqlite_url: str) -> None:
    with a_world(sqlite_url, Doorbell("unix:///nowhere/redis.sock")) as world:
        _busy(world)
        world.tick()
        assert _everybody_got_one(world)


def test_with_a_bell_the_clock_rings_and_leaves_the_work_to_others(rung: World, bell: RecordingBell) -> None:
    _busy(rung)
    bell.rings.clear()
    rung.tick()
    assert rung.outreaches() == []
    assert bell.rings == [("work", "outreach.jobs.look", [rung.id_of(one) for one in PEOPLE])]


def test_a_ring_that_nobody_followed_is_repeated_after_a_while(rung: World, bell: RecordingBell) -> None:
    _busy(rung)
    bell.rings.clear()
    rung.tick()
    rung.later(RING_AGAIN - 1)
    assert len(bell.rings) == 1
    rung.later(1)
    assert len(bell.rings) == 2


def test_a_redis_that_forgot_everything_costs_half_a_minute(rung: World, bell: RecordingBell) -> None:
    _busy(rung)
    rung.tick()
    bell.rings.clear()  # flushed: nobody will ever hear of them
    rung.later(RING_AGAIN)
    ((queue, _, ids),) = bell.rings
    assert queue == "work"
    planning.look(rung.runtime, ids)
    rung.later(1)
    assert bell.rings[-1][0] == "email"


def test_doubled_rings_are_harmless(world: World) -> None:
    _busy(world)
    ids = [world.id_of(one) for one in PEOPLE]
    for _ in range(3):
        planning.look(world.runtime, ids)
        world.tick()
    assert _everybody_got_one(world)


# Several clocks


def test_two_clocks_at_once_do_everything_once(world: World) -> None:
    _busy(world)
    world.publish(gives())
    both, start = [Clock(world.runtime), Clock(world.runtime)], threading.Barrier(2)

    def run(one: Clock) -> None:
        start.wait()
        for _ in range(10):
            one.tick()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, both))
    assert _everybody_got_one(world)
    assert len(world.intents()) == 2 * len(PEOPLE)


def test_processes_of_one_name_may_begin_at_the_same_moment(world: World) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: heartbeat.beat(world.runtime, "clock"), range(8)))
    with world.runtime.reading() as session:
        assert session.execute(sa.select(col(Heartbeat.process), col(Heartbeat.at))).all() == [("clock", world.now)]


# Going on


def test_what_cannot_be_worked_on_holds_up_nobody_else(world: World) -> None:
    _busy(world)
    world.by_hand(sa.update(Customer).where(col(Customer.external_id) == "K3").values(timezone="No/Where"))
    world.tick()
    assert len(world.got()) == len(PEOPLE) - 1
    troubles = list(world.troubles)
    assert set(troubles) == {f"look of [{world.id_of('K3')}] failed"}
    world.later(1)
    assert world.troubles == troubles  # it is not tried again every second
    world.by_hand(sa.update(Customer).values(timezone="Europe/Amsterdam"))
    world.later(RING_AGAIN)
    assert _everybody_got_one(world)
    world.troubles.clear()


def test_a_deadlock_of_many_is_got_over_by_each_apart(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    look = planning.look

    def deadlock(runtime: Runtime, ids: Sequence[int]) -> None:
        if len(ids) > 1:
            raise OperationalError("SELECT", {}, DeadlockDetected())
        look(runtime, ids)

    monkeypatch.setattr(planning, "look", deadlock)
    _busy(world)
    world.tick()
    assert _everybody_got_one(world)


def test_a_task_that_fails_keeps_no_other_from_its_turn(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(rhythms, "open_rhythms", fail)
    _busy(world)
    world.tick()
    assert _everybody_got_one(world)
    assert world.troubles.pop() == "rhythms failed"


def test_without_a_guard_nothing_is_sent_and_replies_are_still_taken_in(world: World) -> None:
    _busy(world)
    world.by_hand(sa.update(PolicyVersion).where(col(PolicyVersion.name) == "guard").values(state=PolicyState.RETIRED))
    passes = iter([False, False, True])
    world.by_hand(_a_reply(world))
    world.clock.run(lambda: next(passes), pause=0)
    assert world.got() == []
    assert len(world.rows(Reply)) == 1


def _a_reply(world: World) -> sa.Executable:
    body = write_reply(InboundMessage(Channel.EMAIL, "K1@a.eu", "8", "r1"))
    return sa.insert(InboxMessage).values(
        provider="sandbox", kind="reply", dedupe_key="r1", raw_body=body, headers={}, received_at=world.now,
        state="new", tries=0,
    )  # fmt: skip


def test_the_clock_stops_when_it_is_told_to(world: World) -> None:
    world.clock.run(lambda: True)
    with world.runtime.reading() as session:
        assert session.execute(sa.select(col(Heartbeat.process))).all() == []


# What is done now and then


def test_more_than_one_pass_can_hold_is_done_in_several(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "AT_ONCE", 3)
    _busy(world)
    world.tick()
    assert _everybody_got_one(world)


def test_what_expires_in_large_numbers_ends_in_several_transactions(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "AT_ONCE", 3)
    _busy(world)
    world.now += 15 * DAY
    assert clock.expire(world.runtime) == len(PEOPLE)
    assert {(intent.state, intent.look_at) for intent in world.intents()} == {(IntentState.EXPIRED, None)}
    assert clock.expire(world.runtime) == 0


def test_an_expired_wish_keeps_the_reason_why_it_was_held_back(world: World) -> None:
    _busy(world)
    world.by_hand(sa.update(Intent).values(reason="rest_between_asks", look_at=None))
    world.later(15 * DAY)
    assert {intent.reason for intent in world.intents()} == {"rest_between_asks"}


def test_what_waits_longest_is_due_first(world: World) -> None:
    world.publish(asks())
    world.customers("K1", "K2")
    world.contact("K2", ago=10 * 3600)
    world.contact("K1", ago=5 * 3600)
    with world.runtime.reading() as session:
        due: Sequence[int] = planning.due_customers(session, world.now, 10)
    assert list(due) == [world.id_of("K2"), world.id_of("K1")]
