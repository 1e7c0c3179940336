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
    """A rest of `lasts` seconds since a moment, lengthened by the draw of what began it: the touch at `source`, or the
    'case'."""

    source: int | str
    since: int
    lasts: float
    opens: float


class Amount(NamedTuple):
    """An amount by its dotted name in the policy or guard, its value (a share, a count, seconds, yes or no), and the
    value with which it would not hold back now; None where no value that the document takes would do."""

    name: str
    now_is: float
    would_need: float | None


class Finding(NamedTuple):
    """The moment (epoch seconds, ANYTIME or NEVER) from which one rule would allow the touch, and the numbers behind.

    `code` names the sentence in `reasons`. `amounts` hold the touch back; with the values they would need, all of them
    together, the rule lets go now. From `closes` on it is too late. Where something useful has to come first, `lead` is
    the seconds from giving it to the ask, at best. `rest` and `lot` (the probability of being drawn in) are there where
    chance has a part.
    """

    rule: str
    code: str
    opens: float = ANYTIME
    numbers: Mapping[str, object] = {}
    amounts: tuple[Amount, ...] = ()
    rest: Rest | None = None
    lot: float | None = None
    lead: float = 0.0
    closes: float = NEVER

    @property
    def amount(self) -> str | None:
        """The first of the amounts, its value, and the value it would need."""
        return self.amounts[0].name if self.amounts else None

    @property
    def now_is(self) -> float | None:
        return self.amounts[0].now_is if self.amounts else None

    @property
    def would_need(self) -> float | None:
        return self.amounts[0].would_need if self.amounts else None

    @property
    def flips(self) -> "tuple[Flip, ...]":
        """What would make this rule let go now; nothing where its amounts cannot."""
        needed = [Flip(self.rule, a.name, a.now_is, a.would_need) for a in self.amounts if a.would_need is not None]
        return tuple(needed) if len(needed) == len(self.amounts) else ()


class Flip(NamedTuple):
    """An amount that holds the touch back, and the value with which it would not hold back now."""

    rule: str
    amount: str
    now_is: float
    would_need: float

    @property
    def change(self) -> float:
        """How far the amount would have to move."""
        return abs(self.would_need - self.now_is)


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
        """What would flip it: the amounts that hold back now, with the values they would need. All together they set
        free what amounts can. Where two rules need another value of the same amount, this is the one that does for
        both."""
        needed: dict[str, Flip] = {}
        for flip in [flip for f in self.findings + self.giving if f.opens > self.now for flip in f.flips]:
            needed[flip.amount] = max(needed.get(flip.amount, flip), flip, key=lambda each: each.change)
        return tuple(needed.values())
