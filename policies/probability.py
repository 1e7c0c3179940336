"""With which probability an action was taken, over the draws: what makes the score correctable afterwards.

Chance enters three times: the never-asked group (one draw a customer), sampling (one an intent), and the lengthening of
rests (one a touch that began them). The facts are given, and so is what earlier looks of the same intent have shown:
where one could act, that the rests of then were over; where nothing else held it back, that not all of them were.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import NamedTuple, Self

from policies.arithmetic import ANYTIME, NEVER, rest_opens, rest_over_chance
from policies.decision import Action, Finding, Rest
from policies.situation import Situation

Rests = dict[int | str, list[Rest]]  # by what began them, whose draw they share


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
    shown = _Shown.by_looks(holding, jitter, s)
    now = shown.over(rests, s.now) if earliest <= s.now else 0.0
    ends = [rest_opens(rest.since, rest.lasts, jitter, 1.0) for sharing in rests.values() for rest in sharing]
    surely_in_time = in_hours(max(earliest, *ends)) < closes
    in_time = 1.0 if surely_in_time else shown.over(rests, _last_moment(s.now, closes, in_hours))
    return Odds(drawn_in * now, drawn_in * in_time)


def _by_chance(holding: Sequence[Finding], jitter: float, s: Situation) -> tuple[float, float, Rests]:
    """The chance of being drawn in, what holds whatever the draws, and the rests that the draws made longer."""
    # After a first look the outcome of a lot is a fact like any other.
    by_lot = [f.lot for f in holding if f.lot is not None] if s.looked_at is None else []
    sure = [f.opens for f in holding if f.rest is None and not (by_lot and f.lot is not None)]
    first = min([at for at in (s.now, s.rests_over_at, s.rests_open_at) if at is not None])
    rests = Rests()
    for rest in [f.rest for f in holding if f.rest is not None]:
        sure.append(rest.since + rest.lasts)
        if rest_over_chance(first - rest.since, rest.lasts, jitter) < 1.0:
            rests.setdefault(rest.source, []).append(rest)
    return math.prod(by_lot), max(sure, default=ANYTIME), rests


class _Shown(NamedTuple):
    """What looks have shown of the draws: all rests were over at `over_at`, and not all of them were at `open_at`."""

    jitter: float
    over_at: float = ANYTIME
    open_at: float = ANYTIME

    @classmethod
    def by_looks(cls, holding: Sequence[Finding], jitter: float, s: Situation) -> Self:
        """Looks that judged by other amounts may not fit what we know by now; those are left out."""
        over_at, open_at = (ANYTIME if at is None else at for at in (s.rests_over_at, s.rests_open_at))
        ends = [(f.rest.since, f.opens) for f in holding if f.rest is not None]
        fits_over = all(opens <= over_at for since, opens in ends if since < over_at)
        fits_open = any(opens > open_at for since, opens in ends if since < open_at)
        return cls(jitter, over_at if fits_over else ANYTIME, open_at if fits_open else ANYTIME)

    def over(self, rests: Rests, by: float) -> float:
        """The chance that all rests are over by then. Those that share a draw are when the last of them is."""
        chance = both = before = 1.0
        for sharing in rests.values():
            known = self._chance([rest for rest in sharing if rest.since < self.over_at], self.over_at) or 1.0
            over = min(self._chance(sharing, by) / known, 1.0)
            seen = min(self._chance([rest for rest in sharing if rest.since < self.open_at], self.open_at) / known, 1.0)
            chance, both, before = chance * over, both * min(over, seen), before * seen
        return (chance - both) / (1.0 - before) if before < 1.0 else chance

    def _chance(self, sharing: Sequence[Rest], at: float) -> float:
        return min([rest_over_chance(at - rest.since, rest.lasts, self.jitter) for rest in sharing], default=1.0)


def _last_moment(now: int, closes: float, in_hours: Callable[[float], float]) -> float:
    """The last second a rest may end, to be in time."""
    if closes == NEVER:
        return NEVER
    return now + bisect_left(range(now, int(closes)), True, key=lambda at: in_hours(at) >= closes) - 1
