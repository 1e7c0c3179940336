"""Answers and opt-outs that are expected of asks nobody has sent, against made-up customers whose nature is known."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from policies.replay.facts import Asks, Facts, Touched, asks_of
from policies.replay.refusal import Refusal
from policies.replay.response import FEATURES, Estimate, Expected, Past, Scores, effects, expected, uncovered
from tests.policies.make import DAY, NOON

Floats = NDArray[np.float64]
Truth = Callable[[list[Facts]], Floats]


def answers(facts: list[Facts]) -> Floats:
    """The nature of customers: tired of touches and of asks they were silent to, glad of what they used."""
    reach = [-0.6 - 0.5 * f.touches - 0.6 * f.silences + 0.01 * f.value + 0.5 * f.used + 0.3 * f.sms for f in facts]
    chances: Floats = 1.0 / (1.0 + np.exp(-np.array(reach)))
    return chances


def of_middling_contacts(facts: list[Facts]) -> Floats:
    """A nature that no logistic model of these features can be: people answer after contacts of middling value."""
    return np.array([0.1 + 0.6 * (30 < f.value < 60) for f in facts])


def asks(random: np.random.Generator, rows: int, least_days: float = 10, least_value: float = 0) -> Asks:
    facts = [
        Facts(
            days=float(random.uniform(least_days, 100)), touches=int(random.integers(0, 4)),
            silences=int(random.integers(0, 3)), value=float(random.uniform(least_value, 100)),
            used=bool(random.random() < 0.4), sms=bool(random.random() < 0.3),
        )
        for _ in range(rows)
    ]  # fmt: skip
    people = np.sort(random.integers(0, rows // 2, rows)).tolist()
    return Asks(people, [NOON + n * DAY // 20 for n in range(rows)], facts)


def past(random: np.random.Generator, rows: int = 1500, truth: Truth = answers) -> Past:
    made = asks(random, rows)
    sent = random.random(rows) < 0.8
    return Past(
        asks=made,
        answered=(random.random(rows) < truth(made.facts)).tolist(),
        opted_out=(random.random(rows) < 0.05).tolist(),
        actions=["ask" if was else "wait" for was in sent],
        logged=np.where(sent, 0.8, 0.2).tolist(),
        decided_for=list(range(rows)),
        scores=Scores(50, 20, 100),
    )


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(1)


def why(found: Estimate | Refusal) -> str:
    assert isinstance(found, Refusal)
    return found.says()


def interval(found: Estimate | Refusal) -> Estimate:
    assert isinstance(found, Estimate), found.says()
    assert found.low <= found.expected <= found.high
    return found


def test_of_the_very_asks_that_were_made_as_many_answers_are_expected_as_there_were(
    random: np.random.Generator,
) -> None:
    made = past(random)
    found = expected(made, made.asks)
    assert found.asks == 1500
    assert interval(found.answers).expected == pytest.approx(sum(made.answered), abs=0.01)
    assert interval(found.opt_outs).expected == pytest.approx(sum(made.opted_out), abs=0.01)


@pytest.mark.parametrize("truth", [answers, of_middling_contacts])
def test_19_of_20_intervals_hold_what_then_comes_of_a_bolder_or_choosier_policy(truth: Truth) -> None:
    said, hits = 0, 0
    for seed in range(40):
        random = np.random.default_rng(seed)
        made, draft = past(random, 1000, truth), asks(random, 700, least_value=40)
        found = expected(made, draft).answers
        came = (random.random(700) < truth(draft.facts)).sum()
        if isinstance(found, Estimate):
            said, hits = said + 1, hits + int(found.low <= came <= found.high)
    assert said >= 39
    assert 0.87 <= hits / said <= 1.0


def test_the_interval_is_wider_where_the_past_is_less_like_it(random: np.random.Generator) -> None:
    made = past(random, 3000)
    alike, choosy = asks(random, 1000), asks(random, 1000, least_value=75)
    near, far = interval(expected(made, alike).answers), interval(expected(made, choosy).answers)
    assert far.high - far.low > 1.1 * (near.high - near.low)


def test_how_precise_the_score_will_be_follows_from_the_answers(random: np.random.Generator) -> None:
    made = replace(past(random), scores=Scores())
    found = expected(made, made.asks)
    answered, points = interval(found.answers), interval(found.precision)
    assert points.expected == pytest.approx(195.9964 * (0.49 / (answered.expected + 3)) ** 0.5)
    assert points.high == pytest.approx(195.9964 * (0.49 / (answered.low + 3)) ** 0.5)


def test_no_asks_bring_nothing_and_no_score(random: np.random.Generator) -> None:
    found = expected(past(random), Asks())
    assert found.answers == found.opt_outs == Estimate(0.0, 0.0, 0.0)
    assert why(found.precision) == "there is nothing to judge by"


def refusals(found: Expected) -> set[str]:
    return {why(each) for each in (found.answers, found.opt_outs, found.precision)}


def test_without_a_past_nothing_is_expected(random: np.random.Generator) -> None:
    nobody = Past(Asks(), [], [], [], [], [], Scores())
    assert refusals(expected(nobody, asks(random, 10))) == {"there is nothing to judge by"}


def test_where_nobody_ever_answered_nothing_is_expected(random: np.random.Generator) -> None:
    made = past(random, 1000)
    found = expected(replace(made, answered=[False] * 1000), made.asks)
    assert why(found.answers) == "in 1,000 asks it never happened, so it cannot be learnt what it depends on"
    assert isinstance(found.precision, Refusal)
    interval(found.opt_outs)


def test_too_few_opt_outs_say_nothing_of_opt_outs_but_answers_are_expected(random: np.random.Generator) -> None:
    made = past(random, 1000)
    found = expected(replace(made, opted_out=[n < 7 for n in range(1000)]), made.asks)
    assert why(found.opt_outs) == (
        "it came out one way in only 7 of 1,000 asks; 40 are needed to learn what it depends on"
    )
    interval(found.answers)


def test_of_asks_that_were_never_tried_nothing_is_known(random: np.random.Generator) -> None:
    made, hasty = past(random), asks(random, 400, least_days=2)
    assert all("was never tried before" in reason for reason in refusals(expected(made, hasty)))
    assert uncovered(made.asks.facts, hasty.facts).mean() == pytest.approx(
        sum(f.days < 7 for f in hasty.facts) / 400, abs=1e-9
    )


def test_a_few_asks_that_were_never_tried_may_come_out_either_way(random: np.random.Generator) -> None:
    made, draft = past(random), asks(random, 1000)
    hasty = replace(draft, facts=[f._replace(days=2.0) if n < 30 else f for n, f in enumerate(draft.facts)])
    known, partly = expected(made, draft), expected(made, hasty)
    assert (known.uncovered, partly.uncovered) == (0.0, 0.03)
    before, after = interval(known.answers), interval(partly.answers)
    assert after.high - after.low == pytest.approx(before.high - before.low + 30, abs=3)


def test_too_little_of_the_past_that_is_like_it_is_not_stretched(random: np.random.Generator) -> None:
    made = past(random, 400)
    rare = [f._replace(touches=3, silences=2, used=True, sms=True, value=95.0) for f in made.asks.facts]
    found = expected(made, replace(made.asks, facts=rare))
    assert all("worth only" in reason or "single row" in reason for reason in refusals(found))


def test_probabilities_that_are_not_those_of_what_was_done_are_noticed(random: np.random.Generator) -> None:
    made = past(random)
    told = [0.9 if action == "ask" else 0.1 for action in made.actions]
    found = expected(replace(made, logged=told), made.asks)
    assert all("the probabilities that were stored do not fit what was done: “wait”" in r for r in refusals(found))


def test_decisions_without_probabilities_are_not_built_upon(random: np.random.Generator) -> None:
    made = past(random)
    found = expected(replace(made, logged=[0.0, *made.logged[1:]]), made.asks)
    assert refusals(found) == {"1 of the 1,500 past decisions have no usable probability with them"}


def test_what_held_in_earlier_days_and_holds_no_more_is_noticed(random: np.random.Generator) -> None:
    made = past(random)
    halved = [a and not (n > 1000 and n % 2) for n, a in enumerate(made.answered)]
    assert why(expected(replace(made, answered=halved), made.asks).answers).startswith("times have changed")


def test_what_an_answer_depends_on_is_told_with_intervals(random: np.random.Generator) -> None:
    found = effects(past(random, 4000))
    assert isinstance(found, list)
    by_name = {effect.feature: effect for effect in found}
    assert list(by_name) == list(FEATURES)
    assert by_name["touches in 90 days"].high < 1 < by_name["content used"].low
    assert by_name["content used"].low < np.exp(0.5) < by_name["content used"].high
    assert by_name["asked by rhythm"].odds == by_name["asked by rhythm"].low == 1.0


# The facts of an ask


def touch(day: float, kind: str = "ask", **said: object) -> Touched:
    later = {key: NOON + int(float(str(at)) * DAY) for key, at in said.items() if key.endswith("_at")}
    return Touched(1, NOON + int(day * DAY), kind, "email", **later)


def facts(*touches: Touched) -> Facts:
    return asks_of(touches).facts[-1]


def test_an_ask_knows_its_past() -> None:
    found = facts(touch(0, heard_at=1), touch(20, "content", used_at=21), touch(40), touch(46, "reminder"), touch(80))
    assert found == Facts(days=34.0, touches=4, silences=1, value=-1.0, used=False, sms=False)
    assert facts(touch(0, heard_at=1), touch(20, "content", used_at=21), touch(80)).used
    assert facts(touch(0)) == Facts(365.0, 0, 0, -1.0, False, False)


def test_silences_are_counted_back_to_the_last_that_was_heard() -> None:
    assert facts(touch(0), touch(100, heard_at=101), touch(200), touch(300), touch(400)).silences == 2
    assert facts(*[touch(100 * n) for n in range(6)]).silences == 5
    assert facts(touch(0), touch(200, heard_at=201), touch(300)).silences == 0


days = st.lists(st.integers(0, 400), min_size=1, max_size=12, unique=True).map(sorted)


@given(days, st.randoms(use_true_random=False))
def test_nothing_is_known_of_what_came_after_the_ask(when: list[int], random: "np.random.RandomState") -> None:
    touches = [
        touch(day, str(random.choice(["ask", "content", "reminder"])), used_at=day + random.randint(0, 300),
              heard_at=day + random.randint(0, 300))
        for day in when
    ]  # fmt: skip
    whole = asks_of(touches)
    for at, found in zip(whole.at, whole.facts, strict=True):
        known = [
            t._replace(used_at=t.used_at if (t.used_at or 0) <= at else None,
                       heard_at=t.heard_at if (t.heard_at or 0) <= at else None)
            for t in touches if t.at <= at
        ]  # fmt: skip
        assert facts(*known) == found


def test_people_are_kept_apart() -> None:
    two = asks_of([touch(0), touch(50), touch(60)._replace(person=2)])
    assert two.person == [1, 1, 2]
    assert [f.touches for f in two.facts] == [0, 1, 0]
