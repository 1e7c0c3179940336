"""With which probability an action was taken, over the draws: what makes the score correctable afterwards.

Chance enters three times: the never-asked group (one draw a customer), sampling (one an intent), and the lengthening of
rests (one a touch that began them). The facts are given, and so is what earlier looks of the same intent have shown.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import NamedTuple

from policies.arithmetic import ANYTIME, NEVER, rest_opens, rest_over_chance
from policies.decision import Action, Finding, Rest
from policies.situation import Situation

Rests = dict[int, list[Rest]]  # by the touch whose draw they share


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
    before = 0.0
    # A look before tells something about the rests only where nothing else held back then.
    if s.looked_at is not None and in_hours(max(sure, s.looked_at)) <= s.looked_at:
        before = _over(rests, s.looked_at, jitter)
    now = _over(rests, s.now, jitter) if earliest <= s.now else before
    ends = [rest_opens(rest.since, rest.lasts, jitter, 1.0) for sharing in rests.values() for rest in sharing]
    surely_in_time = in_hours(max(earliest, *ends)) < closes
    in_time = 1.0 if surely_in_time else _over(rests, _last_moment(s.now, closes, in_hours), jitter)
    return Odds(*(drawn_in * (by_then - before) / (1.0 - before) for by_then in (now, in_time)))


def _by_chance(holding: Sequence[Finding], jitter: float, s: Situation) -> tuple[float, float, Rests]:
    """The chance of being drawn in, what holds whatever the draws, and the rests that the last look found open."""
    # After a first look the outcome of a lot is a fact like any other.
    by_lot = [f.lot for f in holding if f.lot is not None] if s.looked_at is None else []
    sure = [f.opens for f in holding if f.rest is None and not (by_lot and f.lot is not None)]
    known = s.now if s.looked_at is None else s.looked_at
    rests = Rests()
    for touch, since, lasts in [f.rest for f in holding if f.rest is not None]:
        sure.append(since + lasts)
        if rest_over_chance(known - since, lasts, jitter) < 1.0:
            rests.setdefault(touch, []).append(Rest(touch, since, lasts))
    return math.prod(by_lot), max(sure, default=ANYTIME), rests


def _over(rests: Rests, at: float, jitter: float) -> float:
    """The chance that all rests are over by `at`. Those that share a draw are all over when the last of them is."""
    chance = 1.0
    for sharing in rests.values():
        chance *= min([rest_over_chance(at - rest.since, rest.lasts, jitter) for rest in sharing])
    return chance


def _last_moment(now: int, closes: float, in_hours: Callable[[float], float]) -> float:
    """The last second a rest may end, to be in time."""
    if closes == NEVER:
        return NEVER
    return now + bisect_left(range(now, int(closes)), True, key=lambda at: in_hours(at) >= closes) - 1
