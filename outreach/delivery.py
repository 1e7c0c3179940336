"""Handing messages over: claim, call the provider once, write down what it said.

Nothing is ever repeated: only a definite refusal allows another message in its place, and whatever is unclear counts
as sent.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from channels.message import DeliveryStatus, DeliveryUpdate, Outcome, Receipt, SendRefused
from outreach.claiming import Claimed, claim
from outreach.database import lock_customers
from outreach.lifecycle import NEXT, Happening, IntentState, OutreachState
from outreach.listed import listed
from outreach.rows import update_all
from outreach.runtime import Runtime
from outreach.tables import Attempt, ContactPoint, Intent, LedgerEntry, Outreach

LEASE_SECONDS = 900  # outlives the hard end of a job, so that nobody takes a call for lost that is still running
EVIDENCE_SECONDS = 86_400  # after so long without a sign of acceptance an unclear message is given up
REFUSED_REST = 900  # seconds before a refused message may be replaced; doubles with each refusal
REFUSED_OFTEN = 5  # refusals of one step after which its intent is given up

log = logging.getLogger(__name__)


def deliver(runtime: Runtime, outreach_ids: Sequence[int]) -> int:
    """Hand these planned outreaches over, at most once each; returns how many the provider took.

    An id that is not planned, not due, or in other hands does nothing.
    """
    claimed = Claimed(str(uuid4()), runtime.now() + LEASE_SECONDS)
    try:
        claim(runtime, outreach_ids, claimed)
    except IntegrityError:
        return _deliver_apart(runtime, outreach_ids)
    taken = 0
    for channel, messages in claimed.messages.items():
        if runtime.now() >= claimed.lease_until:
            break  # too late to call: the reconciler counts the rest as unclear
        outcomes = runtime.senders[channel].send_many(messages)
        by_id = {message.outreach_id: outcome for message, outcome in zip(messages, outcomes, strict=True)}
        taken += _write_down(runtime, claimed.fence, by_id)
    return taken


def _deliver_apart(runtime: Runtime, outreach_ids: Sequence[int]) -> int:
    """The database refused to write one of them; nothing was claimed, so the others go on without it."""
    if len(outreach_ids) > 1:
        return sum(deliver(runtime, [one]) for one in outreach_ids)
    log.exception("the database refused outreach %s", outreach_ids[0])
    reason = "the database refused it: another message is too close"
    with runtime.writing() as session:
        session.execute(
            sa.update(Outreach)
            .where(col(Outreach.id) == outreach_ids[0], col(Outreach.state) == OutreachState.PLANNED)
            .values(state=NEXT[OutreachState.PLANNED, Happening.CALLED_OFF], reason=reason)
        )
    return 0


_OURS = (
    sa.select(col(Attempt.outreach_id))
    .join(Outreach, col(Outreach.id) == col(Attempt.outreach_id))
    .where(col(Attempt.fence) == sa.bindparam("fence"), col(Outreach.state) == OutreachState.HANDING_OVER)
    .where(listed(Attempt.outreach_id, "ids"))
    .order_by(col(Outreach.id))
    .with_for_update()
)
_ATTEMPTS = sa.select(col(Attempt.id), col(Attempt.outreach_id)).where(listed(Attempt.outreach_id, "ids"))


def _write_down(runtime: Runtime, fence: str, outcomes: Mapping[int, Outcome]) -> int:
    """Record what the provider said about the messages that are still ours; returns how many it took."""
    with runtime.writing() as session:
        ours = session.execute(_OURS, {"fence": fence, "ids": outcomes}).scalars()
        happened = {outreach_id: outcomes[outreach_id] for outreach_id in ours}
        taken = {i: outcome for i, outcome in happened.items() if isinstance(outcome, Receipt)}
        refused = {i: outcome for i, outcome in happened.items() if isinstance(outcome, SendRefused)}
        unclear = {i: str(outcome) for i, outcome in happened.items() if i not in taken and i not in refused}
        _accepted(session, taken, runtime.now())
        _unclear(session, unclear)
        for outreach_id, refusal in refused.items():
            _refused(session, outreach_id, refusal, runtime.now())
    return len(taken)


def _accepted(session: Session, receipts: Mapping[int, Receipt], now: int) -> None:
    if not receipts:
        return
    state = NEXT[OutreachState.HANDING_OVER, Happening.TAKEN]
    accepted = {"state": state, "accepted_at": now, "reason": None}
    update_all(session, Outreach, [{"id": i, "delivery": r.status, **accepted} for i, r in receipts.items()])
    attempts = session.execute(_ATTEMPTS, {"ids": receipts})
    taken = [{"id": i, "provider_id": receipts[outreach].provider_id, "outcome": state} for i, outreach in attempts]
    update_all(session, Attempt, taken)


def _unclear(session: Session, why: Mapping[int, str]) -> None:
    for outreach_id, reason in why.items():
        log.warning("outreach %s: nobody can say whether it went out (%s); it counts as sent", outreach_id, reason)
        _end(session, outreach_id, NEXT[OutreachState.HANDING_OVER, Happening.UNCLEAR], reason)


def _refused(session: Session, outreach_id: int, refusal: SendRefused, now: int) -> None:
    """Nothing went out: the ledger forgets it, and the intent may try again after a rest and a whole new decision."""
    row = session.execute(
        sa.select(
            col(Outreach.customer_id), col(Outreach.intent_id), col(Outreach.channel), col(Outreach.step),
            col(Outreach.replan),
        ).where(col(Outreach.id) == outreach_id)
    ).one()  # fmt: skip
    lock_customers(session, [row.customer_id])
    _end(session, outreach_id, NEXT[OutreachState.HANDING_OVER, Happening.TURNED_DOWN], str(refusal))
    session.execute(sa.update(LedgerEntry).where(col(LedgerEntry.outreach_id) == outreach_id).values(voided_at=now))
    if refusal.permanent:
        session.execute(
            sa.update(ContactPoint)
            .where(col(ContactPoint.customer_id) == row.customer_id, col(ContactPoint.channel) == row.channel)
            .values(usable=False)
        )
    again: dict[str, Any] = {"state": IntentState.OPEN, "look_at": now + REFUSED_REST * 2**row.replan}
    if row.replan + 1 >= REFUSED_OFTEN:
        again = {"state": IntentState.CANCELLED, "look_at": None}
    session.execute(
        sa.update(Intent).where(col(Intent.id) == row.intent_id).values(steps=row.step, reason=str(refusal), **again)
    )


def _end(session: Session, outreach_id: int, state: OutreachState, reason: str) -> None:
    session.execute(sa.update(Outreach).where(col(Outreach.id) == outreach_id).values(state=state, reason=reason))
    session.execute(
        sa.update(Attempt).where(col(Attempt.outreach_id) == outreach_id).values(outcome=state, detail=reason)
    )


def reconcile(runtime: Runtime) -> int:
    """Settle what was left between the call and its outcome: leases that ran out become unclear; evidence makes an
    unclear message accepted; a day without evidence gives it up. Returns how many changed."""
    now = runtime.now()
    with runtime.writing() as session:
        late = session.execute(
            sa.select(col(Attempt.outreach_id))
            .where(col(Attempt.outcome).is_(None), col(Attempt.lease_until) <= now)
            .with_for_update(skip_locked=True)
        ).scalars().all()  # fmt: skip
        _unclear(session, dict.fromkeys(late, "the worker stopped between the call and its outcome"))
    with runtime.reading() as session:
        unclear = session.execute(
            sa.select(col(Outreach.id), col(Outreach.channel), col(Attempt.started_at))
            .join(Attempt, col(Attempt.outreach_id) == col(Outreach.id))
            .where(col(Outreach.state) == OutreachState.UNKNOWN)
        ).all()
    return len(late) + sum(_find_evidence(runtime, *row) for row in unclear)


def _find_evidence(runtime: Runtime, outreach_id: int, channel: str, started_at: int) -> bool:
    receipt = runtime.senders[channel].find(outreach_id)
    if receipt is None and runtime.now() - started_at < EVIDENCE_SECONDS:
        return False
    with runtime.writing() as session:
        still = session.execute(
            sa.select(col(Outreach.id))
            .where(col(Outreach.id) == outreach_id, col(Outreach.state) == OutreachState.UNKNOWN)
            .with_for_update()
        ).first()
        if still is None:
            return False
        if receipt is not None:
            _accepted(session, {outreach_id: receipt}, runtime.now())
        else:
            _end(
                session,
                outreach_id,
                NEXT[OutreachState.UNKNOWN, Happening.NO_EVIDENCE],
                "a day went by without a sign that it was accepted",
            )
    return True


def hear(runtime: Runtime, update: DeliveryUpdate) -> bool:
    """Take in what a provider reports later. Reports come in any order, and never lower what is known. A report about
    an unclear message is the evidence that it was accepted. False where it changed nothing."""
    with runtime.writing() as session:
        row = session.execute(
            sa.select(col(Outreach.state), col(Outreach.delivery))
            .where(col(Outreach.id) == update.outreach_id)
            .with_for_update()
        ).first()
        if row is None:
            return False
        if row.state == OutreachState.UNKNOWN:
            evidence = {"state": NEXT[OutreachState.UNKNOWN, Happening.TAKEN], "accepted_at": runtime.now()}
        elif DeliveryStatus(row.delivery or DeliveryStatus.UNKNOWN).rank >= update.status.rank:
            return False
        else:
            evidence = {}
        session.execute(
            sa.update(Outreach).where(col(Outreach.id) == update.outreach_id).values(delivery=update.status, **evidence)
        )
        return True
