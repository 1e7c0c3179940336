"""When could we ask this customer next, and what would change that: the opening of a customer's page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from outreach.explain import Explanation
from outreach.reports.customers import Person
from policies.decision import Finding
from web.brakes import Picture


@dataclass(frozen=True, slots=True)
class Judged:
    """One policy's explanation, with its picture, and the finding that decides."""

    explanation: Explanation
    picture: Picture
    deciding: Finding | None

    @classmethod
    def of(cls, explanation: Explanation) -> Self:
        decision = explanation.decision
        held = [f for f in (*decision.findings, *decision.giving) if f.rule == decision.held_by]
        return cls(
            explanation,
            Picture.of(decision, explanation.at),
            max(held, key=lambda f: f.opens, default=None),
        )

    @property
    def gives(self) -> bool:
        """Whether this policy gives and never asks: then nothing has to come before it."""
        return all(finding.rule != "value_first" for finding in self.explanation.decision.findings)

    @property
    def ask_follows_at(self) -> int | None:
        """When the question could follow if something useful is given now; None where nothing has to be given first."""
        opens = next((f.opens for f in self.explanation.decision.findings if f.code == "value_missing"), None)
        return None if opens is None else int(opens)


@dataclass(frozen=True, slots=True)
class Asking:
    """Every live policy judged now; `asks` and `gives` each with the soonest first."""

    person: Person
    asks: tuple[Judged, ...]
    gives: tuple[Judged, ...]

    @classmethod
    def of(cls, explanations: Sequence[Explanation], person: Person) -> Self:
        judged = [Judged.of(explanation) for explanation in explanations]
        return cls(person, tuple(j for j in judged if not j.gives), tuple(j for j in judged if j.gives))

    @property
    def first(self) -> Judged | None:
        """The policy that could ask first, or else give first."""
        return next(iter((*self.asks, *self.gives)), None)

    @property
    def others(self) -> tuple[Judged, ...]:
        return (*self.asks, *self.gives)[1:]
