"""What came back, who follows it up, and the records of the house."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from outreach.lifecycle import InboxState
from outreach.tables.columns import (
    CHANNELS,
    Table,
    Text,
    mapping,
    number,
    one_of,
    only_where,
    reference,
    row_id,
    string,
)


class InboxMessage(Table, table=True):
    """What a provider sent us, as it came: stored and committed before it is answered or understood."""

    __tablename__ = "inbox"
    __table_args__ = (
        sa.UniqueConstraint("provider", "kind", "dedupe_key"),
        sa.Index("ix_inbox_new", "id", **only_where("state = 'new'")),
        sa.Index("ix_inbox_parked", "provider", "kind", **only_where("state = 'parked'")),
        sa.Index(None, "provider", "kind", "received_at"),
        sa.Index("ix_inbox_held", "received_at", **only_where("length(raw_body) > 0")),
        one_of("state", InboxState),
    )
    id: int = row_id()
    provider: str = string()
    kind: str = string()
    dedupe_key: str = string()
    raw_body: bytes = Field(sa_type=sa.LargeBinary)
    headers: dict[str, Any] = mapping()
    received_at: int = number()
    state: str = string(default=InboxState.NEW)
    tries: int = number(default=0)
    problem: str | None = string(default=None)


class Quarantined(Table, table=True):
    """What came to a webhook and did not show that it came from the provider; a bounded number is kept."""

    __tablename__ = "quarantine"
    __table_args__ = (sa.Index(None, "received_at"),)
    id: int = row_id()
    provider: str = string()
    kind: str = string()
    reason: str = string()
    headers: dict[str, Any] = mapping()
    raw_body: bytes = Field(sa_type=sa.LargeBinary)
    received_at: int = number()


class Poll(Table, table=True):
    """Up to when (epoch seconds) a provider's own list was read; `not_before`: when it may be asked again."""

    __tablename__ = "polls"
    name: str = Field(primary_key=True, sa_type=Text)
    until_at: int = number()
    not_before: int = number(default=0)


def waits_for_a_person(of: str = "") -> str:
    """The condition, as SQL, of a reply a person has to look at, and nobody has: it is not known who wrote it, or not
    sure what it says, or it asks for help. What a machine wrote waits for nobody. `of`: what stands before each column.
    """
    unsure = f"{of}customer_id IS NULL OR NOT {of}sure OR {of}intent IN ('unclear', 'help')"
    return f"{of}looked_at IS NULL AND {of}intent <> 'automatic' AND ({unsure})"


class Reply(Table, table=True):
    __tablename__ = "replies"
    __table_args__ = (
        sa.Index(None, "customer_id", "received_at"),
        sa.Index(None, "received_at"),
        sa.Index("ix_replies_talk", "talk_at", **only_where("talk_at IS NOT NULL")),
        sa.Index("ix_replies_waiting", "id", **only_where(waits_for_a_person())),
        sa.Index("ix_replies_unassigned", "id", **only_where("customer_id IS NULL")),
        sa.CheckConstraint("score >= 0 AND score <= 10", name="score"),
        one_of("channel", (*CHANNELS, "page")),
    )
    id: int = row_id()
    inbox_id: int = reference("inbox", unique=True)
    continues_id: int | None = reference("replies", default=None, index=True)
    """The first reply of the conversation this one belongs to; empty in that one itself."""
    customer_id: int | None = reference("customers", default=None)
    outreach_id: int | None = reference("outreaches", default=None, index=True)
    channel: str = string()
    address_hmac: str = string(default="")
    """The keyed hash of where it came from; empty where that is no address."""
    text: str = string()
    intent: str = string()
    score: int | None = number(default=None)
    comment: str = string(default="")
    sure: bool = Field(default=True)
    looked_at: int | None = number(default=None)
    """When a person looked at it, and who."""
    looked_by: str | None = string(default=None)
    talk_at: int | None = number(default=None)
    """From when something may have to be said back; empty where nothing has, or that was settled."""
    paused_until: int | None = number(default=None)
    """Until when the customer is left in peace because of it."""
    received_at: int = number()


class Case(Table, table=True):
    __tablename__ = "cases"
    id: int = row_id()
    customer_id: int = reference("customers", index=True)
    opened_at: int = number()
    closed_at: int | None = number(default=None)
    why: str = string()


class AuditEntry(Table, table=True):
    """Append-only by trigger; each row carries the hash of the one before. Ids only, so erasure leaves it whole."""

    __tablename__ = "audit"
    seq: int = row_id()
    previous_hash: str = string()
    hash: str = string(unique=True)
    at: int = number()
    actor: str = string()
    what: dict[str, Any] = mapping()


class ApiToken(Table, table=True):
    __tablename__ = "api_tokens"
    id: int = row_id()
    name: str = string()
    token_hash: str = string(unique=True)
    created_at: int = number()
    revoked_at: int | None = number(default=None)


class KeptFigures(Table, table=True):
    """The figures of the first page, where counting them takes long: one row, or none."""

    __tablename__ = "figures"
    id: int = row_id()
    counted_at: int = number()
    figures: dict[str, Any] = mapping()


class Heartbeat(Table, table=True):
    __tablename__ = "heartbeats"
    process: str = Field(primary_key=True, sa_type=Text)
    at: int = number()
