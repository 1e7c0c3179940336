"""What a rule says (a finding), and what follows from all of them (a decision)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from policies.arithmetic import ANYTIME


class Action(StrEnum):
    ASK = "ask"
    GIVE = "give"
    WAIT = "wait"
    SKIP = "skip"


class Finding(NamedTuple):
    """The moment (epoch seconds, ANYTIME or NEVER) from which one rule would allow the ask, and the numbers behind it.

    `code` names the sentence in `reasons`. `amount` is the dotted name of the amount in the policy or guard that holds
    the ask back, `now_is` its value and `would_need` the value with which this rule would let go at once; None where no
    amount can. `rest` is (began at, seconds) of a rest that chance lengthens.
    """

    rule: str
    code: str
    opens: float = ANYTIME
    numbers: Mapping[str, object] = {}
    amount: str | None = None
    now_is: float | None = None
    would_need: float | None = None
    rest: tuple[int, float] | None = None


class Flip(NamedTuple):
    """An amount that holds the ask back, and the value it would need for its rule to let go now."""

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
    `held_by` names the rule whose moment decided; None when nothing held back.
    """

    action: Action
    moment: int | None
    channel: str
    probability: float
    findings: tuple[Finding, ...]
    giving: tuple[Finding, ...] = ()
    held_by: str | None = None
    now: int = 0

    @property
    def flips(self) -> tuple[Flip, ...]:
        """What would flip it: each amount that holds the ask back now, with the value it would need."""
        return tuple(
            Flip(f.rule, f.amount, f.now_is, f.would_need)
            for f in self.findings + self.giving
            if f.opens > self.now and f.amount is not None and f.now_is is not None and f.would_need is not None
        )
