"""Who did what: a log that only grows, each entry carrying the hash of the one before. Ids only, never addresses."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from outreach.tables import AuditEntry

_CHAIN_LOCK = 0x61756469  # any number will do, as long as it is always the same one


def record(session: Session, at: int, actor: str, what: Mapping[str, Any]) -> None:
    """Add an entry in the session's transaction; until that ends, others wait to add theirs."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_CHAIN_LOCK)))
    previous = session.exec(select(AuditEntry.hash).order_by(col(AuditEntry.seq).desc()).limit(1)).first() or ""
    entry: dict[str, Any] = {"at": at, "actor": actor, "what": dict(what)}
    session.add(AuditEntry(previous_hash=previous, hash=_hash(previous, entry), **entry))
    session.flush()


def first_broken(session: Session) -> int | None:
    """The number of the first entry that was changed, or before which one was removed; None while the chain holds."""
    previous = ""
    for row in session.exec(select(AuditEntry).order_by(col(AuditEntry.seq))):
        entry = {"at": row.at, "actor": row.actor, "what": row.what}
        if (row.previous_hash, row.hash) != (previous, _hash(previous, entry)):
            return row.seq
        previous = row.hash
    return None


def _hash(previous: str, entry: Mapping[str, Any]) -> str:
    written = json.dumps([previous, entry], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()
