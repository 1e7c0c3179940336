"""With which probability an action was taken, over the draws: what makes the score correctable afterwards.

Chance enters three times: the never-asked group (one draw a customer), sampling (one an intent), and the lengthening of
rests (one a touch that began them). The facts are given, and so is what earlier looks of the same intent have shown.
"""

from collections.abc import Callable, Sequence

from policies.arithmetic import ANYTIME, NEVER, rest_over_chance
from policies.decision import Action, Finding
from policies.policy import Guard, Policy
from policies.situation import Situation

_BY_LOT = ("never_asked", "sampling")


class Odds:
    """The odds of one look. `policy` is None where only a piece of content is in question: nobody is sampled for that."""

    def __init__(self, guard: Guard, policy: Policy | None, s: Situation) -> None:
        self.jitter, self.now, self.looked_at = guard.jitter, s.now, s.looked_at
        # After a first look the outcome of the lots is a fact like any other.
        self.by_lot = _BY_LOT if policy is not None and s.looked_at is None else ()
        self.drawn_in = (1.0 - guard.never_asked) * policy.sampling if policy and self.by_lot else 1.0

    def of(
        self, action: Action, holding: Sequence[Finding], in_hours: Callable[[float], float], expires: float
    ) -> float:
        """The probability of `action` now. Where no lot and no lengthened rest matters it is 1."""
        sure = ANYTIME
        rests: dict[int, float] = {}
        for f in holding:
            opens = f.opens
            if f.rest is not None:
                since, lasts = f.rest
                opens = since + lasts
                rests[since] = max(rests.get(since, 0.0), lasts)
            elif f.rule in self.by_lot:
                continue
            sure = max(sure, opens)
        earliest = in_hours(max(sure, self.now))
        if earliest >= expires:
            return 1.0  # a SKIP whatever the draws
        in_time = self.drawn_in * self._over(rests, expires)
        now = self.drawn_in * self._over(rests, self.now) if earliest <= self.now else 0.0
        return {Action.SKIP: 1.0 - in_time, Action.WAIT: in_time - now}.get(action, now)

    def _over(self, rests: dict[int, float], at: float) -> float:
        """The chance that all rests are over by `at`, given that they were not at the look before.

        Rests that the same touch began share one draw, so the longest speaks for all of them.
        """
        if at == NEVER:
            return 1.0
        by_now, before = 1.0, 1.0 if self.looked_at is not None else 0.0
        for since, lasts in rests.items():
            by_now *= rest_over_chance(at - since, lasts, self.jitter)
            if self.looked_at is not None:
                before *= rest_over_chance(self.looked_at - since, lasts, self.jitter)
        return 1.0 if before >= 1.0 else (by_now - before) / (1.0 - before)
