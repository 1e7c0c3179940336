"""What the rules share: how a wait and a lengthened rest become a finding."""

import math

from policies import arithmetic
from policies.decision import Finding
from policies.policy import Guard
from policies.situation import Situation, Touch

Numbers = dict[str, object]


def last_touch(touches: tuple[Touch, ...], kinds: tuple[str, ...], policy: str | None = None) -> Touch | None:
    """The latest touch of these kinds, of one policy if named."""
    for touch in reversed(touches):
        if touch.kind in kinds and policy in (None, touch.policy):
            return touch
    return None


def wait(rule: str, since: int, lasts: int, amount: str, now: int) -> Finding:
    """Holds until `lasts` seconds after `since`; chance has no part in it."""
    numbers: Numbers = {"since": since, "rest": lasts, "until": since + lasts}
    if since + lasts <= now:
        return Finding(rule, f"{rule}_over", since + lasts, numbers)
    return Finding(rule, rule, since + lasts, numbers, amount, lasts, now - since if now >= since else None)


def rest(rule: str, last: Touch | None, lasts: float, amount: str, terms: tuple[Guard, Situation]) -> Finding:
    """Holds until the rest that `last` began is over, lengthened by that touch's draw."""
    if last is None:
        return Finding(rule, f"{rule}_none")
    guard, s = terms
    opens = math.ceil(arithmetic.rest_opens(last.at, lasts, guard.jitter, last.draw))
    numbers: Numbers = {"since": last.at, "rest": lasts, "until": opens}
    if opens <= s.now:
        return Finding(rule, f"{rule}_over", opens, numbers, rest=(last.at, lasts))
    needs = math.floor((s.now - last.at) / (1.0 + guard.jitter * last.draw))
    return Finding(rule, rule, opens, numbers, amount, lasts, needs if needs >= 0 else None, (last.at, lasts))
