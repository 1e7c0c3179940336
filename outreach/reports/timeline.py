"""One customer's life with us: contacts, every decision and why, messages, replies; newest first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from outreach.judging import unpack
from outreach.reports.customers import Person, person
from outreach.runtime import Runtime
from outreach.tables import (
    Case,
    ConsentEvent,
    ContactEvent,
    Content,
    LedgerEntry,
    Outreach,
    PolicyVersion,
    Reply,
    StoredDecision,
)  # fmt: skip
from policies.decision import Action, Decision, Finding, Flip

ENTRIES = 20


@dataclass(frozen=True, slots=True)
class Contact:
    """Something that happened between us; `value` 0-100."""

    at: int
    kind: str
    touchpoint: str
    value: float
    external_id: str
    what: str = "contact"


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as it was made: with the versions of the policy and the guard, every finding, and the facts."""

    findings: tuple[Finding, ...]
    giving: tuple[Finding, ...]
    facts: Mapping[str, Any]
    at: int
    id: int
    policy: str
    version: int
    guard_version: int
    stage: str
    action: str
    moment: int | None
    channel: str
    probability: float
    held_by: str | None
    what: str = "decision"

    @property
    def flips(self) -> tuple[Flip, ...]:
        """What would have flipped it then."""
        action = Action(self.action)
        return Decision(
            action, self.moment, self.channel, self.probability, self.findings, self.giving, self.held_by, self.at
        ).flips

    @property
    def deciding(self) -> Finding | None:
        """The finding that held it back most."""
        held = [f for f in (*self.findings, *self.giving) if f.rule == self.held_by]
        return max(held, key=lambda f: f.opens, default=None)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message, from planned to used or answered; `why` is the decision behind it, where it was read too."""

    at: int
    id: int
    kind: str
    channel: str
    policy: str
    subject: str
    body: str
    state: str
    reason: str | None
    content: str | None
    used_at: int | None
    outcome: str | None
    outcome_at: int | None
    why: Decided | None = None
    what: str = "message"


@dataclass(frozen=True, slots=True)
class Replied:
    """A reply as it was written, and what was understood."""

    at: int
    channel: str
    text: str
    intent: str
    score: int | None
    comment: str
    what: str = "reply"

    @property
    def words_add(self) -> bool:
        """Whether the words say more than the score that was read in them."""
        return self.text.strip() != str(self.score)


@dataclass(frozen=True, slots=True)
class ConsentChanged:
    at: int
    channel: str
    consent: str
    how: str
    by: str
    what: str = "consent"


@dataclass(frozen=True, slots=True)
class CaseChanged:
    """A case was opened, or closed."""

    at: int
    why: str
    closed: bool
    what: str = "case"


Entry = Contact | Decided | Sent | Replied | ConsentChanged | CaseChanged


@dataclass(frozen=True, slots=True)
class Timeline:
    """A customer and one page of their life. `earlier` is the moment to ask the next page with, None on the last."""

    person: Person
    entries: tuple[Entry, ...]
    earlier: int | None


def timeline(runtime: Runtime, external_id: str, before: int | None = None) -> Timeline | None:
    """What happened to this customer before a moment (epoch seconds); None when nobody has this id."""
    with runtime.reading() as session:
        who = person(session, external_id)
        if who is None:
            return None
        reader = _Reader(session, who.id, before if before is not None else 2**62)
        decisions = reader.decisions()
        messages = _with_reasons(reader.messages(), decisions)
        told = {message.why.id for message in messages if message.why}
        entries: list[Entry] = [
            *reader.contacts(),
            *messages,
            *(d for d in decisions if d.id not in told),
            *reader.replies(),
            *reader.consents(),
            *reader.cases(),
        ]
    earlier = (entry for entry in entries if before is None or entry.at < before)
    return _page(who, sorted(earlier, key=lambda entry: (entry.at, _ORDER[entry.what]), reverse=True))


_ORDER = {"contact": 0, "consent": 1, "case": 2, "decision": 3, "message": 4, "reply": 5}


def _page(who: Person, entries: Sequence[Entry]) -> Timeline:
    """The first ENTRIES, and all that happened in the same second as the last of them."""
    if len(entries) <= ENTRIES:
        return Timeline(who, tuple(entries), None)
    last = entries[ENTRIES - 1].at
    shown = tuple(entry for entry in entries if entry.at >= last)
    return Timeline(who, shown, last if len(shown) < len(entries) else None)


def _with_reasons(messages: Iterable[tuple[Sent, int]], decisions: Sequence[Decided]) -> list[Sent]:
    by_id = {decision.id: decision for decision in decisions}
    return [replace(message, why=by_id.get(decision_id)) for message, decision_id in messages]


class _Reader:
    """Reads one customer's rows of each kind, the latest before a moment."""

    def __init__(self, session: Session, customer_id: int, before: int) -> None:
        self._session, self._customer, self._before = session, customer_id, before

    def _rows(self, query: Any, table: Any, at: Any) -> Sequence[Any]:
        found: Sequence[Any] = self._session.execute(
            query.where(col(table.customer_id) == self._customer, col(at) < self._before)
            .order_by(col(at).desc(), col(table.id).desc())
            .limit(2 * ENTRIES)
        ).all()
        return found

    def contacts(self) -> list[Contact]:
        query = sa.select(
            col(ContactEvent.occurred_at), col(ContactEvent.kind), col(ContactEvent.touchpoint),
            col(ContactEvent.value), col(ContactEvent.external_id),
        )  # fmt: skip
        return [Contact(*row) for row in self._rows(query, ContactEvent, ContactEvent.occurred_at)]

    def decisions(self) -> list[Decided]:
        guard = aliased(PolicyVersion)
        query = (
            sa.select(
                col(StoredDecision.findings), col(StoredDecision.facts), col(StoredDecision.decided_at),
                col(StoredDecision.id), col(PolicyVersion.name), col(PolicyVersion.version), col(guard.version),
                col(StoredDecision.stage),
                col(StoredDecision.action), col(StoredDecision.moment), col(StoredDecision.channel),
                col(StoredDecision.probability), col(StoredDecision.held_by),
            )
            .join(PolicyVersion, col(PolicyVersion.id) == col(StoredDecision.policy_version_id))
            .join(guard, col(guard.id) == col(StoredDecision.guard_version_id))
        )  # fmt: skip
        rows = self._rows(query, StoredDecision, StoredDecision.decided_at)
        return [Decided(unpack(kept["ask"]), unpack(kept["give"]), facts, *rest) for kept, facts, *rest in rows]

    def messages(self) -> list[tuple[Sent, int]]:
        """Each message, with the id of its decision."""
        at = sa.func.coalesce(col(LedgerEntry.asked_at), col(Outreach.planned_at))
        query = (
            sa.select(
                at, col(Outreach.id), col(Outreach.kind), col(Outreach.channel), col(Outreach.policy),
                col(Outreach.subject), col(Outreach.body), col(Outreach.state), col(Outreach.reason), col(Content.name),
                col(LedgerEntry.used_at), col(LedgerEntry.outcome), col(LedgerEntry.outcome_at),
                col(Outreach.decision_id),
            )
            .join(LedgerEntry, col(LedgerEntry.outreach_id) == col(Outreach.id), isouter=True)
            .join(Content, col(Content.id) == col(Outreach.content_id), isouter=True)
        )  # fmt: skip
        return [(Sent(*row[:13]), row[13]) for row in self._rows(query, Outreach, Outreach.planned_at)]

    def replies(self) -> list[Replied]:
        query = sa.select(
            col(Reply.received_at), col(Reply.channel), col(Reply.text), col(Reply.intent), col(Reply.score),
            col(Reply.comment),
        )  # fmt: skip
        return [Replied(*row) for row in self._rows(query, Reply, Reply.received_at)]

    def consents(self) -> list[ConsentChanged]:
        query = sa.select(
            col(ConsentEvent.at), col(ConsentEvent.channel), col(ConsentEvent.what), col(ConsentEvent.how),
            col(ConsentEvent.by),
        )  # fmt: skip
        return [ConsentChanged(*row) for row in self._rows(query, ConsentEvent, ConsentEvent.at)]

    def cases(self) -> list[CaseChanged]:
        opened = sa.select(col(Case.opened_at), col(Case.why), sa.false())
        closed = sa.select(col(Case.closed_at), col(Case.why), sa.true())
        rows = [*self._rows(opened, Case, Case.opened_at), *self._rows(closed, Case, Case.closed_at)]
        return [CaseChanged(at, why, bool(is_closed)) for at, why, is_closed in rows]
