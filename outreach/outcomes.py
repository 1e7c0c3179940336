"""What came of calls to a provider, written down: by the one who called, or later, by evidence.

Who calls these functions has locked the outreaches, and found them in a state from which this may follow.
"""

import logging
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from channels.message import DeliveryStatus, Receipt, SendRefused
from outreach import objections
from outreach.database import lock_customers
from outreach.lifecycle import NEXT, Happening, IntentState, Kind, OutreachState
from outreach.listed import listed
from outreach.moves import RHYTHM_LOOKS_AGAIN
from outreach.rows import update_all
from outreach.tables import Attempt, Intent, LedgerEntry, Outreach

REFUSED_REST = 900  # seconds before a refused message may be replaced; doubles with each refusal
REFUSED_OFTEN = 5  # refusals of one step after which it is given up

_ATTEMPTS = (
    sa.select(col(Attempt.id), col(Attempt.outreach_id), col(Outreach.delivery))
    .join(Outreach, col(Outreach.id) == col(Attempt.outreach_id))
    .where(listed(Attempt.outreach_id, "ids"))
)
_Ask = aliased(Outreach)
_ASKED = (
    sa.select(sa.func.max(col(LedgerEntry.asked_at)))
    .join(_Ask, col(_Ask.id) == col(LedgerEntry.outreach_id))
    .where(col(_Ask.intent_id) == col(Outreach.intent_id), col(_Ask.kind) == Kind.ASK)
    .where(col(LedgerEntry.voided_at).is_(None))
    .correlate(Outreach)
    .scalar_subquery()
)
"""When the ask went out that a reminder is about."""
_REFUSED = (
    sa.select(
        col(Outreach.id), col(Outreach.customer_id), col(Outreach.intent_id), col(Outreach.channel),
        col(Outreach.step), col(Outreach.replan), col(Outreach.kind), col(Outreach.not_after), col(Intent.state),
        col(Intent.opened_at), col(Intent.looked_at), col(Intent.contact_event_id), col(Attempt.address_hmac),
        _ASKED.label("asked_at"),
    )
    .join(Attempt, col(Attempt.outreach_id) == col(Outreach.id))
    .join(Intent, col(Intent.id) == col(Outreach.intent_id), isouter=True)
    .where(listed(Outreach.id, "ids"))
)  # fmt: skip
_VOID = (
    sa.update(LedgerEntry)
    .where(listed(LedgerEntry.outreach_id, "ids"))
    .values(voided_at=sa.bindparam("now"))
    .execution_options(synchronize_session=False)
)

log = logging.getLogger(__name__)


def accepted(session: Session, receipts: Mapping[int, Receipt], now: int) -> None:
    """The provider has these. What is known of their delivery from reports that were faster is not lowered."""
    if not receipts:
        return
    state = NEXT[OutreachState.HANDING_OVER, Happening.TAKEN]
    outreaches, attempts = [], []
    for attempt_id, outreach_id, known in session.connection().execute(_ATTEMPTS, {"ids": receipts}):
        receipt = receipts[outreach_id]
        delivery = further(known, receipt.status)
        outreaches.append({"id": outreach_id, "state": state, "reason": None, "accepted_at": now, "delivery": delivery})
        attempts.append({"id": attempt_id, "outcome": state, "provider_id": receipt.provider_id or None})
    update_all(session, Outreach, outreaches)
    update_all(session, Attempt, attempts)


def further(known: str | None, reported: DeliveryStatus) -> DeliveryStatus:
    """How far a message got, by what was known and what is reported now; reports come in any order."""
    before = DeliveryStatus(known or DeliveryStatus.UNKNOWN)
    return reported if reported.rank > before.rank else before


def unclear(session: Session, why: Mapping[int, str]) -> None:
    """Nobody can say whether these went out, so they count as sent."""
    for outreach_id, reason in why.items():
        log.warning("outreach %s: nobody can say whether it went out (%s); it counts as sent", outreach_id, reason)
    _end(session, NEXT[OutreachState.HANDING_OVER, Happening.UNCLEAR], why)


def without_evidence(session: Session, outreach_ids: Collection[int]) -> None:
    """There was never a sign that these were accepted. They still count as sent."""
    reason = "a day went by without a sign that it was accepted"
    _end(session, NEXT[OutreachState.UNKNOWN, Happening.NO_EVIDENCE], dict.fromkeys(outreach_ids, reason))


def refused(session: Session, refusals: Mapping[int, SendRefused], now: int) -> None:
    """Nothing went out: the ledger forgets it, and the intent may try again after a rest and a whole new decision."""
    if not refusals:
        return
    rows = session.execute(_REFUSED, {"ids": refusals}).all()
    lock_customers(session, [row.customer_id for row in rows])
    rows = session.execute(_REFUSED, {"ids": refusals}).all()
    _end(session, NEXT[OutreachState.HANDING_OVER, Happening.TURNED_DOWN], {i: str(r) for i, r in refusals.items()})
    session.execute(_VOID, {"ids": refusals, "now": now})
    for row in rows:
        if refusals[row.id].permanent:
            objections.turned_down(session, row, refusals[row.id].objection, now)
    wanted = [row for row in rows if row.state in (IntentState.OPEN, IntentState.DONE)]
    update_all(session, Intent, [_again(row, str(refusals[row.id]), now) for row in wanted])


def _again(row: Any, reason: str, now: int) -> dict[str, Any]:
    """The same step once more, after a rest that doubles; refused too often, a contact is given up, and a rhythm for
    long. The turn of a rhythm that was over with this message is not over after all; an ask was not made, but the one
    a reminder is about was."""
    asked_at = row.asked_at if row.kind == Kind.REMINDER else None
    turn = {"opened_at": min(row.opened_at, now), "looked_at": asked_at or row.looked_at, "asked_at": asked_at}
    again = {"id": row.intent_id, "state": IntentState.OPEN, "reason": reason, "expires_at": row.not_after, **turn}
    if row.replan + 1 < REFUSED_OFTEN:
        return {**again, "steps": row.step, "look_at": now + REFUSED_REST * 2**row.replan}
    if row.contact_event_id is None:
        return {**again, "steps": row.step + 1, "look_at": now + RHYTHM_LOOKS_AGAIN}
    given_up = IntentState.CANCELLED if asked_at is None else IntentState.DONE
    return {**again, "state": given_up, "steps": row.step + 1, "look_at": None}


def _end(session: Session, state: OutreachState, why: Mapping[int, str]) -> None:
    if not why:
        return
    update_all(session, Outreach, [{"id": one, "state": state, "reason": reason} for one, reason in why.items()])
    attempts = session.connection().execute(_ATTEMPTS, {"ids": why})
    ended = [{"id": i, "outcome": state, "detail": why[outreach_id]} for i, outreach_id, _ in attempts]
    update_all(session, Attempt, ended)
