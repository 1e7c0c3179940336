"""Two customers who turn out to be one person become one: every touch, answer and objection of either counts for both.

What was said and done by the other belongs to the one who stays; only consent events, which nobody may change, are said
again there. So no rest ends sooner, unless the person turns out to have answered meanwhile: this ends their silences.
The other's row keeps its external id, which leads to the one who stays.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from outreach import audit, intake_customers, optout, policy_book, uses
from outreach.database import lock_customers
from outreach.explain import UnknownCustomer
from outreach.lifecycle import NEXT, Consent, Happening, IntentState, OutreachState
from outreach.optout import Wanted
from outreach.privacy import EMPTIED
from outreach.runtime import Runtime
from outreach.tables import (
    Case,
    ConsentEvent,
    ContactEvent,
    ContactPoint,
    Customer,
    Intent,
    LedgerEntry,
    Outreach,
    Reply,
    SandboxMessage,
    StoredDecision,
    Suppression,
    Table,
)

MERGED = "merged with another customer"
"""Why an intent ended, or a message was called off, and how a consent came to hold."""
_THEIRS: tuple[type[Table], ...] = (ContactEvent, StoredDecision, Outreach, LedgerEntry, Reply, Case, SandboxMessage)
_STRICTNESS = (Consent.UNKNOWN, Consent.GIVEN, Consent.REFUSED, Consent.WITHDRAWN)
DAY = 86_400


class CannotMerge(Exception):
    """These two cannot be made one, or not now; the message says why."""


def merge(runtime: Runtime, keep: str, other: str, by: str) -> None:
    """Make the customer `other` one with `keep` (external ids), for good: all of it, or nothing. Raises CannotMerge,
    explain.UnknownCustomer."""
    with runtime.writing() as session:
        intake_customers.lock_addresses(session)
        stays, goes = _lock(session, keep, other)
        now = runtime.now()
        _call_off(session, stays, goes)
        _join_ledgers(session, stays, goes, now)
        _settle_rhythms(session, stays, goes)
        _move(session, stays, goes)
        holds = _settle_consent(session, stays, goes, Wanted(now, MERGED, by))
        _settle_addresses(session, stays, goes, holds)
        _settle_wishes(stays, goes)
        _become_alias(session, stays, goes, now)
        uses.look_again(session, stays.id, now)
        audit.record(session, now, by, {"merged": goes.id, "into": stays.id})


def _lock(session: Session, keep: str, other: str) -> tuple[Customer, Customer]:
    if keep == other:
        raise CannotMerge(f"{keep} is one customer already")
    ids = []
    for external_id in (keep, other):
        found = session.exec(select(Customer).where(Customer.external_id == external_id)).first()
        if found is None:
            raise UnknownCustomer(external_id)
        if found.erased_at is not None:
            raise CannotMerge(f"{external_id} was {'merged' if found.merged_into else 'erased'} before")
        ids.append(found.id)
    locked = {customer.id: customer for customer in lock_customers(session, ids)}
    if set(ids) != locked.keys() or any(customer.erased_at for customer in locked.values()):
        raise CannotMerge("one of the two was merged or erased at this moment")
    return locked[ids[0]], locked[ids[1]]


def _call_off(session: Session, stays: Customer, goes: Customer) -> None:
    """End what the other still waits for; what is being handed over to either has to come to an end first."""
    flying = col(Outreach.state) == OutreachState.HANDING_OVER
    of_both = col(Outreach.customer_id).in_((stays.id, goes.id))
    if session.execute(sa.select(sa.exists().where(flying, of_both))).scalar():
        raise CannotMerge("a message to one of the two is being handed over; try again in a minute")
    session.execute(
        sa.update(Outreach)
        .where(col(Outreach.customer_id) == goes.id, col(Outreach.state) == OutreachState.PLANNED)
        .values(state=NEXT[OutreachState.PLANNED, Happening.CALLED_OFF], reason=MERGED)
    )


def _join_ledgers(session: Session, stays: Customer, goes: Customer, now: int) -> None:
    """Mark the touches of the two that stand within a day before another: the database lets no others stand so. The
    last of them stays unmarked, and keeps what comes next a day away."""
    entry, later = LedgerEntry, aliased(LedgerEntry)
    both = (stays.id, goes.id)
    after = sa.tuple_(col(later.asked_at), col(later.id)) > sa.tuple_(col(entry.asked_at), col(entry.id))
    soon = sa.exists().where(
        col(later.customer_id).in_(both), col(later.voided_at).is_(None),
        after, col(later.asked_at) < col(entry.asked_at) + DAY,
    )  # fmt: skip
    closer = sa.update(entry).where(col(entry.customer_id).in_(both), col(entry.voided_at).is_(None), soon)
    session.execute(closer.values(joined_at=now).execution_options(synchronize_session=False))


def _settle_rhythms(session: Session, stays: Customer, goes: Customer) -> None:
    """A rhythm stands once: the one who stays takes a turn of the other where they have none, else the later of both.
    What contacts of the other wished for ends."""
    policies = policy_book.in_force(session).policies
    standing = select(Intent).where(col(Intent.contact_event_id).is_(None))
    ours = {i.policy: i for i in session.exec(standing.where(col(Intent.customer_id) == stays.id))}
    for theirs in session.exec(standing.where(col(Intent.customer_id) == goes.id)).all():
        own, live = ours.get(theirs.policy), policies.get(theirs.policy)
        if own is None:
            theirs.customer_id = stays.id
        else:
            rhythm = live.policy.rhythm if live else None
            turn_at = theirs.opened_at if theirs.asked_at is None else theirs.asked_at + (rhythm.every if rhythm else 0)
            if turn_at > own.opened_at:
                own.opened_at, own.looked_at, own.asked_at, own.expires_at = turn_at, None, None, None
                own.look_at = turn_at if own.state == IntentState.OPEN else None
        session.add(theirs)
    session.flush()
    ended = {"state": IntentState.CANCELLED, "reason": MERGED, "look_at": None}
    is_open = (col(Intent.customer_id) == goes.id) & (col(Intent.state) == IntentState.OPEN)
    session.execute(sa.update(Intent).where(is_open).values(ended))
    shown = {"rests_over_at": None, "rests_open_at": None}  # those were the rests of one of the two
    session.execute(sa.update(Intent).where(col(Intent.customer_id) == stays.id).values(shown))


def _move(session: Session, stays: Customer, goes: Customer) -> None:
    """What happened to the other happened to the one who stays. A rhythm that ended stays behind."""
    for table in _THEIRS:
        theirs = table.customer_id == goes.id  # type: ignore[attr-defined]
        session.execute(sa.update(table).where(theirs).values(customer_id=stays.id))
    of_contacts = (col(Intent.customer_id) == goes.id) & col(Intent.contact_event_id).is_not(None)
    session.execute(sa.update(Intent).where(of_contacts).values(customer_id=stays.id))


def _settle_consent(session: Session, stays: Customer, goes: Customer, wanted: Wanted) -> Mapping[str, Consent]:
    """Say again what the other said, and of what then holds for either, the stricter; by channel. Who said nothing
    about a channel does not count."""
    said = select(ConsentEvent).where(col(ConsentEvent.customer_id).in_((stays.id, goes.id)))
    held: dict[tuple[int, str], Consent] = {}
    last: dict[str, Consent] = {}
    for event in session.exec(said.order_by(col(ConsentEvent.customer_id) == goes.id, col(ConsentEvent.id))).all():
        held[event.customer_id, event.channel] = last[event.channel] = Consent(event.what)
        if event.customer_id == goes.id:
            session.add(ConsentEvent(**{**event.model_dump(exclude={"id"}), "customer_id": stays.id}))
            session.flush()  # the order of their ids is what counts
    holds = {}
    for channel, latest in last.items():
        holds[channel] = max((what for (_, of), what in held.items() if of == channel), key=_STRICTNESS.index)
        if holds[channel] != latest:
            why: dict[str, Any] = {"at": wanted.at, "how": wanted.how, "by": wanted.by}
            session.add(ConsentEvent(customer_id=stays.id, channel=channel, what=holds[channel], **why))
    return holds


def _settle_addresses(session: Session, stays: Customer, goes: Customer, holds: Mapping[str, Consent]) -> None:
    """Where both have an address the one who stays keeps theirs. The word STOP to a provider, which stands at a number
    alone, then holds at the number that stays."""
    points = {p.channel: p for p in session.exec(select(ContactPoint).where(ContactPoint.customer_id == stays.id))}
    for theirs in session.exec(select(ContactPoint).where(ContactPoint.customer_id == goes.id)).all():
        own = points.setdefault(theirs.channel, theirs)
        if own is theirs:
            theirs.customer_id = stays.id
            continue
        stopped = select(Suppression).where(
            Suppression.channel == theirs.channel, Suppression.address_hmac == theirs.address_hmac
        )
        for word in session.exec(stopped.where(Suppression.scope == "keyword")).all():
            optout.suppress(
                session, own.channel, own.address_hmac, Wanted(word.at, word.reason, word.source), "keyword"
            )
        session.delete(theirs)
    for point in points.values():
        point.consent = holds.get(point.channel, point.consent)
        session.add(point)


def _settle_wishes(stays: Customer, goes: Customer) -> None:
    """The earlier "no surveys", the later pause; of who they are, what is not known of the one who stays."""
    stays.no_surveys_at = min(filter(None, (stays.no_surveys_at, goes.no_surveys_at)), default=None)
    stays.paused_until = max(filter(None, (stays.paused_until, goes.paused_until)), default=None)
    for name in ("name", "language", "timezone", "account_id"):
        setattr(stays, name, getattr(stays, name) or getattr(goes, name))
    stays.attributes = {**goes.attributes, **stays.attributes}


def _become_alias(session: Session, stays: Customer, goes: Customer, now: int) -> None:
    stays.updated_at = goes.updated_at = goes.erased_at = now
    goes.merged_into, goes.no_surveys_at, goes.paused_until = stays.id, None, None
    for name, value in EMPTIED[Customer].items():
        setattr(goes, name, value)
    session.add_all((stays, goes))
    session.flush()
    session.execute(sa.update(Customer).where(col(Customer.merged_into) == goes.id).values(merged_into=stays.id))
