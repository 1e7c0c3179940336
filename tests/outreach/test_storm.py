"""Processes are killed every few hundredths of a second, and the provider is no better. Nobody gets anything twice."""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from typing import NamedTuple

from outreach.lifecycle import IntentState, OutreachState
from tests.storm import CUSTOMERS
from tests.world import World, a_world


class Storm(NamedTuple):
    """How often a process was killed, how often of these in the middle of a call, and what the provider took."""

    kills: int
    in_flight: int
    taken: dict[int, int]


def _storm(url: str, seconds: int, *rule: str) -> Storm:
    with tempfile.TemporaryDirectory(prefix="storm-") as folder:  # the paths of tests are too long for a socket
        command = [sys.executable, "-W", "error", "-m", "tests.storm", url, f"{folder}/desk", str(seconds), *rule]
        said = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=100).stdout
    storm = json.loads(said)
    return Storm(storm["kills"], storm["in_flight"], {int(number): times for number, times in storm["taken"].items()})


def _customers_with_a_message(world: World, numbers: set[int]) -> Counter[int]:
    return Counter(outreach.customer_id for outreach in world.outreaches() if outreach.id in numbers)


def test_in_a_storm_nothing_is_sent_twice_and_every_message_is_accounted_for(database_url: str) -> None:
    storm = _storm(database_url, 12)
    assert storm.kills > 30
    assert storm.in_flight > 3  # kills of the idle prove nothing
    assert set(storm.taken.values()) == {1}
    with a_world(database_url) as world:
        by_state = {state: {o.id for o in world.outreaches() if o.state == state} for state in OutreachState}
        assert by_state[OutreachState.ACCEPTED] == storm.taken.keys()
        assert not by_state[OutreachState.ABANDONED] & storm.taken.keys()
        assert max(_customers_with_a_message(world, set(storm.taken)).values()) == 1
        final = {OutreachState.ACCEPTED, OutreachState.ABANDONED, OutreachState.REFUSED, OutreachState.CANCELLED}
        assert {state for state, ids in by_state.items() if ids} <= final
        assert len(by_state[OutreachState.ACCEPTED]) + len(by_state[OutreachState.ABANDONED]) == CUSTOMERS
        assert {intent.state for intent in world.intents()} == {IntentState.DONE}
        counted = {entry.outreach_id for entry in world.ledger() if entry.voided_at is None}
        assert counted == by_state[OutreachState.ACCEPTED] | by_state[OutreachState.ABANDONED]


def test_the_storm_would_notice_messages_that_are_sent_again(database_url: str) -> None:
    storm = _storm(database_url, 5, "naive")
    assert sum(times > 1 for times in storm.taken.values()) > 3
