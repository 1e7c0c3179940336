"""Is the contact worth asking about, and is it time."""

import pytest

from policies.arithmetic import ANYTIME, NEVER
from policies.policy import Policy
from policies.rules import worth
from policies.situation import Touch
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
    a_reminder,
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


# A reminder of an ask

REMINDS = a_policy(reminder={})


def _reminded(ask: Touch, *others: Touch) -> float:
    return opens(worth.reminder, policy=REMINDS, reminds=ask.at, touches=(ask, *others))


@pytest.mark.parametrize(
    ("age", "until"), [(0, 4 * DAY), (4 * DAY - 1, 1), (4 * DAY, 0), (7 * DAY - 1, -3 * DAY + 1), (7 * DAY, NEVER)]
)
def test_a_reminder_comes_4_to_7_days_after_the_ask(age: int, until: float) -> None:
    assert _reminded(an_ask(age)) == until


@pytest.mark.parametrize("outcome", ["answered", "not_now", "replied"])
def test_an_ask_that_was_heard_from_in_any_way_is_not_reminded_of(outcome: str) -> None:
    assert _reminded(an_ask(5 * DAY, outcome=outcome, outcome_at=NOON - DAY)) == NEVER


@pytest.mark.parametrize("touch", [a_reminder(DAY), an_ask(DAY, policy="other"), a_reminder(DAY, channel="sms")])
def test_there_is_one_reminder_and_none_of_an_ask_before_the_last_one(touch: Touch) -> None:
    assert _reminded(an_ask(5 * DAY), touch) == NEVER


def test_content_since_the_ask_is_no_reminder() -> None:
    assert _reminded(an_ask(5 * DAY), a_piece(2 * DAY)) == -DAY


@pytest.mark.parametrize(
    ("policy", "touches"),
    [(a_policy(), (an_ask(5 * DAY),)), (REMINDS, ()), (REMINDS, (an_ask(9 * DAY), a_piece(5 * DAY)))],
)
def test_without_an_ask_or_an_amount_there_is_nothing_to_remind_of(policy: Policy, touches: tuple[Touch, ...]) -> None:
    assert opens(worth.reminder, policy=policy, reminds=NOON - 5 * DAY, touches=touches) == NEVER


def test_a_reminder_tells_from_when_it_is_too_late() -> None:
    said = found(worth.reminder, policy=REMINDS, reminds=NOON - DAY, touches=(an_ask(DAY),))
    assert said.closes == NOON + 6 * DAY
