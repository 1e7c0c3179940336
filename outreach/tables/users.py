"""Who may use the pages, and who is signed in. Secrets are kept as hashes, names and places of tries as keyed ones."""

import sqlalchemy as sa

from outreach.lifecycle import Role
from outreach.tables.columns import Table, number, one_of, reference, row_id, string


class User(Table, table=True):
    __tablename__ = "users"
    __table_args__ = (one_of("role", Role),)
    id: int = row_id()
    name: str = string(unique=True)
    """In small letters."""
    role: str = string()
    password: str | None = string(default=None)
    """Argon2id, with its amounts; None until they chose one."""
    outside_hash: str | None = string(default=None, unique=True)
    """A keyed hash of what names their account at an identity provider, where they sign in with one."""
    link_hash: str | None = string(default=None, unique=True)
    link_until: int | None = number(default=None)
    added_at: int = number()
    disabled_at: int | None = number(default=None)


class SignIn(Table, table=True):
    __tablename__ = "sign_ins"
    secret_hash: str = string(primary_key=True)
    user_id: int = reference("users", index=True)
    begun_at: int = number()
    seen_at: int = number()


class SignInTry(Table, table=True):
    """Somebody tried to sign in; kept for a quarter of an hour, unless it was they."""

    __tablename__ = "sign_in_tries"
    __table_args__ = (sa.Index("ix_sign_in_tries_place", "place", "at"),)
    id: int = row_id()
    at: int = number()
    who: str = string()
    place: str = string()
