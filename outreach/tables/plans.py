"""What may be sent, under which policy, and what was decided for whom."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from outreach.lifecycle import IntentState, PolicyKind, PolicyState, RunState, Stage
from outreach.tables.columns import CHANNELS, Table, mapping, number, one_of, only_where, reference, row_id, string


class Content(Table, table=True):
    __tablename__ = "contents"
    __table_args__ = (sa.UniqueConstraint("name", "language", "channel"), one_of("channel", CHANNELS))
    id: int = row_id()
    name: str = string()
    language: str = string()
    channel: str = string()
    subject: str = string(default="")
    body: str = string()
    link: str = string(default="")
    active: bool = Field(default=True)
    use_rate: float = Field(default=0.5, sa_type=sa.Double)
    """The share of those who got this piece that used it; the clock counts anew every hour."""
    given: int = number(default=0)
    used: int = number(default=0)
    """How often this piece was given, in whatever language and by whatever channel, and used since; counted with it."""


class Survey(Table, table=True):
    __tablename__ = "surveys"
    __table_args__ = (
        sa.UniqueConstraint("name", "language", "channel"),
        sa.CheckConstraint("follow_ups >= 0 AND follow_ups <= 3", name="follow_ups"),
        one_of("channel", CHANNELS),
    )
    id: int = row_id()
    name: str = string()
    language: str = string()
    channel: str = string()
    subject: str = string(default="")
    body: str = string()
    reminder: str = string(default="")
    """What the reminder of the question says; empty: the question again."""
    follow_low: str = string(default="")
    """What is asked back after a score of 0 to 6; 7 or 8 (mid); 9 or 10 (high). Empty: nothing."""
    follow_mid: str = string(default="")
    follow_high: str = string(default="")
    follow_ups: int = number(default=1)
    """How many of these one conversation may hold; a second is asked back only after a corrected score."""
    thanks: str = string(default="")


class PolicyVersion(Table, table=True):
    """A published document. By trigger only its state may change, from live to retired."""

    __tablename__ = "policy_versions"
    __table_args__ = (
        sa.UniqueConstraint("name", "version"),
        sa.Index("uq_policy_versions_live", "name", unique=True, **only_where("state = 'live'")),
        one_of("kind", PolicyKind),
        one_of("state", PolicyState),
    )
    id: int = row_id()
    name: str = string()
    version: int = number()
    kind: str = string()
    document: str = string()
    state: str = string(default=PolicyState.LIVE)
    published_at: int = number()
    published_by: str = string()


class PolicyDraft(Table, table=True):
    """What is being worked on in place of a policy, or of the guard: one draft a name. `revision` counts savings, so
    that nobody overwrites what somebody else saved meanwhile. `proposed_at`: it waits for a second pair of eyes."""

    __tablename__ = "policy_drafts"
    name: str = string(primary_key=True)
    document: str = string()
    revision: int = number()
    saved_at: int = number()
    saved_by: str = string()
    proposed_at: int | None = number(default=None)


class Intent(Table, table=True):
    """The wish of one policy for one customer. Open with a `look_at`: due then; open without: parked. `opened_at` of a
    rhythm is when its turn begins. `asked_at`: when its ask went out, of which only a reminder may still come."""

    __tablename__ = "intents"
    __table_args__ = (
        sa.UniqueConstraint("customer_id", "policy", "cause"),
        sa.Index("ix_intents_contact_event_id", "contact_event_id", **only_where("contact_event_id IS NOT NULL")),
        sa.Index("ix_intents_open", "customer_id", **only_where("state = 'open'")),
        sa.Index("ix_intents_due", "look_at", **only_where("state = 'open'")),
        sa.Index("ix_intents_expiring", "expires_at", **only_where("state = 'open'")),
        one_of("state", IntentState),
    )
    id: int = row_id()
    customer_id: int = reference("customers")
    policy: str = string()
    cause: str = string()
    contact_event_id: int | None = reference("contact_events", default=None)
    state: str = string(default=IntentState.OPEN)
    reason: str | None = string(default=None)
    opened_at: int = number()
    look_at: int | None = number(default=None)
    looked_at: int | None = number(default=None)
    rests_over_at: int | None = number(default=None)
    rests_open_at: int | None = number(default=None)
    """What looks have shown of the rests that chance lengthens: when it last could act, so that they were over; when it
    last was held back by nothing but rests, so that not all of them were."""
    expires_at: int | None = number(default=None)
    asked_at: int | None = number(default=None)
    steps: int = number(default=0)


class StoredDecision(Table, table=True):
    __tablename__ = "decisions"
    __table_args__ = (sa.Index(None, "customer_id", "decided_at"), sa.Index(None, "decided_at"), one_of("stage", Stage))
    id: int = row_id()
    intent_id: int = reference("intents", index=True)
    customer_id: int = reference("customers")
    policy_version_id: int = reference("policy_versions")
    guard_version_id: int = reference("policy_versions")
    decided_at: int = number()
    stage: str = string()
    action: str = string()
    moment: int | None = number(default=None)
    channel: str = string()
    probability: float = Field(sa_type=sa.Double)
    held_by: str | None = string(default=None)
    findings: dict[str, Any] | list[Any] = mapping()
    facts: dict[str, Any] = mapping()


class ReplayRun(Table, table=True):
    """A replay of the whole history that somebody asked for, with a document (TOML) in place of what is in force."""

    __tablename__ = "replay_runs"
    __table_args__ = (sa.UniqueConstraint("key"), one_of("state", RunState))
    id: int = row_id()
    key: str = string()
    """Of the document, what was in force, and the history as it was."""
    document: str = string()
    state: str = string()
    done: int = number()
    result: dict[str, Any] = mapping()
    problem: str | None = string(default=None)
    asked_at: int = number()
    asked_by: str = string()
    moved_at: int = number()
    """When it last made progress."""
