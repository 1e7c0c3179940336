"""Why a customer was asked last: the decision behind it, for the customer."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from outreach.judging import unpack
from outreach.lifecycle import Kind
from outreach.runtime import Runtime
from outreach.tables import LedgerEntry, Outreach, StoredDecision
from policies.decision import Finding

TOLD = (
    "contact_value", "contact_settles", "consent", "value_first", "floor", "rest_between_asks", "rest_after_ask",
    "rest_after_answer", "rest_after_not_now", "caps", "new_customer", "open_case",
)  # fmt: skip
"""The rules that say something to the customer, in the order they are told; the others are in the export."""


@dataclass(frozen=True, slots=True)
class About:
    """The contact it was about, as far as it is still known; `occurred_at` in epoch seconds."""

    kind: str
    touchpoint: str
    occurred_at: int


@dataclass(frozen=True, slots=True)
class Why:
    """The last ask (epoch seconds), the contact it was about if any, and what the rules in TOLD said then."""

    asked_at: int
    channel: str
    about: About | None
    findings: tuple[Finding, ...]
    zone: str | None


def why_asked(runtime: Runtime, customer_id: int) -> Why | None:
    """The last ask of this customer, and the decision behind it; None where there was none."""
    query = (
        sa.select(
            col(LedgerEntry.asked_at), col(LedgerEntry.channel), col(StoredDecision.findings),
            col(StoredDecision.facts),
        )
        .join(Outreach, col(Outreach.id) == col(LedgerEntry.outreach_id))
        .join(StoredDecision, col(StoredDecision.id) == col(Outreach.decision_id))
        .where(col(LedgerEntry.customer_id) == customer_id, col(LedgerEntry.kind) != Kind.CONTENT)
        .where(col(LedgerEntry.voided_at).is_(None))
        .order_by(col(LedgerEntry.asked_at).desc())
        .limit(1)
    )  # fmt: skip
    with runtime.reading() as session:
        row: Any = session.execute(query).first()
    if row is None:
        return None
    contact, zones = row.facts.get("contact"), list(row.facts.get("zones") or [])
    about = About(contact["kind"], contact["touchpoint"], contact["occurred_at"]) if contact else None
    zone = zones[0] if len(zones) == 1 else None
    told = sorted((f for f in unpack(row.findings["ask"]) if f.rule in TOLD), key=lambda f: TOLD.index(f.rule))
    return Why(row.asked_at, row.channel, about, tuple(told), zone)
