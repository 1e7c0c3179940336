"""The picture of a decision: one row a rule, a bar from now to the moment that rule opens; the longest decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isinf
from typing import Protocol, Self

from policies.decision import Finding

WIDTH = 1000.0
"""Units across the whole picture; `never` runs over all of them and off the edge."""
LAST_MOMENT = 920.0
SHORTEST = 8.0  # a bar that is there can be seen


class Findings(Protocol):
    """A decision, made now or kept: what every rule said, and which of them decided."""

    @property
    def findings(self) -> tuple[Finding, ...]: ...
    @property
    def giving(self) -> tuple[Finding, ...]: ...
    @property
    def held_by(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Row:
    """The bar of a rule that holds back: `length` in units of WIDTH. With `gives`, it opens once something is given."""

    finding: Finding
    length: float
    decides: bool
    never: bool
    gives: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """Rules that hold back, longest first; rules that do not; and where the scale ends (epoch seconds, or None)."""

    now: int
    until: int | None
    holding: tuple[Row, ...]
    open: tuple[Finding, ...]

    @classmethod
    def of(cls, decision: Findings, now: int) -> Self:
        """Draw what the rules said at `now`: about asking, and what those about giving first add to it."""
        said = {(finding.rule, finding.code, finding.opens) for finding in decision.findings}
        more = (finding for finding in decision.giving if (finding.rule, finding.code, finding.opens) not in said)
        return cls.drawn((*decision.findings, *more), now, decision.held_by)

    @classmethod
    def drawn(cls, findings: Sequence[Finding], now: int, held_by: str | None) -> Self:
        moments = [f.opens for f in findings if f.opens > now and not isinf(f.opens)]
        until = int(max(moments)) if moments else None
        held = sorted((f for f in findings if f.opens > now), key=lambda f: (-f.opens, f.rule != held_by))
        return cls(
            now=now,
            until=until,
            holding=tuple(_row(f, now, until, held_by) for f in held),
            open=tuple(f for f in findings if f.opens <= now),
        )


def _row(finding: Finding, now: int, until: int | None, held_by: str | None) -> Row:
    if until is None or isinf(finding.opens):
        never, length = True, WIDTH
    else:
        never, length = False, max(SHORTEST, LAST_MOMENT * (finding.opens - now) / (until - now))
    return Row(finding, length, finding.rule == held_by, never, finding.code == "value_missing")
