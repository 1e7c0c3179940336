"""Judging a policy that did not make the log: published figures, and when nothing is said."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from policies.replay import offpolicy
from policies.replay.offpolicy import Judged, dishonest, judged, unreliable
from policies.replay.refusal import SENTENCES, Refusal

LOGS = Path(__file__).parent / "logs"
SHOWN = {"men": 34, "women": 46}
"""How many things the campaign had to show, each of which chance would show equally often."""
Floats = NDArray[np.float64]

REWARDS, LOGGED, WANTED = np.array([1.0, 0, 1, 0]), np.array([0.5, 0.5, 0.25, 0.8]), np.array([0.9, 0.1, 0.5, 0.5])


def campaign(name: str) -> tuple[Floats, Floats, Floats]:
    log = pd.read_csv(LOGS / f"{name}.csv.gz")
    logged = log.propensity_score.to_numpy(float)
    return log.click.to_numpy(float), logged, np.full(len(log), 1.0 / SHOWN[name])


def refused(found: object) -> str:
    assert isinstance(found, Refusal)
    for language in ("en", "nl"):
        assert "{" not in found.says(language)
    return found.code


def test_the_estimates_are_those_of_a_calculation_by_hand() -> None:
    weights = WANTED / LOGGED
    assert offpolicy.plain(weights, REWARDS) == pytest.approx(0.95)
    assert offpolicy.self_normalised(weights, REWARDS) == pytest.approx(0.8216216, abs=5e-8)
    assert offpolicy.effective(weights) == pytest.approx(2.788642, abs=5e-7)
    expected = np.array([0.6, 0.4, 0.5, 0.5])
    assert offpolicy.doubly_robust(expected, weights, REWARDS - 0.5) == pytest.approx(0.871875)


def test_chance_is_judged_by_the_log_of_the_mens_campaign_and_its_interval_covers_the_truth() -> None:
    found = judged(*campaign("men"))
    assert isinstance(found, Judged)
    assert found.plain == pytest.approx(0.0030086263, abs=5e-11)
    assert found.value == pytest.approx(0.0031894232, abs=5e-11)
    assert found.mean_weight == pytest.approx(0.94331, abs=5e-6)
    assert found.effective == pytest.approx(655.71, abs=5e-3)
    assert found.error == pytest.approx(0.00083, abs=5e-6)
    assert found.low < 0.0046 < found.high


def test_the_log_of_the_womens_campaign_cannot_carry_it_because_one_row_rules() -> None:
    rewards, logged, wanted = campaign("women")
    found = judged(rewards, logged, wanted)
    assert refused(found) == "one_row_rules"
    assert isinstance(found, Refusal)
    assert found.numbers["share"] == pytest.approx(0.69, abs=5e-3)
    assert "a single row of the past has 69% of the weight" in found.says()
    weights = wanted / logged
    assert offpolicy.plain(weights, rewards) == pytest.approx(0.0074375775, abs=5e-11)
    assert offpolicy.self_normalised(weights, rewards) == pytest.approx(0.0023730461, abs=5e-11)
    assert offpolicy.effective(weights) == pytest.approx(2.0778, abs=5e-5)
    assert weights.max() == pytest.approx(21739.13, abs=5e-3)


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_the_policy_that_made_the_log_is_judged_as_it_was(name: str) -> None:
    rewards, logged, _ = campaign(name)
    found = judged(rewards, logged, logged)
    assert isinstance(found, Judged)
    assert found.value == pytest.approx(rewards.mean(), rel=1e-12)
    assert found.effective == pytest.approx(len(rewards), rel=1e-12)


def test_each_condition_refuses_by_itself() -> None:
    ones = np.ones(1000)
    assert unreliable(ones) is None
    assert refused(unreliable(np.ones(0))) == refused(unreliable(np.zeros(10))) == "nothing"
    assert refused(unreliable(np.r_[np.full(500, 1.0), np.full(9500, 0.001)])) == "weights_off"
    assert refused(unreliable(np.ones(99))) == "too_few_effective"
    assert refused(unreliable(np.r_[np.full(120, 10.0), np.zeros(9880)])) == "too_few_effective"
    assert refused(unreliable(np.r_[ones, 60.0])) == "one_row_rules"
    assert refused(unreliable(ones * 1.01)) == "weights_off"


@pytest.mark.parametrize("wrong", [0.0, -0.1, 1.1, float("nan"), float("inf")])
def test_a_decision_without_a_probability_is_refused(wrong: float) -> None:
    found = judged(np.ones(200), np.r_[np.full(199, 0.5), wrong], np.full(200, 0.5))
    assert refused(found) == "not_logged"
    assert refused(judged(np.ones(0), np.ones(0), np.ones(0))) == "nothing"


def looks(seed: int, chance: float, rows: int = 2000) -> tuple[list[str], Floats, list[int]]:
    drawn = np.random.default_rng(seed).random(rows) < chance
    return ["ask" if asked else "wait" for asked in drawn], np.where(drawn, chance, 1.0 - chance), list(range(rows))


@given(st.integers(0, 2**32), st.floats(0.05, 0.95))
def test_a_log_that_is_true_passes(seed: int, chance: float) -> None:
    actions, logged, of = looks(seed, chance)
    off = abs(actions.count("ask") - 2000 * chance) / (2000 * chance * (1 - chance)) ** 0.5
    assume(off < 2)  # nearly all logs; the others are bad luck
    assert dishonest(actions, logged, of) is None


@given(st.integers(0, 2**32), st.floats(0.1, 0.9), st.sampled_from([-0.08, 0.08]))
def test_a_wrong_probability_is_noticed(seed: int, chance: float, by: float) -> None:
    actions, _, of = looks(seed, chance, 20_000)
    told = min(max(chance + by, 0.01), 0.99)
    logged = np.where(np.array(actions) == "ask", told, 1.0 - told)
    assert refused(dishonest(actions, logged, of)) == "wrong_log"


def test_decisions_without_chance_say_nothing_against_a_log() -> None:
    assert dishonest(["ask", "wait"] * 500, np.ones(1000), range(1000)) is None


def test_one_draw_that_held_for_all_of_a_persons_decisions_is_one_draw() -> None:
    person = np.repeat(np.arange(40), 100)
    out = person < 5  # where 2 of 40 were to be expected
    actions, logged = np.where(out, "skip", "ask").tolist(), np.where(out, 0.05, 0.95)
    assert refused(dishonest(actions, logged, range(4000))) == "wrong_log"
    assert dishonest(actions, logged, person.tolist()) is None


def test_every_reason_has_a_sentence_in_both_languages() -> None:
    assert all(set(said) == {"en", "nl"} for said in SENTENCES.values())
