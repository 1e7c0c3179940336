"""Judging another policy by a log of decisions, and when to refuse to.

Inverse propensity weights: Horvitz & Thompson 1952; self-normalised: Swaminathan & Joachims 2015; doubly robust: Dudík,
Langford & Li 2011, arXiv 1103.4601. Arrays are floats, one element a logged decision, unless said otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policies.replay.refusal import Refusal

Floats = NDArray[np.float64]
Z95 = 1.959963984540054
LEAST_EFFECTIVE, LEAST_SHARE = 100, 0.05  # rows, and share of all rows, that weighted rows have to be worth
LARGEST_SHARE = 0.05  # of the weight, that one row may have
ERRORS = 3.0  # standard errors by which a test may be off


@dataclass(frozen=True, slots=True)
class Judged:
    """The mean reward of a policy that did not make the log (self-normalised), its standard error and 95 % interval.

    `plain` is the estimate that is not self-normalised, `effective` how many rows the weighted rows are worth,
    `largest` the largest share of the weight that one row has.
    """

    rows: int
    value: float
    error: float
    low: float
    high: float
    plain: float
    mean_weight: float
    effective: float
    largest: float


def judged(rewards: Floats, logged: Floats, wanted: Floats) -> Judged | Refusal:
    """What a policy would have earned a decision. `logged`: the probability, stored then, of what was done; `wanted`:
    the probability with which the judged policy would have done the same."""
    if refused := _unusable(logged):
        return refused
    weights = wanted / logged
    if refused := unreliable(weights):
        return refused
    value, error = self_normalised(weights, rewards), standard_error(weights, rewards)
    return Judged(
        rows=len(weights), value=value, error=error, low=value - Z95 * error, high=value + Z95 * error,
        plain=plain(weights, rewards), mean_weight=float(weights.mean()), effective=effective(weights),
        largest=float(weights.max() / weights.sum()),
    )  # fmt: skip


def unreliable(weights: Floats) -> Refusal | None:
    """Why rows with these weights, which should be 1 on average, cannot stand for others; None where they can."""
    rows = len(weights)
    if rows == 0 or not weights.sum() > 0.0:
        return Refusal("nothing", {})
    share = float(weights.max() / weights.sum())
    if share > LARGEST_SHARE and share > 1.0 / rows:
        return Refusal("one_row_rules", {"share": share, "most": LARGEST_SHARE})
    worth, least = effective(weights), max(LEAST_EFFECTIVE, LEAST_SHARE * rows)
    if worth < least:
        return Refusal("too_few_effective", {"rows": rows, "effective": worth, "least": least})
    mean, margin = float(weights.mean()), ERRORS * float(weights.std(ddof=1)) / rows**0.5
    if abs(mean - 1.0) > margin + 1e-9:
        return Refusal("weights_off", {"mean": mean, "margin": margin})
    return None


def dishonest(actions: Sequence[str], logged: Floats, of: Sequence[int]) -> Refusal | None:
    """Why the stored probabilities cannot be those of what was done; None where they can.

    Where chance had a part, an action that could be taken has on average 1 of (taken / its probability), and one that
    could not has 0: none may have more. Where the probability of one action is stored too high, that of another is too
    low, and shows. `of`: whose decision it was; a person's decisions share draws, so they are one draw of the error.
    """
    if refused := _unusable(logged):
        return refused
    by_chance = logged < 1.0
    done, p, people = np.asarray(actions)[by_chance], logged[by_chance], np.asarray(of, dtype=np.int64)[by_chance]
    for action in sorted(set(done.tolist())):
        excess = np.where(done == action, 1.0 / p, 0.0) - 1.0
        mean, error = 1.0 + float(excess.mean()), clustered(excess, people) / len(p)
        if mean - 1.0 > ERRORS * error and len(p) >= LEAST_EFFECTIVE:
            return Refusal("wrong_log", {"action": action, "mean": mean, "limit": 1.0 + ERRORS * error})
    return None


def plain(weights: Floats, rewards: Floats) -> float:
    return float((weights * rewards).mean())


def self_normalised(weights: Floats, rewards: Floats) -> float:
    return float((weights * rewards).sum() / weights.sum())


def standard_error(weights: Floats, rewards: Floats) -> float:
    """Of the self-normalised mean."""
    return float(np.sqrt(np.square(weights * (rewards - self_normalised(weights, rewards))).sum()) / weights.sum())


def effective(weights: Floats) -> float:
    """How many equally weighted rows they are worth (Kish)."""
    return float(weights.sum() ** 2 / np.square(weights).sum())


def doubly_robust(expected: Floats, weights: Floats, residuals: Floats) -> float:
    """The mean of what a model expects of the judged policy, put right by where it was wrong about the log."""
    return float(expected.mean() + (weights * residuals).mean())


def clustered(values: Floats, of: NDArray[np.int64]) -> float:
    """The standard error of a sum, where the values of each of `of` belong together."""
    if len(values) == 0:
        return 0.0
    sums = np.bincount(np.unique(of, return_inverse=True)[1], values - values.mean())
    groups = len(sums)
    return float(np.sqrt(np.square(sums).sum() * groups / max(groups - 1, 1)))


def _unusable(logged: Floats) -> Refusal | None:
    if len(logged) == 0:
        return Refusal("nothing", {})
    wrong = int((~((logged > 0.0) & (logged <= 1.0))).sum())  # also what is not a number
    return Refusal("not_logged", {"rows": wrong, "of": len(logged)}) if wrong else None
