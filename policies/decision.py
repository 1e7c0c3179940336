"""What a rule says (a finding), and what follows from all of them (a decision)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from policies.arithmetic import ANYTIME, NEVER


class Action(StrEnum):
    ASK = "ask"
    GIVE = "give"
    WAIT = "wait"
    SKIP = "skip"


class Rest(NamedTuple):
    """A rest of `lasts` seconds since a moment, which the draw of the touch at `touch` lengthens."""

    touch: int
    since: int
    lasts: float


class Finding(NamedTuple):
    """The moment (epoch seconds, ANYTIME or NEVER) from which one rule would allow the touch, and the numbers behind.

    `code` names the sentence in `reasons`. `amount` is the dotted name of the amount in the policy or guard that holds
    the touch back, `now_is` its value and `would_need` the value with which it would not hold back now; None where no
    value of it would do. From `closes` on it is too late. Where something useful has to come first, `lead` is the
    seconds from giving it to the ask, at best. `rest` and `lot` (the probability of being drawn in) are there where
    chance has a part.
    """

    rule: str
    code: str
    opens: float = ANYTIME
    numbers: Mapping[str, object] = {}
    amount: str | None = None
    now_is: float | None = None
    would_need: float | None = None
    rest: Rest | None = None
    lot: float | None = None
    lead: float = 0.0
    closes: float = NEVER


class Flip(NamedTuple):
    """An amount that holds the touch back, and the value with which it would not hold back now."""

    rule: str
    amount: str
    now_is: float
    would_need: float


@dataclass(frozen=True, slots=True)
class Decision:
    """The action, and every finding it follows from.

    `moment` is when it may happen: now for ASK and GIVE, the first possible second for WAIT, None for SKIP.
    `probability` is that of this action over the draws, given the facts and the looks before.
    `giving` holds the findings about giving something useful first, when that came into question.
    `held_by` names the rule that holds back now, the one for longest if several do; None when nothing does.
    `only_rests`: over some channel nothing held back but rests, of which chance decides how long they last.
    """

    action: Action
    moment: int | None
    channel: str
    probability: float
    findings: tuple[Finding, ...]
    giving: tuple[Finding, ...] = ()
    held_by: str | None = None
    now: int = 0
    only_rests: bool = False

    @property
    def acts(self) -> bool:
        return self.action in (Action.ASK, Action.GIVE)

    @property
    def flips(self) -> tuple[Flip, ...]:
        """What would flip it: each amount that holds back now, with the value it would need.

        Where a rule has several amounts (caps, pieces given and used), it names one; letting that go shows the next.
        """
        found = [
            Flip(f.rule, f.amount, f.now_is, f.would_need)
            for f in self.findings + self.giving
            if f.opens > self.now and f.amount is not None and f.now_is is not None and f.would_need is not None
        ]
        return tuple(dict.fromkeys(found))  # some rules speak about the ask and about giving first
