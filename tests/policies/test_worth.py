"""Is the contact worth asking about, and is it time."""

import pytest

from policies.arithmetic import ANYTIME, NEVER
from policies.policy import Policy
from policies.rules import worth
from tests.policies.make import (
    DAY,
    HOUR,
    NOON,
    Rule,
    a_contact,
    a_giving_policy,
    a_guard,
    a_piece,
    a_policy,
    a_rhythm,
    an_ask,
    found,
    opens,
)

PLAIN = a_guard(jitter=0)


@pytest.mark.parametrize(("kinds", "until"), [((), ANYTIME), (("visit", "call"), ANYTIME), (("call",), NEVER)])
def test_only_contacts_of_the_named_kinds_are_asked_about(kinds: tuple[str, ...], until: float) -> None:
    assert opens(worth.contact_kind, policy=a_policy(contact={"kinds": kinds})) == until


@pytest.mark.parametrize(
    "rule", [worth.contact_kind, worth.contact_value, worth.contact_settles, worth.contact_expires]
)
def test_without_a_contact_there_is_nothing_to_ask_about(rule: Rule) -> None:
    assert opens(rule, contact=None) == NEVER
    assert opens(rule, policy=a_rhythm(), contact=None) == ANYTIME


@pytest.mark.parametrize(("value", "until"), [(40.0, ANYTIME), (39.9, NEVER)])
def test_a_contact_must_be_worth_it(value: float, until: float) -> None:
    assert opens(worth.contact_value, contact=a_contact(value=value)) == until


def test_a_contact_settles_for_a_day() -> None:
    assert opens(worth.contact_settles, contact=a_contact(HOUR)) == 23 * HOUR
    assert opens(worth.contact_settles, contact=a_contact(DAY)) == 0


@pytest.mark.parametrize(("age", "until"), [(14 * DAY - 1, ANYTIME), (14 * DAY, NEVER)])
def test_a_contact_is_worth_asking_about_for_14_days(age: int, until: float) -> None:
    assert opens(worth.contact_expires, contact=a_contact(age)) == until


def test_a_fresh_contact_tells_when_it_closes() -> None:
    assert found(worth.contact_expires, contact=a_contact(DAY)).closes == NOON + 13 * DAY


@pytest.mark.parametrize(
    "rule", [worth.contact_kind, worth.contact_value, worth.contact_settles, worth.contact_expires]
)
def test_a_policy_by_rhythm_asks_nothing_of_a_contact(rule: Rule) -> None:
    assert opens(rule, policy=a_rhythm(), contact=a_contact(age=0, value=0.0)) == ANYTIME


def test_a_policy_after_contacts_has_no_rhythm() -> None:
    assert opens(worth.rhythm, touches=(an_ask(0),)) == ANYTIME


@pytest.mark.parametrize(
    ("policy", "until"), [(a_rhythm(rhythm={"every": "182d"}), 181 * DAY), (a_giving_policy(), 27 * DAY)]
)
def test_a_rhythm_counts_from_its_own_kind_of_touch(policy: Policy, until: float) -> None:
    touches = (an_ask(2 * DAY, policy="other"), a_piece(3 * DAY), an_ask(DAY))
    assert opens(worth.rhythm, PLAIN, policy, touches=touches) == until


def test_the_first_time_of_a_rhythm_waits_for_nothing() -> None:
    assert opens(worth.rhythm, policy=a_rhythm()) == ANYTIME


@pytest.mark.parametrize(("turn", "until"), [(DAY, DAY), (0, ANYTIME), (-DAY, ANYTIME)])
def test_the_first_turn_of_a_rhythm_begins_when_it_was_spread_to(turn: int, until: float) -> None:
    assert opens(worth.rhythm, policy=a_rhythm(), turn_at=NOON + turn) == until


def test_a_turn_never_shortens_the_rhythm() -> None:
    touches = (an_ask(DAY),)
    assert opens(worth.rhythm, PLAIN, a_rhythm(rhythm={"every": "9d"}), touches=touches, turn_at=NOON + DAY) == 8 * DAY
