"""Tokens with which other systems call the API: shown once, kept only as a hash."""

import hashlib
import secrets
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col

from outreach import audit
from outreach.runtime import Runtime
from outreach.tables import ApiToken

PREFIX = "outreach_"
"""So that people, and scanners for leaked secrets, recognise one."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is kept: whose it is, and since when (epoch seconds)."""

    id: int
    name: str
    created_at: int
    revoked_at: int | None


_KEPT = sa.select(col(ApiToken.id), col(ApiToken.name), col(ApiToken.created_at), col(ApiToken.revoked_at))


def create(runtime: Runtime, name: str, by: str = "operator") -> str:
    """Make a token for the system called `name`. What is returned can never be shown again."""
    plain = PREFIX + secrets.token_urlsafe(32)
    with runtime.writing() as session:
        row = ApiToken(name=name, token_hash=_hash(plain), created_at=runtime.now())
        session.add(row)
        session.flush()
        audit.record(session, runtime.now(), by, {"token_created": row.id, "before": None, "after": name})
    return plain


def verify(runtime: Runtime, plain: str | None) -> Token | None:
    """The token behind what a caller sent; None where there is none, or it was revoked."""
    if not plain or not plain.startswith(PREFIX):
        return None
    with runtime.reading() as session:
        # Looking up by a hash of 256 random bits leaks nothing through time.
        row = session.execute(
            _KEPT.where(col(ApiToken.token_hash) == _hash(plain), col(ApiToken.revoked_at).is_(None))
        ).first()
    return Token(*row) if row else None


def every(runtime: Runtime) -> list[Token]:
    """All that were ever made, oldest first; revoked ones too."""
    with runtime.reading() as session:
        return [Token(*row) for row in session.execute(_KEPT.order_by(col(ApiToken.id)))]


def revoke(runtime: Runtime, token_id: int, by: str = "operator") -> bool:
    """Take a token out of use; False where there is no such token in use."""
    with runtime.writing() as session:
        ended = session.execute(
            sa.update(ApiToken)
            .where(col(ApiToken.id) == token_id, col(ApiToken.revoked_at).is_(None))
            .values(revoked_at=runtime.now())
        )
        if not ended.rowcount:  # type: ignore[attr-defined]
            return False
        audit.record(session, runtime.now(), by, {"token_revoked": token_id, "before": "in use", "after": "revoked"})
        return True


def _hash(plain: str) -> str:
    return hashlib.sha256(plain.encode()).hexdigest()
