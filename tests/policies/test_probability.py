"""The probability that is stored with a decision, against what happens when the draws are drawn again and again."""

import math
from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from hypothesis import assume, given, settings

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
    return decided(LOTLESS, QUARTERLY, touches=(an_ask(int(days_ago * DAY), draw=draw),), looked_at=looked_at)


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


def redrawn(s: Situation, random: Random) -> Situation:
    """The same facts with other draws."""
    touches = tuple(replace(touch, draw=random.random()) for touch in s.touches)
    return replace(s, touches=touches, never_asked_draw=random.random(), sampling_draw=random.random())


def check_against_draws(world: World, draws: int) -> None:
    """How often each action follows over the draws is the probability that is stored with it. After an earlier look
    only those draws count with which that look did not act, and which were drawn in."""
    guard, policy, situation = world
    random, stored, seen = Random(7), dict[Action, set[float]](), Counter[Action]()
    for _ in range(draws):
        s = redrawn(situation, random)
        if (before := s.looked_at) is not None:
            s = replace(s, never_asked_draw=0.999999, sampling_draw=0.0)
            if decide(guard, policy, replace(s, now=before, looked_at=None)).action in (Action.ASK, Action.GIVE):
                continue
        decision = decide(guard, policy, s)
        seen[decision.action] += 1
        stored.setdefault(decision.action, set()).add(round(decision.probability, 9))
    total = seen.total()
    for action, probabilities in stored.items():
        (probability,) = probabilities
        spread = math.sqrt(probability * (1 - probability) / total)
        assert abs(seen[action] / total - probability) <= 4.5 * spread + 1e-9, (action, seen, probability)
    if len(stored) == len(Action) - 1:  # asking and giving never come together
        assert sum(probability for (probability,) in stored.values()) == pytest.approx(1)


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
    "a second look": (
        a_guard(),
        a_policy(),
        a_situation(looked_at=NOON - DAY, touches=(an_ask(33 * DAY, policy="other"),)),
    ),
    "a second look after one at night": (
        a_guard(),
        a_policy(),
        a_situation(looked_at=NOON - 12 * HOUR, touches=(an_ask(33 * DAY, policy="other"),)),
    ),
    "a second look, one of two rests surely over since": (
        a_guard(jitter=1, rest_between_asks=0),
        a_policy(rests={"after_ask": "10d", "after_answer": "30d", "after_silence": 0}),
        a_situation(
            looked_at=NOON - 9 * DAY,
            contact=a_contact(13 * DAY),
            touches=(an_ask(60 * DAY, outcome="answered", outcome_at=NOON - 54 * DAY), an_ask(20 * DAY)),
        ),
    ),
    "a second look before it is too late": (
        a_guard(),
        a_policy(),
        a_situation(contact=LATE, looked_at=NOON - HOUR, touches=(an_ask(31 * DAY, policy="other"),)),
    ),
}


@pytest.mark.parametrize("world", SCENARIOS.values(), ids=SCENARIOS)
def test_the_stored_probability_is_how_often_it_happens(world: tuple[Guard, Policy, Situation]) -> None:
    check_against_draws(World(*world), draws=2_000)


@settings(max_examples=100)
@given(worlds())
def test_so_it_is_in_every_world(world: World) -> None:
    check_against_draws(world, draws=150)


@given(worlds())
def test_what_was_done_was_possible(world: World) -> None:
    assume(world.situation.looked_at is None)
    assert decide(*world).probability > 0.0
