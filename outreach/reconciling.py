"""Settling what a call left unclear, by whatever evidence comes later: from the provider, asked or unasked."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from channels.message import Channel, DeliveryStatus, DeliveryUpdate, Message, Receipt
from outreach import outcomes
from outreach.lifecycle import OutreachState
from outreach.runtime import Runtime
from outreach.tables import Attempt, Outreach

EVIDENCE_SECONDS = 86_400  # after so long without a sign of acceptance an unclear message is given up


def reconcile(runtime: Runtime) -> int:
    """Leases that ran out become unclear; evidence makes an unclear message accepted; a day without evidence gives it
    up. Returns how many changed."""
    late = _end_leases(runtime)
    with runtime.reading() as session:
        unclear = session.execute(
            sa.select(
                col(Outreach.id), col(Outreach.channel), col(Outreach.delivery), col(Outreach.subject),
                col(Outreach.body), col(Attempt.started_at), col(Attempt.address),
            )
            .join(Attempt, col(Attempt.outreach_id) == col(Outreach.id))
            .where(col(Outreach.state) == OutreachState.UNKNOWN)
        ).all()  # fmt: skip
    changed = 0
    for row in unclear:
        receipt = _evidence(runtime, row)
        if receipt or runtime.now() - row.started_at >= EVIDENCE_SECONDS:
            changed += _settle(runtime, row.id, receipt)
    return late + changed


def _evidence(runtime: Runtime, row: Any) -> Receipt | None:
    if row.delivery:
        return Receipt("", DeliveryStatus(row.delivery))
    sender, channel = runtime.settings.sender_name, Channel(row.channel)
    message = Message(row.id, channel, sender, row.address, row.subject, row.body)
    sought = runtime.senders.get(channel)
    found = sought.find(message, row.started_at) if sought else None
    return found if found and not _is_anothers(runtime, found, row.id) else None


def _is_anothers(runtime: Runtime, receipt: Receipt, outreach_id: int) -> bool:
    """Whether it belongs to another message of ours: "Thank you." may have gone to the same number the day before."""
    anothers = (col(Attempt.provider_id) == receipt.provider_id) & (col(Attempt.outreach_id) != outreach_id)
    with runtime.reading() as session:
        return bool(session.execute(sa.select(sa.exists().where(anothers))).scalar())


def _end_leases(runtime: Runtime) -> int:
    with runtime.writing() as session:
        late = session.execute(
            sa.select(col(Outreach.id))
            .join(Attempt, col(Attempt.outreach_id) == col(Outreach.id))
            .where(col(Attempt.outcome).is_(None), col(Attempt.lease_until) <= runtime.now())
            .where(col(Outreach.state) == OutreachState.HANDING_OVER)
            .order_by(col(Outreach.id))
            .with_for_update(skip_locked=True)
        ).scalars().all()  # fmt: skip
        outcomes.unclear(session, dict.fromkeys(late, "the worker stopped between the call and its outcome"))
    return len(late)


def _settle(runtime: Runtime, outreach_id: int, receipt: Receipt | None) -> bool:
    with runtime.writing() as session:
        row = _locked(session, outreach_id)
        if row is None or row.state != OutreachState.UNKNOWN:
            return False
        if receipt is None:
            outcomes.without_evidence(session, [outreach_id])
        else:
            outcomes.accepted(session, {outreach_id: receipt}, runtime.now())
    return True


class UnknownOutreach(LookupError):
    """A report names an outreach that is not here."""


def hear(runtime: Runtime, update: DeliveryUpdate) -> bool:
    """Take in what a provider reports later. Reports come in any order, and never lower what is known. A report about
    an unclear message is the evidence that it was accepted; one that is faster than the answer of its call is kept for
    it. False where it changed nothing."""
    with runtime.writing() as session:
        try:
            return heard(session, update, runtime.now())
        except UnknownOutreach:
            return False


def heard(session: Session, update: DeliveryUpdate, now: int) -> bool:
    """The same, in the session's transaction, which keeps the outreach locked. Raises UnknownOutreach."""
    if update.outreach_id is None:
        return False
    row = _locked(session, update.outreach_id)
    if row is None:
        raise UnknownOutreach(f"there is no outreach {update.outreach_id}")
    if row.state == OutreachState.UNKNOWN:
        outcomes.accepted(session, {update.outreach_id: Receipt("", update.status)}, now)
        return True
    delivery = outcomes.further(row.delivery, update.status)
    if delivery == (row.delivery or DeliveryStatus.UNKNOWN):
        return False
    session.execute(sa.update(Outreach).where(col(Outreach.id) == update.outreach_id).values(delivery=delivery))
    return True


def _locked(session: Session, outreach_id: int) -> "sa.Row[tuple[str, str | None]] | None":
    return session.execute(
        sa.select(col(Outreach.state), col(Outreach.delivery)).where(col(Outreach.id) == outreach_id).with_for_update()
    ).first()
