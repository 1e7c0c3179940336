"""What providers say of addresses: nobody is there, not now, or somebody wants nothing more. Acted on at once.

Whatever goes to a customer is decided under their lock. It is taken here as well, so nothing is handed over to an
address after an objection to it was committed.
"""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from channels.message import DeliveryStatus, DeliveryUpdate, Objection
from outreach import audit, optout
from outreach.addresses import fingerprint
from outreach.database import lock_customers
from outreach.optout import Wanted
from outreach.tables import Attempt, ContactPoint, Customer, Outreach

SOFT_BOUNCES = 5  # in a row, after which an address counts as unusable
SAID = {
    Objection.BOUNCED: "the provider says that nobody is there",
    Objection.BOUNCED_SOFTLY: "it could not be reached, time after time",
    Objection.COMPLAINED: "a spam report",
    Objection.UNSUBSCRIBED: "unsubscribed at the provider",
    Objection.KEYWORD: "the word stop, to the provider",
}


@dataclass(frozen=True, slots=True)
class _Whom:
    """Whom a report is about, as far as they are known: the customer, locked; the address; and whose it is now."""

    customer: Customer | None
    channel: str
    address_hmac: str | None
    point: ContactPoint | None


def heed(session: Session, update: DeliveryUpdate, key: bytes, at: int, news: bool) -> None:
    """Act on what a report that came at `at` says about its address. `key` is that of the addresses' fingerprints; a
    report that is no `news` about its message counts no second time for or against the address."""
    if update.objection is None and (update.status is not DeliveryStatus.DELIVERED or not news):
        return
    whom = _whom(session, update, key)
    if update.objection in (None, Objection.BOUNCED_SOFTLY):
        if news and whom.point is not None:
            _count(session, whom.point, update.objection)
        return
    wanted = Wanted(at, SAID[update.objection], "provider")
    if whom.address_hmac is not None:
        scope = "keyword" if update.objection is Objection.KEYWORD else "all"
        optout.suppress(session, whom.channel, whom.address_hmac, wanted, scope)
    if update.objection in (Objection.COMPLAINED, Objection.UNSUBSCRIBED) and whom.customer is not None:
        optout.stop(session, whom.customer, wanted)
    if update.objection is Objection.BOUNCED and whom.point is not None:
        whom.point.usable, whom.point.unusable_why = False, wanted.how
        session.add(whom.point)
    owner = whom.customer.id if whom.customer else None
    what = {"objection": update.objection, "channel": whom.channel, "customer": owner, "outreach": update.outreach_id}
    audit.record(session, at, "provider", what)


def turned_down(session: Session, address: Any, objection: Objection | None, at: int) -> None:
    """A provider refused an address (a row with its `channel`, `address_hmac` and `customer_id`) itself: for good."""
    why = SAID.get(objection or Objection.BOUNCED, "")
    if objection is not None:
        scope = "keyword" if objection is Objection.KEYWORD else "all"
        optout.suppress(session, address.channel, address.address_hmac, Wanted(at, why, "provider"), scope)
        said = {"objection": objection, "channel": address.channel, "customer": address.customer_id}
        audit.record(session, at, "provider", said)
    if objection is not Objection.KEYWORD:  # START lifts that, and the number is as good as before
        session.execute(
            sa.update(ContactPoint)
            .where(col(ContactPoint.channel) == address.channel, col(ContactPoint.address_hmac) == address.address_hmac)
            .values(usable=False, unusable_why=why)
        )


def _whom(session: Session, update: DeliveryUpdate, key: bytes) -> _Whom:
    sent = session.execute(
        sa.select(col(Outreach.customer_id), col(Outreach.channel), col(Attempt.address_hmac))
        .join(Attempt, col(Attempt.outreach_id) == col(Outreach.id))
        .where(col(Outreach.id) == update.outreach_id)
    ).first()
    channel, hmac = (sent.channel, sent.address_hmac) if sent else ("", None)
    if update.recipient:
        channel = "email" if "@" in update.recipient else "sms"
        hmac = fingerprint(key, channel, update.recipient)
    which = (ContactPoint.channel == channel) & (ContactPoint.address_hmac == hmac)
    owner = session.exec(select(ContactPoint.customer_id).where(which)).first()
    ids = [one for one in (sent.customer_id if sent else None, owner) if one is not None]
    lock_customers(session, ids)
    point = session.exec(select(ContactPoint).where(which)).first()  # as it is under the lock
    whose = lock_customers(session, ids[:1])
    return _Whom(whose[0] if whose else None, channel, hmac, point)


def _count(session: Session, point: ContactPoint, objection: Objection | None) -> None:
    """Not reached once more, or reached after all."""
    point.soft_bounces = point.soft_bounces + 1 if objection else 0
    if point.soft_bounces >= SOFT_BOUNCES:
        point.usable, point.unusable_why = False, SAID[Objection.BOUNCED_SOFTLY]
    session.add(point)
