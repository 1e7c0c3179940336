"""With which probability an action was taken, over the draws: what makes the score correctable afterwards.

Chance enters three times: the never-asked group (one draw a customer), sampling (one an intent), and the lengthening of
rests (one a touch that began them). The facts are given, and so is what earlier looks of the same intent have shown:
where one could act, that the rests of then were over; where nothing else held it back, that not all of them were.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import NamedTuple

from policies.arithmetic import ANYTIME, NEVER, rest_opens, rest_over_chance, rests_over
from policies.decision import Action, Finding, Rest
from policies.situation import Situation


class Odds(NamedTuple):
    """The probability of acting now, and of acting now or later but in time."""

    now: float
    in_time: float

    def of(self, action: Action) -> float:
        return {Action.SKIP: 1.0 - self.in_time, Action.WAIT: self.in_time - self.now}.get(action, self.now)


def odds(
    holding: Sequence[Finding], jitter: float, s: Situation, closes: float, in_hours: Callable[[float], float]
) -> Odds:
    """The odds of what `holding` holds back until, and which is too late from `closes` on."""
    drawn_in, sure, rests = _by_chance(holding, jitter, s)
    earliest = in_hours(max(sure, s.now))
    if earliest >= closes:
        return Odds(0.0, 0.0)
    if not rests:
        return Odds(drawn_in if earliest <= s.now else 0.0, drawn_in)
    shown = (_known(s.rests_over_at), _known(s.rests_open_at))
    now = rests_over(rests, len(rests), jitter, shown, s.now) if earliest <= s.now else 0.0
    ends = [rest_opens(rest.since, rest.lasts, jitter, 1.0) for rest in rests]
    surely_in_time = in_hours(max(earliest, *ends)) < closes
    last = NEVER if surely_in_time else _last_moment(s.now, closes, in_hours)
    in_time = 1.0 if surely_in_time else rests_over(rests, len(rests), jitter, shown, last)
    return Odds(drawn_in * now, drawn_in * in_time)


def _by_chance(holding: Sequence[Finding], jitter: float, s: Situation) -> tuple[float, float, list[Rest]]:
    """The chance of being drawn in, what holds whatever the draws, and the rests that the draws made longer."""
    # After a first look the outcome of a lot is a fact like any other.
    by_lot = [f.lot for f in holding if f.lot is not None] if s.looked_at is None else []
    sure = [f.opens for f in holding if f.rest is None and not (by_lot and f.lot is not None)]
    rests = [f.rest for f in holding if f.rest is not None]
    sure += [rest.since + rest.lasts for rest in rests]
    first = min([at for at in (s.now, s.rests_over_at, s.rests_open_at) if at is not None])
    by_chance = [rest for rest in rests if rest_over_chance(first - rest.since, rest.lasts, jitter) < 1.0]
    return math.prod(by_lot), max(sure, default=ANYTIME), by_chance


def _known(at: int | None) -> float:
    return ANYTIME if at is None else at


def _last_moment(now: int, closes: float, in_hours: Callable[[float], float]) -> float:
    """The last second a rest may end, to be in time."""
    if closes == NEVER:
        return NEVER
    return now + bisect_left(range(now, int(closes)), True, key=lambda at: in_hours(at) >= closes) - 1
