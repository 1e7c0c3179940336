"""Whom the last seven days are about: the same people in the sentence of the overview and in the lists behind it."""

from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import col

from outreach.lifecycle import Kind
from outreach.tables import Customer, LedgerEntry, StoredDecision
from policies.decision import Action

WEEK = 7 * 86_400


class ThisWeek(StrEnum):
    """What a customer met with."""

    ASKED = "asked"
    GIVEN = "given"
    HELD = "held"


def sent(since: int, until: int) -> sa.ColumnElement[bool]:
    """Ledger entries after `since`, up to and with `until`, that nothing voided."""
    at = col(LedgerEntry.asked_at)
    return (at > since) & (at <= until) & col(LedgerEntry.voided_at).is_(None)


def last_decisions(since: int) -> sa.Select[int]:
    """The ids of the last decision since then about each customer."""
    newest = sa.func.max(col(StoredDecision.id))
    return sa.select(newest).where(col(StoredDecision.decided_at) > since).group_by(col(StoredDecision.customer_id))


def held_back(since: int) -> sa.ColumnElement[bool]:
    """Decisions that held back somebody whom nothing has reached since then."""
    reached = sa.exists().where(
        col(LedgerEntry.customer_id) == col(StoredDecision.customer_id),
        col(LedgerEntry.asked_at) > since,
        col(LedgerEntry.voided_at).is_(None),
    )
    return col(StoredDecision.action).in_((Action.WAIT, Action.SKIP)) & ~reached


def met_with(what: ThisWeek, now: int) -> sa.ColumnElement[bool]:
    """Customers who did."""
    since = now - WEEK
    if what is ThisWeek.HELD:
        found = sa.select(col(StoredDecision.customer_id)).where(
            col(StoredDecision.id).in_(last_decisions(since)), held_back(since)
        )
    else:
        gave = col(LedgerEntry.kind) == Kind.CONTENT
        found = sa.select(col(LedgerEntry.customer_id)).where(
            sent(since, now), gave if what is ThisWeek.GIVEN else ~gave
        )
    return col(Customer.id).in_(found)
