"""Processes are killed every few hundredths of a second, and the provider is no better. Nobody gets anything twice,
nobody is asked after they said stop, and nothing that anybody said is lost.

STORM_MESSAGES tells how many messages there are. What is held against it is what the provider and the customers have.
"""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col

from outreach import delivery, optout, planning
from outreach.lifecycle import InboxState, IntentState, OutreachState
from outreach.tables import Customer, InboxMessage, Reply
from tests import planted
from tests.conftest import postgres_database
from tests.provider import Taken
from tests.storm import Storm, number_of, order_of, prepare
from tests.world import World, a_world, asks

MESSAGES = int(os.environ.get("STORM_MESSAGES", "300"))
FEW = 150  # are enough to see a bug
PATIENCE = 100 + MESSAGES / 4  # seconds
REACHED = {OutreachState.ACCEPTED, OutreachState.ABANDONED}
NEVER_LEFT = {OutreachState.REFUSED, OutreachState.CANCELLED}

pytestmark = pytest.mark.timeout(PATIENCE + 20)


def a_storm(url: str, messages: int, *bug: str) -> Storm:
    command = [sys.executable, "-W", "error", "-m", "tests.storm", url, str(messages), *bug]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            said = json.loads(process.communicate(timeout=PATIENCE)[0])
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # none of its processes outlives it
    taken = [Taken(**one) for one in said.pop("taken")]
    asked = {int(outreach): times for outreach, times in said.pop("asked").items()}
    return Storm(taken=taken, asked=asked, **said)


@contextmanager
def a_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'storm.db'}"
    else:
        with postgres_database(request.getfixturevalue("postgres_server")) as url:
            yield url


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def after(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Storm, World]]:
    """What came of a storm, and what is in the database afterwards."""
    with a_database(request, tmp_path_factory.mktemp("storm")) as url:
        storm = a_storm(url, MESSAGES)
        with a_world(url) as world:
            print(figures(storm, world))
            yield storm, world


@pytest.fixture
def storm(after: tuple[Storm, World]) -> Storm:
    return after[0]


@pytest.fixture
def world(after: tuple[Storm, World]) -> World:
    return after[1]


@pytest.fixture(params=["sqlite", "postgresql"])
def another_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with a_database(request, tmp_path) as url:
        yield url


def figures(storm: Storm, world: World) -> str:
    states = Counter(outreach.state for outreach in world.outreaches())
    by_sms = [row.raw_body for row in world.rows(InboxMessage) if (row.provider, row.kind) == ("twilio", "inbound")]
    listed = sum(b"FromCountry" not in body for body in by_sms)  # no list tells it
    return (
        f"{MESSAGES} customers in {storm.seconds:.0f} s: killed {storm.kills}, {storm.in_flight} of them in the middle "
        f"of a call; {len(storm.asked)} handed over, {len(wrote(storm))} written, {len(stopped(storm))} stopped, "
        f"{listed} SMS of theirs found in the list; {dict(states)}"
    )


# What the provider and the customers have


def took(storm: Storm) -> Counter[int]:
    """How often the provider took each outreach."""
    return Counter(one.outreach_id for one in storm.taken if one.outreach_id)


def sent_twice(storm: Storm) -> set[int]:
    """What was handed over, or taken, more than once."""
    return {outreach for counted in (storm.asked, took(storm)) for outreach, times in counted.items() if times > 1}


def asked_after_a_stop(order: Sequence[tuple[int, int | None]]) -> set[int]:
    """What was handed over to somebody whose opt-out was committed before the hand-over was. One that was committed
    before the opt-out may still be on its way."""
    stopped: set[int] = set()
    after = set()
    for customer, outreach in order:
        if outreach is None:
            stopped.add(customer)
        elif customer in stopped:
            after.add(outreach)
    return after


def wrote(storm: Storm) -> Counter[tuple[int, str]]:
    """What each customer wrote."""
    return Counter((number_of(one.sender), one.text) for one in storm.taken if not one.outreach_id)


def stopped(storm: Storm) -> set[int]:
    return {customer for customer, text in wrote(storm) if text == "STOP"}


def kept(world: World) -> Counter[tuple[int, str]]:
    """What we have of it."""
    replies = sa.select(col(Customer.external_id), col(Reply.text)).join(
        Customer, col(Customer.id) == col(Reply.customer_id), isouter=True
    )
    with world.runtime.reading() as session:
        return Counter((number_of(who or "0"), text) for who, text in session.execute(replies))


# The promises


def test_nothing_is_sent_twice(storm: Storm) -> None:
    assert sent_twice(storm) == set()
    assert max(Counter(one.recipient for one in storm.taken if one.outreach_id).values()) == 1


def test_nobody_is_asked_after_they_said_stop(storm: Storm, world: World) -> None:
    assert asked_after_a_stop(storm.order) == set()
    assert storm.asked.keys() <= {outreach for _, outreach in storm.order}
    opted_out = {number_of(one.external_id) for one in world.rows(Customer) if one.no_surveys_at is not None}
    assert opted_out == stopped(storm)


def test_everything_that_anybody_wrote_is_kept_exactly_once(storm: Storm, world: World) -> None:
    assert kept(world) == wrote(storm)
    assert {row.state for row in world.rows(InboxMessage)} == {InboxState.DONE}


def test_every_message_is_accounted_for(storm: Storm, world: World) -> None:
    by_state = {state: {o.id for o in world.outreaches() if o.state == state} for state in OutreachState}
    assert {state for state, ids in by_state.items() if ids} <= REACHED | NEVER_LEFT
    assert by_state[OutreachState.ACCEPTED] == took(storm).keys()
    assert not by_state[OutreachState.CANCELLED] & storm.asked.keys()
    assert all(outreach.reason for outreach in world.outreaches() if outreach.state != OutreachState.ACCEPTED)
    counted = {entry.outreach_id for entry in world.ledger() if entry.voided_at is None}
    assert counted == by_state[OutreachState.ACCEPTED] | by_state[OutreachState.ABANDONED]
    reached = Counter(outreach.intent_id for outreach in world.outreaches() if outreach.state in REACHED)
    assert len(world.intents()) == MESSAGES
    for intent in world.intents():
        assert reached[intent.id] == (intent.state == IntentState.DONE)
        assert intent.reason or intent.state == IntentState.DONE


def test_processes_were_killed_in_the_middle_of_calls_and_none_ended_by_itself(storm: Storm) -> None:
    assert storm.kills.keys() == {"worker", "clock", "pages"}
    assert storm.in_flight > 3  # kills of the idle prove nothing
    assert storm.broke == 0
    assert len(took(storm)) > MESSAGES / 4
    assert min(len(stopped(storm)), wrote(storm).total()) > 3


# Would it notice?


def test_messages_that_are_sent_again_would_be_noticed(another_url: str) -> None:
    assert len(sent_twice(a_storm(another_url, 3 * FEW, "send_again"))) > 3


def test_calls_that_are_answered_before_they_are_kept_would_be_noticed(another_url: str) -> None:
    storm = a_storm(another_url, FEW, "answer_first")
    with a_world(another_url) as world:
        assert wrote(storm) - kept(world)
        assert not kept(world) - wrote(storm)


@pytest.mark.parametrize("heeded", [True, False])
def test_an_ask_after_a_stop_would_be_noticed(another_url: str, monkeypatch: pytest.MonkeyPatch, heeded: bool) -> None:
    prepare(another_url)
    if not heeded:
        monkeypatch.setattr(optout, "stop", planted.only_note_it)
        monkeypatch.setattr(optout, "suppress", lambda *_: None)
    with a_world(another_url) as world:
        world.publish(asks())
        world.customers("K1", "K2")
        world.contacts("K1", "K2")
        planning.look(world.runtime, [world.id_of("K1"), world.id_of("K2")])
        first, second = world.outreaches()
        delivery.deliver(world.runtime, [first.id])
        world.says("STOP", "K1")  # too late for the first
        world.says("STOP", "K2")
        delivery.deliver(world.runtime, [second.id])
        assert asked_after_a_stop(order_of(world)) == (set() if heeded else {second.id})
