"""The probability that is stored with a decision, against what happens when the draws are drawn again and again."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from random import Random
from typing import Any, NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from policies.arithmetic import rest_over_chance
from policies.decision import Action, Decision
from policies.engine import decide
from policies.policy import Guard, Policy
from policies.situation import Situation
from tests.policies.make import (
    DAY,
    HOUR,
    NOON,
    a_contact,
    a_guard,
    a_piece,
    a_policy,
    a_rhythm,
    a_situation,
    an_ask,
    decided,
)
from tests.policies.worlds import World, worlds

QUARTERLY = a_rhythm(rests={"after_ask": 0, "after_silence": "90d"}, rhythm={"every": "1d"})
ALL_HOURS = {"quiet_from": "03:00", "quiet_until": "03:01"}
LOTLESS = a_guard(never_asked=0, rest_between_asks=0, hours={"email": ALL_HOURS})


@pytest.mark.parametrize(("days", "chance"), [(89.9, 0), (90, 0), (94.5, 0.25), (99, 0.5), (108, 1), (200, 1)])
def test_a_rest_of_90_days_is_over_with_a_chance_that_grows_to_108(days: float, chance: float) -> None:
    assert rest_over_chance(days * DAY, 90 * DAY, 0.2) == pytest.approx(chance)


@pytest.mark.parametrize(("elapsed", "chance"), [(90 * DAY - 1, 0.0), (90 * DAY, 1.0)])
def test_without_jitter_a_rest_ends_at_once(elapsed: int, chance: float) -> None:
    assert rest_over_chance(elapsed, 90 * DAY, 0.0) == chance


def asked(days_ago: float, draw: float, looked: float | None = None) -> Decision:
    """A look so many days after an ask that stayed unanswered; the look before was so many days after it."""
    looked_at = None if looked is None else NOON - int((days_ago - looked) * DAY)
    touches = (an_ask(int(days_ago * DAY), draw=draw),)
    return decided(LOTLESS, QUARTERLY, touches=touches, looked_at=looked_at, rests_open_at=looked_at)


def test_looks_at_94_and_a_half_and_at_99_days_store_a_quarter_and_a_third() -> None:
    first, second = asked(94.5, draw=0.2), asked(99, draw=0.4, looked=94.5)
    assert (first.action, second.action) == (Action.ASK, Action.ASK)
    assert first.probability == pytest.approx(0.25)
    assert second.probability == pytest.approx(0.3333, abs=1e-4)
    assert first.probability + (1 - first.probability) * second.probability == pytest.approx(0.5)


def test_once_a_rest_was_surely_over_the_next_look_is_sure() -> None:
    assert asked(120, draw=0.4, looked=110).probability == 1.0


def test_waiting_has_the_other_part_of_the_probability() -> None:
    assert asked(94.5, draw=0.9).probability == pytest.approx(0.75)


def test_the_lots_count_at_the_first_look_only() -> None:
    policy = a_policy(sampling=0.25)
    assert decided(policy=policy).probability == pytest.approx(0.95 * 0.25)
    assert decided(policy=policy, looked_at=NOON - DAY).probability == 1.0
    assert decided(policy=policy, never_asked_draw=0.01).probability == pytest.approx(1 - 0.95 * 0.25)


def test_what_no_draw_could_change_is_certain() -> None:
    assert decided(no_surveys=True).probability == 1.0


def test_a_look_at_night_tells_nothing_about_the_rests() -> None:
    """At night an ask was impossible whatever the draws, so the look in the morning starts anew."""
    touches = (an_ask(33 * DAY, policy="other", draw=0.1),)
    morning = decided(a_guard(never_asked=0), touches=touches, looked_at=NOON - 12 * HOUR)
    assert morning.action is Action.ASK
    assert morning.probability == pytest.approx(0.5)


def test_rests_of_one_touch_share_its_draw() -> None:
    """Both rests run for 30 days, one from the ask and one from the answer two days later: one draw ends both."""
    policy = a_policy(rests={"after_answer": "30d", "after_ask": "30d"})
    touches = (an_ask(34 * DAY, outcome="answered", outcome_at=NOON - 32 * DAY, draw=0.1),)
    decision = decided(a_guard(never_asked=0), policy, touches=touches)
    assert decision.action is Action.ASK
    assert decision.probability == pytest.approx((32 / 30 - 1) / 0.2)


class Look(NamedTuple):
    """An earlier look at the same intent, and whether it could act; None where that does not matter."""

    situation: Situation
    acted: bool | None = False


def redrawn(looks: Sequence[Situation], random: Random) -> Iterator[Situation]:
    """The same facts with other draws; what touched the customer has one draw, whenever it is looked at."""
    draws: dict[int, float] = {}
    never_asked, sampling, case = random.random(), random.random(), random.random()
    if len(looks) > 1:
        never_asked, sampling = 0.999999, 0.0  # else nobody would have looked again
    for s in looks:
        touches = [replace(touch, draw=draws.setdefault(touch.at, random.random())) for touch in s.touches]
        yield replace(s, touches=tuple(touches), never_asked_draw=never_asked, sampling_draw=sampling, case_draw=case)


def looked_again(guard: Guard, policy: Policy, looks: Sequence[Situation]) -> Iterator[tuple[Situation, Decision]]:
    """Look after look of one intent, each with what those before have shown."""
    shown: dict[str, Any] = {}
    for look in looks:
        s = replace(look, **shown)
        decision = decide(guard, policy, s)
        yield s, decision
        shown["looked_at"] = s.now
        if decision.acts or decision.only_rests:
            shown["rests_over_at" if decision.acts else "rests_open_at"] = s.now


def check_against_draws(world: World, draws: int, *before: Look) -> None:
    """How often each action follows over the draws is the probability that is stored with it. After earlier looks only
    those draws count with which these went as they did, apart for what they have shown."""
    looks = [look.situation for look in before] + [world.situation]
    random, seen = Random(7), defaultdict[tuple[int | None, ...], Counter[tuple[Action, float]]](Counter)
    for _ in range(draws):
        again = list(looked_again(world.guard, world.policy, list(redrawn(looks, random))))
        if any(look.acted not in (None, decision.acts) for look, (_, decision) in zip(before, again, strict=False)):
            continue
        s, decision = again[-1]
        seen[s.rests_over_at, s.rests_open_at][decision.action, round(decision.probability, 9)] += 1
    for actions in seen.values():
        check_frequencies(actions)


def check_frequencies(seen: Counter[tuple[Action, float]]) -> None:
    stored, total = dict(seen.keys()), seen.total()
    assert len(stored) == len(seen), f"one action has several probabilities: {seen}"
    for (action, probability), times in seen.items():
        spread = math.sqrt(probability * (1 - probability) / total)
        assert abs(times / total - probability) <= 4.5 * spread + 1e-9, (action, seen)
    if len(stored) == len(Action) - 1:  # asking and giving never come together
        assert sum(stored.values()) == pytest.approx(1)


LATE = a_contact(11 * DAY)  # expires in three days, at noon
TWICE = (an_ask(300 * DAY, draw=0), an_ask(34 * DAY, outcome="answered", outcome_at=NOON - 32 * DAY))
BOTH_ANSWERS = a_policy(rests={"after_ask": "10d", "after_answer": "30d"})
SCENARIOS: dict[str, tuple[Guard, Policy, Situation]] = {
    "lots only": (a_guard(), a_policy(sampling=0.4), a_situation()),
    "a rest that may be over": (a_guard(), a_policy(), a_situation(touches=(an_ask(33 * DAY, policy="other"),))),
    "a rest that may end too late": (
        a_guard(),
        a_policy(sampling=0.7),
        a_situation(contact=LATE, touches=(an_ask(31 * DAY, policy="other"),)),
    ),
    "a rest that may end in the night before it is too late": (
        a_guard(jitter=0.04),
        a_policy(),
        a_situation(contact=a_contact(12 * DAY + 4 * HOUR), touches=(an_ask(29 * DAY, policy="other"),)),
    ),
    "two rests of one touch": (a_guard(), BOTH_ANSWERS, a_situation(touches=TWICE)),
    "rests of two touches": (
        a_guard(jitter=0.5),
        a_policy(rests={"after_ask": "40d", "after_silence": 0}),
        a_situation(touches=(an_ask(50 * DAY), an_ask(35 * DAY, policy="other"))),
    ),
    "giving after a piece": (
        a_guard(jitter=1),
        a_policy(value_first={"pieces": 2, "rest": "2d"}),
        a_situation(touches=(a_piece(3 * DAY, 2 * DAY),)),
    ),
    "giving that may become vain": (
        a_guard(jitter=1),
        a_policy(value_first={"pieces": 2, "rest": "2d"}),
        a_situation(contact=a_contact(8 * DAY), touches=(a_piece(2 * DAY, DAY),)),
    ),
    "a case that was closed": (a_guard(), a_policy(), a_situation(case_closed_at=NOON - 15 * DAY)),
    "at night": (a_guard(), a_policy(), a_situation(now=NOON + 10 * HOUR, touches=(an_ask(33 * DAY, policy="other"),))),
    "one channel sleeps": (
        a_guard(hours={"email": {"quiet_from": "09:00", "quiet_until": "18:00"}, "sms": ALL_HOURS}),
        a_policy(contact={"expires": "3d"}),
        a_situation(touches=(an_ask(33 * DAY, policy="other"),)),
    ),
    "one channel is impossible": (
        a_guard(),
        a_policy(sampling=0.5),
        a_situation(addresses={"sms": a_situation().addresses["sms"]}, touches=(an_ask(33 * DAY, policy="other"),)),
    ),
}


@pytest.mark.parametrize("world", SCENARIOS.values(), ids=SCENARIOS)
def test_the_stored_probability_is_how_often_it_happens(world: tuple[Guard, Policy, Situation]) -> None:
    check_against_draws(World(*world), draws=2_000)


OTHERS_ASK = an_ask(33 * DAY, policy="other")
MONDAY = NOON + 5 * DAY
GIVES_FIRST = a_policy(value_first={"pieces": 1, "used": 0, "settle": "1d"})
TWO_RESTS = a_policy(rests={"after_ask": "10d", "after_answer": "30d", "after_silence": 0})
HEARD_LATE = an_ask(34 * DAY, outcome="answered", outcome_at=NOON - DAY)


def before(s: Situation, ago: int, acted: bool | None = False) -> Look:
    """The look so many seconds before this one, without what has happened since."""
    touches = tuple(
        replace(t, outcome=t.outcome if (t.outcome_at or 0) <= s.now - ago else None)
        for t in s.touches
        if t.at < s.now - ago
    )
    return Look(replace(s, now=s.now - ago, touches=touches), acted)


# Of each: the amounts, the situation, how long before it the intent was looked at, and whether it could act then.
AGAIN: dict[str, tuple[Guard, Policy, Situation, int, bool]] = {
    "held by rests then": (a_guard(), a_policy(), a_situation(touches=(OTHERS_ASK,)), DAY, False),
    "at night": (a_guard(), a_policy(), a_situation(touches=(OTHERS_ASK,)), 12 * HOUR, False),
    "one of two rests surely over since": (
        a_guard(jitter=1, rest_between_asks=0),
        TWO_RESTS,
        a_situation(
            contact=a_contact(13 * DAY),
            touches=(an_ask(60 * DAY, outcome="answered", outcome_at=NOON - 54 * DAY), an_ask(20 * DAY)),
        ),
        9 * DAY,
        False,
    ),
    "before it is too late": (
        a_guard(),
        a_policy(),
        a_situation(contact=LATE, touches=(an_ask(31 * DAY, policy="other"),)),
        HOUR,
        False,
    ),
    "gave then, asks now": (
        a_guard(),
        GIVES_FIRST,
        a_situation(touches=(OTHERS_ASK, a_piece(DAY))),
        DAY,
        True,
    ),
    "another wish came first": (a_guard(), a_policy(), a_situation(touches=(OTHERS_ASK, a_piece(DAY))), DAY, True),
    "something was given since": (
        a_guard(),
        a_policy(),
        a_situation(touches=(OTHERS_ASK, a_piece(25 * HOUR))),
        2 * DAY,
        False,
    ),
    "only the other channel was open": (
        a_guard(),
        a_policy(channels=["sms", "email"]),
        a_situation(now=MONDAY, contact=a_contact(0), touches=(an_ask(28 * DAY, policy="other"),)),
        DAY,
        False,
    ),
    "an answer began a rest since": (
        a_guard(jitter=0.5, rest_between_asks=0),
        a_policy(rests={"after_ask": "30d", "after_answer": "23h", "after_silence": 0}, contact={"settle": 0}),
        a_situation(touches=(HEARD_LATE,)),
        2 * DAY,
        True,
    ),
}


@pytest.mark.parametrize(("guard", "policy", "s", "ago", "acted"), AGAIN.values(), ids=AGAIN)
def test_what_an_earlier_look_has_shown_counts(
    guard: Guard, policy: Policy, s: Situation, ago: int, acted: bool
) -> None:
    check_against_draws(World(guard, policy, s), 2_000, before(s, ago, acted))


@settings(max_examples=100)
@given(worlds())
def test_so_it_is_in_every_world(world: World) -> None:
    s = replace(world.situation, looked_at=None, rests_over_at=None, rests_open_at=None)
    check_against_draws(world._replace(situation=s), draws=150)


@settings(max_examples=100)
@given(worlds(), st.integers(1, 40 * DAY))
def test_so_it_is_after_every_look(world: World, ago: int) -> None:
    s = replace(world.situation, looked_at=None, rests_over_at=None, rests_open_at=None)
    assume(
        all(not s.now - ago < (t.outcome_at or t.used_at or t.at) <= s.now for t in s.touches if t.at <= s.now - ago)
    )
    check_against_draws(world._replace(situation=s), 150, before(s, ago, None))


@given(worlds())
def test_what_was_done_was_possible(world: World) -> None:
    s = replace(world.situation, looked_at=None)
    assert decide(world.guard, world.policy, s).probability > 0.0
