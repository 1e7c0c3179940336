"""Who we may contact, and what happened between us and them."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from outreach.lifecycle import Consent
from outreach.tables.columns import CHANNELS, Table, in_any_part, mapping, number, one_of, reference, row_id, string


class Account(Table, table=True):
    __tablename__ = "accounts"
    id: int = row_id()
    external_id: str = string(unique=True)
    name: str = string(default="")


class Customer(Table, table=True):
    """The row that is locked: everything that may reach this person is decided while holding it. Who turned out to be
    somebody else we know is `merged_into` them; of their own row only the external id stays, and leads there."""

    __tablename__ = "customers"
    __table_args__ = (
        sa.Index(None, "language", "id"),
        in_any_part("customers", "name"),
        sa.Index("ix_customers_name_begins", "name", postgresql_ops={"name": "text_pattern_ops"}),
        in_any_part("customers", "external_id"),
    )
    id: int = row_id()
    external_id: str = string(unique=True)
    name: str = string(default="")
    language: str | None = string(default=None)
    timezone: str | None = string(default=None)
    account_id: int | None = reference("accounts", default=None, index=True)
    attributes: dict[str, Any] = mapping()
    since_at: int = number()
    updated_at: int = number()
    no_surveys_at: int | None = number(default=None)
    paused_until: int | None = number(default=None)
    erased_at: int | None = number(default=None)
    merged_into: int | None = reference("customers", default=None, index=True)


class ContactPoint(Table, table=True):
    __tablename__ = "contact_points"
    __table_args__ = (
        sa.UniqueConstraint("channel", "address_hmac"),
        sa.UniqueConstraint("customer_id", "channel"),
        in_any_part("contact_points", "address"),
        one_of("channel", CHANNELS),
        one_of("consent", Consent),
    )
    id: int = row_id()
    customer_id: int = reference("customers")
    channel: str = string()
    address: str = string()
    address_hmac: str = string()
    usable: bool = Field(default=True)
    unusable_why: str | None = string(default=None)
    soft_bounces: int = number(default=0, sa_column_kwargs={"server_default": "0"})
    """In a row: a delivery sets it back."""
    consent: str = string(default=Consent.UNKNOWN)


class ConsentEvent(Table, table=True):
    """Append-only by trigger. The last one of a customer and channel is what holds."""

    __tablename__ = "consent_events"
    __table_args__ = (
        sa.Index(None, "customer_id", "channel", "id"),
        one_of("channel", CHANNELS),
        one_of("what", Consent),
    )
    id: int = row_id()
    customer_id: int = reference("customers")
    channel: str = string()
    what: str = string()
    at: int = number()
    how: str = string()
    by: str = string()


class Suppression(Table, table=True):
    """An address that gets nothing; it outlives the customer, so it holds no address but its keyed hash. The scope is
    'keyword' where the word STOP by SMS is the only reason, which START lifts, else 'all'."""

    __tablename__ = "suppressions"
    __table_args__ = (sa.UniqueConstraint("address_hmac", "channel", "scope"), one_of("channel", CHANNELS))
    id: int = row_id()
    address_hmac: str = string()
    channel: str = string()
    scope: str = string(default="all")
    reason: str = string()
    source: str = string()
    at: int = number()


class ContactEvent(Table, table=True):
    __tablename__ = "contact_events"
    __table_args__ = (
        sa.UniqueConstraint("source", "external_id"),
        sa.CheckConstraint("value >= 0 AND value <= 100", name="value"),
        sa.Index(None, "customer_id", "occurred_at"),
    )
    id: int = row_id()
    customer_id: int = reference("customers")
    source: str = string()
    external_id: str = string()
    kind: str = string()
    touchpoint: str = string()
    value: float = Field(sa_type=sa.Double)
    occurred_at: int = number()
    received_at: int = number()
    attributes: dict[str, Any] = mapping()
