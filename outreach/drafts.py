"""Drafts of the guard and of policies: saved, shown to a second pair of eyes, published or thrown away.

Until it is published a draft changes nothing. Every step is in the audit log, with what was there before and after.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col

from outreach import audit, policy_book
from outreach.policy_book import GUARD, Edition
from outreach.runtime import Runtime
from outreach.tables import PolicyDraft
from policies.policy import Policy


class DraftMoved(Exception):
    """Somebody else saved, published or threw away this draft meanwhile; nothing was done."""


class NeedsOtherEyes(Exception):
    """Whoever saved a draft last does not publish it where somebody else can."""


class NotProposed(Exception):
    """A draft is published after it was put forward, so that what is looked at stays what it was."""


@dataclass(frozen=True, slots=True)
class Draft:
    name: str
    document: str
    revision: int
    saved_at: int
    saved_by: str
    proposed_at: int | None


def drafts(runtime: Runtime) -> Mapping[str, Draft]:
    """Every draft, by name."""
    with runtime.reading() as session:
        found = session.execute(sa.select(PolicyDraft).order_by(col(PolicyDraft.name))).scalars()
        return {row.name: _draft(row) for row in found}


def draft(runtime: Runtime, name: str) -> Draft | None:
    with runtime.reading() as session:
        row = session.get(PolicyDraft, name)
        return _draft(row) if row is not None else None


def save(runtime: Runtime, text: str, revision: int, by: str) -> Draft:
    """Save a document (TOML) as the draft of its name. `revision`: of the draft it was made from, 0 where there was
    none. What was put forward has to be put forward again. Raises PolicyRefused, DraftMoved."""
    document = policy_book.parse(text)
    name = document.name if isinstance(document, Policy) else GUARD
    with runtime.writing() as session:
        policy_book.check(session, document)
        row, now = _locked(session, name), runtime.now()
        if (row.revision if row is not None else 0) != revision:
            raise DraftMoved(name)
        before = row.document if row is not None else None
        if row is None:
            row = PolicyDraft(name=name, document=text, revision=0, saved_at=now, saved_by=by)
        row.document, row.revision, row.saved_at, row.saved_by, row.proposed_at = text, revision + 1, now, by, None
        session.add(row)
        audit.record(session, now, by, {"saved draft": name, "before": before, "after": text})
        session.flush()
        return _draft(row)


def propose(runtime: Runtime, name: str, revision: int, by: str) -> Draft:
    """Put a draft forward for a second pair of eyes. Raises DraftMoved."""
    with runtime.writing() as session:
        row = _unmoved(session, name, revision)
        if row.proposed_at is None:
            row.proposed_at = runtime.now()
            session.add(row)
            audit.record(session, runtime.now(), by, {"put forward": name, "revision": revision})
        return _draft(row)


def publish(runtime: Runtime, name: str, revision: int, by: str, alone: bool) -> Edition:
    """Publish a draft that was put forward. `alone`: nobody else may publish, so whoever saved it may. Raises
    DraftMoved, NotProposed, NeedsOtherEyes, PolicyRefused."""
    with runtime.writing() as session:
        row = _unmoved(session, name, revision)
        if row.proposed_at is None:
            raise NotProposed(name)
        if row.saved_by == by and not alone:
            raise NeedsOtherEyes(name)
        text = row.document
    edition = policy_book.publish(runtime, text, by)  # the same again changes nothing, should we be stopped here
    with runtime.writing() as session:
        gone = sa.delete(PolicyDraft).where(col(PolicyDraft.name) == name, col(PolicyDraft.revision) == revision)
        session.execute(gone)
    return edition


def discard(runtime: Runtime, name: str, revision: int, by: str) -> None:
    """Throw a draft away; what is in force stays. Raises DraftMoved."""
    with runtime.writing() as session:
        row = _unmoved(session, name, revision)
        audit.record(session, runtime.now(), by, {"threw away draft": name, "before": row.document})
        session.delete(row)


def _locked(session: Session, name: str) -> PolicyDraft | None:
    return session.get(PolicyDraft, name, with_for_update=True)


def _unmoved(session: Session, name: str, revision: int) -> PolicyDraft:
    row = _locked(session, name)
    if row is None or row.revision != revision:
        raise DraftMoved(name)
    return row


def _draft(row: PolicyDraft) -> Draft:
    return Draft(row.name, row.document, row.revision, row.saved_at, row.saved_by, row.proposed_at)
