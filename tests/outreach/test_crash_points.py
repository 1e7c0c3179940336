"""Whatever a process died of, and wherever: started again, it keeps the four promises, by the provider's own record."""

import subprocess
import sys

import pytest

from outreach.delivery import LEASE_SECONDS
from outreach.lifecycle import InboxState, IntentState, Kind, OutreachState
from outreach.reconciling import EVIDENCE_SECONDS
from outreach.tables import Customer, InboxMessage, Reply
from tests.make import DAY, HOUR
from tests.world import World, a_world

SETTLED = {OutreachState.ACCEPTED, OutreachState.ABANDONED, OutreachState.CANCELLED}


def _crash(url: str, way: str, life: str) -> list[str]:
    """The customers in whose life a process died, one at each point of it."""
    command = [sys.executable, "-W", "error", "-m", "tests.crash", url, way, life]
    points = subprocess.run(command, check=True, capture_output=True, text=True, timeout=100).stdout
    return [f"{way}-{point}" for point in range(1, int(points) + 2)]


def _recover(world: World, customers: list[str]) -> None:
    """The processes start again; the provider delivers what was never acknowledged; a day and a half goes by."""
    world.tick()
    for customer in customers:
        world.says("8 fine", customer, key=f"{customer} answers")
    world.later(LEASE_SECONDS)
    world.later(EVIDENCE_SECONDS)
    world.later(HOUR)


@pytest.mark.parametrize("way", ["kill", "error", "gone"])
def test_wherever_a_process_dies_nothing_is_sent_twice_and_no_reply_is_lost(database_url: str, way: str) -> None:
    customers = _crash(database_url, way, "ask")
    assert len(customers) > 40
    with a_world(database_url) as world:
        _recover(world, customers)
        given_up = 0
        for customer in customers:
            states = [outreach.state for outreach in world.outreaches(customer)]
            sent = world.got(customer)
            assert {*states} <= SETTLED, customer
            assert sum(message.times for message in sent) + states.count(OutreachState.ABANDONED) == 1, customer
            assert states.count(OutreachState.ACCEPTED) == len(sent), customer
            assert [entry.voided_at for entry in world.ledger(customer)] == [None], customer
            assert [reply.score for reply in world.rows(Reply, customer) if reply.intent == "answer"] == [8], customer
            given_up += states.count(OutreachState.ABANDONED)
        assert 0 < given_up < len(customers) / 4  # only those who died between the claim and the provider

        asked = len(world.got())
        for customer in customers:
            world.says("STOP", customer, key=f"{customer} stops")
        world.contacts(*customers, kind="yet another")
        world.later(400 * DAY)
        assert len(world.got()) == asked
        assert {row.state for row in world.rows(InboxMessage)} == {InboxState.DONE}
        assert {len(world.rows(Reply, customer)) for customer in customers} == {2}
        assert IntentState.OPEN not in {intent.state for intent in world.intents()}


@pytest.mark.parametrize("way", ["kill", "error", "gone"])
def test_wherever_a_process_dies_a_conversation_goes_on_and_nothing_is_said_twice(database_url: str, way: str) -> None:
    customers = _crash(database_url, way, "talk")
    assert len(customers) > 20
    with a_world(database_url) as world:
        world.tick()
        for number, text in enumerate(("3", "nobody called me back"), start=1):
            for customer in customers:
                world.says(text, customer, key=f"{customer} says {number}")
            world.tick()
        for pause in (LEASE_SECONDS, EVIDENCE_SECONDS, HOUR):
            world.later(pause)
        given_up = 0
        for customer in customers:
            back = [(o.kind, o.state) for o in world.outreaches(customer) if o.reply_id is not None]
            lost = [state for _, state in back].count(OutreachState.ABANDONED)
            assert [kind for kind, _ in back] == [Kind.FOLLOW_UP, Kind.THANKS], customer
            assert {state for _, state in back} <= SETTLED - {OutreachState.CANCELLED}, customer
            assert [message.times for message in world.got(customer)] == [1] * (3 - lost), customer
            assert [reply.text for reply in world.rows(Reply, customer)] == ["3", "nobody called me back"], customer
            given_up += lost
        assert 0 < given_up < len(customers) / 2  # only those who died between the claim and the provider
        assert {reply.talk_at for reply in world.rows(Reply)} == {None}
        assert len(world.ledger()) == len(world.rows(Customer))
