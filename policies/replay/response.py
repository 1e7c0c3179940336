"""How many answers and opt-outs to expect of asks nobody has sent, learnt from those that were; or why not to say.

The model is logistic, its estimate doubly robust: put right by where it is wrong about past asks that are like the new
ones. How alike is told by a second logistic model (Bickel, Brückner & Scheffer 2009, JMLR 10, 2137-2155).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from policies.replay.facts import Asks, Facts
from policies.replay.logistic import fit
from policies.replay.offpolicy import ERRORS, Z95, clustered, dishonest, doubly_robust, unreliable
from policies.replay.refusal import Refusal

Floats = NDArray[np.float64]
FEATURES = (
    "days since the last touch", "the same, squared", "touches in 90 days", "silences in a row", "contact value",
    "asked by rhythm", "content used", "sms",
)  # fmt: skip
"""The columns of the model. Of days, touches and silences it is the logarithm that counts (of one more)."""
LEAST_A_FEATURE = 5  # asks that came out this way, and that way (Vittinghoff & McCulloch 2007)
EARLIER = 2 / 3  # of the past, by which its last part is foretold
MOST_UNCOVERED = 0.05  # share of the asks
LEAST_TRIED = 5  # past asks in a class, for it to have been tried
CLASSES: tuple[tuple[float, ...], ...] = (
    (3, 7, 14, 30, 45, 60, 90, 120, 180, 364),
    (1, 2, 4, 8),
    (1, 2, 3),
    (0, 10, 20, 30, 40, 50, 60, 70, 80, 90),
    (1,),
    (1,),
)
"""Where each fact's classes begin; below the first of them is one more."""
USUAL_SPREAD, LEAST_ANSWERS = 0.49, 10  # variance of a score's answers, and how many have to be there to know better


class Scores(NamedTuple):
    """How many past answers were of promoters and of critics, among how many."""

    promoters: int = 0
    critics: int = 0
    answers: int = 0


@dataclass(frozen=True, slots=True)
class Past:
    """Asks that were made, and what came of each in time. Of decisions whose moment no draw had a part in: the action
    taken, the probability stored with it, and whose it was."""

    asks: Asks
    answered: Sequence[bool]
    opted_out: Sequence[bool]
    actions: Sequence[str]
    logged: Sequence[float]
    decided_for: Sequence[int]
    scores: Scores


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number, and the interval that holds what will come of it 19 times out of 20."""

    expected: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Expected:
    """Of asks: how many are answered, how many people opt out upon them, and how precise (half the width of its 95 %
    interval, in points) the score of the answers is. `uncovered`: the share of asks the like of which was never tried,
    and which the intervals let come out either way."""

    asks: int
    uncovered: float
    answers: Estimate | Refusal
    opt_outs: Estimate | Refusal
    precision: Estimate | Refusal


@dataclass(frozen=True, slots=True)
class Effect:
    """How many times the odds of an answer are those without one unit of a feature, with a 95 % interval."""

    feature: str
    odds: float
    low: float
    high: float


def expected(past: Past, asks: Asks) -> Expected:
    """What to expect of these asks, made by a policy that is not in force."""
    untried = uncovered(past.asks.facts, asks.facts)
    new = _New(
        [fact for fact, never in zip(asks.facts, untried, strict=True) if not never],
        [fact for fact, never in zip(asks.facts, untried, strict=True) if never],
    )
    share = len(new.untried) / max(len(asks.at), 1)
    weights = _weights(past, new, share)
    if isinstance(weights, Refusal):
        return Expected(len(asks.at), share, weights, weights, weights)
    answers = _estimate(past, past.answered, new, weights)
    opt_outs = _estimate(past, past.opted_out, new, weights)
    precision = answers if isinstance(answers, Refusal) else _precision(past.scores, answers)
    return Expected(len(asks.at), share, answers, opt_outs, precision)


def effects(past: Past) -> list[Effect] | Refusal:
    """What an answer depends on. A feature that never differed has the odds 1, exactly."""
    answered = np.asarray(past.answered, dtype=float)
    if refused := _too_few(answered):
        return refused
    model = fit(columns(past.asks.facts), answered, np.asarray(past.asks.person))
    errors = np.sqrt(np.diag(model.covariance))
    return [
        Effect(name, *(float(np.exp(b + z * error)) for z in (0.0, -Z95, Z95)))
        for name, b, error in zip(FEATURES, model.coefficients[1:], errors[1:], strict=True)
    ]


def columns(facts: Sequence[Facts]) -> Floats:
    """The columns of the model, of shape (asks, FEATURES)."""
    days, touches, silences, value, used, sms = _table(facts).T
    gap = np.log1p(days) - np.log1p(30.0)
    by_rhythm = value < 0.0
    return np.column_stack(
        [gap, gap**2, np.log1p(touches), np.log1p(silences), np.where(by_rhythm, 0.0, value / 100.0),
         by_rhythm, used, sms]
    )  # fmt: skip


def _table(facts: Sequence[Facts]) -> Floats:
    return np.asarray(facts, dtype=float).reshape(-1, len(Facts._fields))


class _New(NamedTuple):
    """The new asks: those the like of which was tried, and the others."""

    tried: list[Facts]
    untried: list[Facts]


def _weights(past: Past, new: _New, share: float) -> Floats | Refusal:
    """How many of the new asks that were tried each past one stands for, 1 on average; or why they cannot. `share` of
    the new asks were not."""
    if not past.asks.at:
        return Refusal("nothing", {})
    if refused := dishonest(past.actions, np.asarray(past.logged, dtype=float), past.decided_for):
        return refused
    if share > MOST_UNCOVERED:
        return Refusal("uncovered", {"share": share})
    if not new.tried:
        return np.ones(len(past.asks.at))
    old, tried = _alike_by(past.asks.facts), _alike_by(new.tried)
    is_new = np.r_[np.zeros(len(old)), np.ones(len(tried))]
    chances = fit(np.vstack([old, tried]), is_new).chances(old)
    weights = chances / (1.0 - chances) * (len(old) / len(tried))
    return unreliable(weights) or weights / weights.mean()


def _alike_by(facts: Sequence[Facts]) -> Floats:
    """What tells new asks from past ones: the columns, and each class, for policies draw sharp lines."""
    reached = [fact[:, None] >= np.asarray(begins) for begins, fact in zip(CLASSES, _table(facts).T, strict=True)]
    return np.column_stack([columns(facts), *reached])


def uncovered(tried: Sequence[Facts], wanted: Sequence[Facts]) -> NDArray[np.bool_]:
    """Which of the asks that are wanted have a fact of a class in which hardly anything was tried."""
    missing: NDArray[np.bool_] = np.zeros(len(wanted), dtype=bool)
    for begins, old, new in zip(CLASSES, _table(tried).T, _table(wanted).T, strict=True):
        known = np.bincount(np.digitize(old, begins), minlength=len(begins) + 1) >= LEAST_TRIED
        missing |= ~known[np.digitize(new, begins)]
    return missing


def _estimate(past: Past, happened: Sequence[bool], new: _New, weights: Floats) -> Estimate | Refusal:
    many, seen = len(new.tried), np.asarray(happened, dtype=float)
    if many == 0:
        return Estimate(0.0, 0.0, 0.0)
    people = np.asarray(past.asks.person)
    if refused := _too_few(seen) or _changed(past.asks, seen):
        return refused
    old = columns(past.asks.facts)
    model = fit(old, seen, people)
    chances, residuals = model.chances(columns(new.tried)), seen - model.chances(old)
    total = many * min(max(doubly_robust(chances, weights, residuals), 0.0), 1.0)
    learnt = many * clustered(weights * residuals, people) / len(old)
    luck = (chances * (1.0 - chances)).sum() * _alike(residuals, people)
    reach = Z95 * float(np.sqrt(learnt**2 + luck))
    low, high = max(total - reach, 0.0), min(total + reach, float(many))
    return Estimate(total + float(model.chances(columns(new.untried)).sum()), low, high + len(new.untried))


def _too_few(seen: Floats) -> Refusal | None:
    least, fewer = LEAST_A_FEATURE * len(FEATURES), int(min(seen.sum(), len(seen) - seen.sum()))
    if seen.sum() == 0.0:
        return Refusal("none_happened", {"rows": len(seen)})
    return Refusal("too_few_happened", {"rows": fewer, "of": len(seen), "least": least}) if fewer < least else None


def _changed(asks: Asks, seen: Floats) -> Refusal | None:
    """Whether what the earlier part of the past taught did not hold in its last part."""
    at, people, facts = np.asarray(asks.at), np.asarray(asks.person), columns(asks.facts)
    later = at > np.quantile(at, EARLIER)
    if not later.any() or not 0.0 < seen[~later].mean() < 1.0:
        return None
    model = fit(facts[~later], seen[~later], people[~later])
    total, error = model.total(facts[later])
    chances = model.chances(facts[later])
    luck = (chances * (1.0 - chances)).sum() * _alike(seen[later] - chances, people[later])
    off = abs(float(seen[later].sum()) - total)
    if off <= ERRORS * float(np.sqrt(error**2 + luck)):
        return None
    return Refusal("changed", {"expected": total, "seen": float(seen[later].sum())})


def _alike(residuals: Floats, people: NDArray[np.int64]) -> float:
    """How many times as large the variance of a sum is because people resemble themselves; at least 1."""
    return max(1.0, clustered(residuals, people) ** 2 / float(np.square(residuals - residuals.mean()).sum()))


def _precision(scores: Scores, answers: Estimate) -> Estimate | Refusal:
    """Half of the width that the score's interval will have (Rocks 2016: as if there were three more answers)."""
    if answers.high <= 0.0:
        return Refusal("nothing", {})
    spread = USUAL_SPREAD
    if scores.answers >= LEAST_ANSWERS:  # three more answers leave some spread where all said the same
        b, c, n = scores.promoters + 0.75, scores.critics + 0.75, scores.answers + 3.0
        spread = (b + c) / n - ((b - c) / n) ** 2
    wide, middle, narrow = (
        100.0 * Z95 * (spread / (many + 3.0)) ** 0.5 for many in (answers.low, answers.expected, answers.high)
    )
    return Estimate(middle, narrow, wide)
