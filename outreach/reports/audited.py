"""The audit log as it is read: who did what, newest first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from outreach import audit
from outreach.runtime import Runtime
from outreach.tables import AuditEntry, Customer

MOST = 50  # entries a page shows
_OF_A_CUSTOMER = ("erased", "paused", "preferences", "opted_out")
_TOLD_APART = ("before", "after")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `did` is what was done, in the log's own words, and `to` with what; `customer` (external id) is whom
    it concerns, if anybody who is known. `more` is what else the log tells; `changes`: there is a before and after."""

    seq: int
    at: int
    actor: str
    did: str
    to: str
    customer: str | None
    more: Mapping[str, str]
    changes: bool
    before: str
    after: str


def entries(runtime: Runtime, before: int | None = None, actor: str = "") -> list[Entry]:
    """The newest entries whose number is below `before`, one more than a page shows; of one actor, if named."""
    wanted = sa.select(col(AuditEntry.seq), col(AuditEntry.at), col(AuditEntry.actor), col(AuditEntry.what))
    if before is not None:
        wanted = wanted.where(col(AuditEntry.seq) < before)
    if actor:
        wanted = wanted.where(col(AuditEntry.actor) == actor)
    with runtime.reading() as session:
        rows = session.execute(wanted.order_by(col(AuditEntry.seq).desc()).limit(MOST + 1)).all()
        known = _external_ids(session, (what[key] for *_, what in rows for key in _OF_A_CUSTOMER if key in what))
    return [_entry(row, known) for row in rows]


def first_broken(runtime: Runtime) -> int | None:
    """The number of the first entry that was tampered with; None while the log is whole. Reads all of it."""
    with runtime.reading() as session:
        return audit.first_broken(session)


def _external_ids(session: Session, ids: Iterable[Any]) -> Mapping[int, str]:
    whole = [one for one in ids if isinstance(one, int)]
    ids_of = sa.select(col(Customer.id), col(Customer.external_id)).where(col(Customer.id).in_(whole))
    return {row.id: row.external_id for row in session.execute(ids_of)}


def _entry(row: Any, known: Mapping[int, str]) -> Entry:
    seq, at, actor, what = row
    rest = {key: value for key, value in what.items() if key not in _TOLD_APART}
    did, to = next(iter(rest.items()), ("", ""))
    more = {key: _plain(value) for key, value in rest.items() if key != did}
    customer = known.get(to) if did in _OF_A_CUSTOMER and isinstance(to, int) else None
    both = (_plain(what.get("before")), _plain(what.get("after")))
    return Entry(seq, at, actor, did.replace("_", " "), _plain(to), customer, more, "after" in what, *both)


def _plain(value: Any) -> str:
    """A value as lines of text."""
    if isinstance(value, Mapping):
        return "\n".join(f"{name}: {_plain(its)}" for name, its in value.items())
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return "" if value is None else str(value)
