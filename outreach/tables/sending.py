"""Messages on their way, and the ledger of everything that reached a customer."""

import sqlalchemy as sa
from sqlmodel import Field

from outreach.lifecycle import IN_FLIGHT, TALK, TOUCHES, Kind, OutreachState
from outreach.tables.columns import CHANNELS, Table, Text, listed, number, one_of, only_where, reference, row_id, string

_IN_FLIGHT = f"state IN ({listed(IN_FLIGHT)})"
_TALK = f"kind IN ({listed(TALK)})"
UNTOLD = (
    "channel = 'sms' AND state = 'accepted' AND "
    "(delivery IS NULL OR delivery NOT IN ('delivered', 'undelivered', 'failed'))"
)
"""SMS that a provider took, and of whose end nothing was heard; as the index has it."""
_WISHED_OR_TALK = f"({_TALK}) = (intent_id IS NULL) AND ({_TALK}) = (reply_id IS NOT NULL)"


class Outreach(Table, table=True):
    """One message on its way to one customer: an intent is behind it, or a reply that it answers. By trigger a replan
    needs a refused predecessor."""

    __tablename__ = "outreaches"
    __table_args__ = (
        sa.UniqueConstraint("intent_id", "step", "replan"),
        sa.UniqueConstraint("reply_id", "kind"),
        sa.Index("uq_outreaches_in_flight", "customer_id", unique=True, **only_where(_IN_FLIGHT)),
        sa.Index("ix_outreaches_due", "due_at", **only_where("state = 'planned'")),
        sa.Index("ix_outreaches_unknown", "due_at", **only_where("state = 'unknown'")),
        sa.Index("ix_outreaches_untold", "accepted_at", **only_where(UNTOLD)),
        sa.Index(None, "customer_id", "planned_at"),
        sa.CheckConstraint("replan >= 0", name="replan"),
        sa.CheckConstraint(_WISHED_OR_TALK, name="wished_or_talk"),
        one_of("kind", Kind),
        one_of("channel", CHANNELS),
        one_of("state", OutreachState),
    )
    id: int = row_id()
    customer_id: int = reference("customers")
    intent_id: int | None = reference("intents", default=None)
    decision_id: int | None = reference("decisions", default=None)
    reply_id: int | None = number(default=None)
    """No foreign key: each of the two tables would need the other first."""
    kind: str = string()
    policy: str = string()
    policy_version_id: int | None = reference("policy_versions", default=None)
    channel: str = string()
    content_id: int | None = reference("contents", default=None)
    survey_id: int | None = reference("surveys", default=None)
    step: int = number()
    replan: int = number(default=0)
    state: str = string(default=OutreachState.PLANNED)
    reason: str | None = string(default=None)
    delivery: str | None = string(default=None)
    probability: float = Field(sa_type=sa.Double)
    planned_at: int = number()
    due_at: int = number()
    not_after: int | None = number(default=None)
    """When what it is about is no longer worth it; never handed over from then on."""
    accepted_at: int | None = number(default=None)
    subject: str = string(default="")
    body: str = string(default="")


class Attempt(Table, table=True):
    """The one call to a provider an outreach may ever get: one row, made before the call. `address` is where it went,
    wherever the customer is reached today."""

    __tablename__ = "attempts"
    __table_args__ = (sa.Index("ix_attempts_running", "lease_until", **only_where("outcome IS NULL")),)
    id: int = row_id()
    outreach_id: int = reference("outreaches", unique=True)
    address: str = string()
    address_hmac: str = string(index=True)
    fence: str = string()
    lease_until: int = number()
    started_at: int = number()
    provider_id: str | None = string(default=None, unique=True)
    outcome: str | None = string(default=None)
    detail: str | None = string(default=None)


class LedgerEntry(Table, table=True):
    """One touch, written before the call, voided only on a definite refusal. 24 hours apart, by the database; but what
    two customers had who turned out to be one person, once their ledgers were joined, stands closer (`joined_at`)."""

    __tablename__ = "ledger"
    __table_args__ = (
        sa.Index(None, "customer_id", "asked_at"),
        sa.Index(None, "account_id", "asked_at"),
        sa.Index(None, "asked_at"),
        one_of("kind", TOUCHES),
        one_of("channel", CHANNELS),
    )
    id: int = row_id()
    outreach_id: int = reference("outreaches", unique=True)
    customer_id: int = reference("customers")
    account_id: int | None = reference("accounts", default=None)
    kind: str = string()
    channel: str = string()
    policy: str = string()
    content_name: str | None = string(default=None)
    asked_at: int = number()
    voided_at: int | None = number(default=None)
    joined_at: int | None = number(default=None)
    draw: float = Field(sa_type=sa.Double)
    used_at: int | None = number(default=None)
    outcome: str | None = string(default=None)
    outcome_at: int | None = number(default=None)


class ChannelState(Table, table=True):
    """Whether a channel may be used now. `stopped`: a person stopped it; `not_before`: its provider asked to wait;
    `free_at` (seconds, with fractions): when what was handed over so far has left at the permitted rate."""

    __tablename__ = "channel_states"
    __table_args__ = (one_of("channel", CHANNELS),)
    channel: str = Field(primary_key=True, sa_type=Text)
    stopped: bool = Field(default=False)
    not_before: int = number(default=0)
    reason: str | None = string(default=None)
    free_at: float = Field(default=0.0, sa_type=sa.Double)


class SandboxMessage(Table, table=True):
    """What the sandbox channel was given to send, and keeps; `times` shows a message that was handed over twice."""

    __tablename__ = "sandbox_messages"
    __table_args__ = (sa.Index(None, "customer_id", "at"), one_of("channel", CHANNELS))
    id: int = row_id()
    outreach_id: int = reference("outreaches", unique=True)
    customer_id: int = reference("customers")
    channel: str = string()
    sender: str = string()
    recipient: str = string()
    subject: str = string(default="")
    body: str = string()
    link: str = string(default="")
    at: int = number()
    times: int = number(default=1)
