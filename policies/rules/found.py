"""What the rules share: what began a rest, and how a wait and a lengthened rest become a finding."""

from functools import cache
from typing import NamedTuple, Self

from policies import arithmetic
from policies.arithmetic import ANYTIME
from policies.decision import Amount, Finding, Rest
from policies.policy import Guard
from policies.situation import CONTENT, Situation, Touch

Numbers = dict[str, object]


class Began(NamedTuple):
    """A rest began at this moment, because of the touch at `source`, or the case that was closed, with its draw."""

    since: int
    source: int | str
    draw: float

    @classmethod
    def by(cls, touch: Touch, since: int | None = None) -> Self:
        return cls(touch.at if since is None else since, touch.at, touch.draw)


@cache
def plain(rule: str, code: str, opens: float = ANYTIME) -> Finding:
    """A finding without numbers, made once."""
    return Finding(rule, code, opens)


def last_ask(touches: tuple[Touch, ...], policy: str | None = None) -> Began | None:
    """The latest ask or reminder; of one policy, if named."""
    for touch in reversed(touches):
        if touch.kind != CONTENT and policy in (None, touch.policy):
            return Began.by(touch)
    return None


def last_content(touches: tuple[Touch, ...]) -> Began | None:
    for touch in reversed(touches):
        if touch.kind == CONTENT:
            return Began.by(touch)
    return None


def wait(rule: str, since: int, lasts: int, amount: str, now: int) -> Finding:
    """Holds until `lasts` seconds after `since`; chance has no part in it."""
    opens = since + lasts
    numbers: Numbers = {"since": since, "rest": lasts, "until": opens}
    if opens <= now:
        return Finding(rule, f"{rule}_over", opens, numbers)
    return Finding(rule, rule, opens, numbers, (Amount(amount, lasts, now - since if now >= since else None),))


def rest(rule: str, began: Began | None, lasts: float, amount: str, terms: tuple[Guard, Situation]) -> Finding:
    """Holds until the rest that began is over, lengthened by the draw of what began it."""
    if began is None:
        return plain(rule, f"{rule}_none")
    guard, s = terms
    since, source, draw = began
    opens = arithmetic.rest_opens(since, lasts, guard.jitter, draw)
    numbers: Numbers = {"since": since, "rest": lasts, "until": opens}
    chance = Rest(source, since, lasts, opens)
    if opens <= s.now:
        return Finding(rule, f"{rule}_over", opens, numbers, rest=chance)
    needs = arithmetic.longest_rest_over(s.now - since, guard.jitter, draw)
    return Finding(rule, rule, opens, numbers, (Amount(amount, lasts, needs if needs >= 0 else None),), chance)


def within(most: float, amount: Amount) -> Amount:
    """The amount, if the document takes as much as it would need."""
    return amount._replace(would_need=None) if (amount.would_need or 0) > most else amount
