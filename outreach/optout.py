"""Stopping: one word, on any channel, and nothing goes out any more on any channel."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, select

from outreach import audit
from outreach.bulk import insert_into
from outreach.lifecycle import NEXT, Consent, Happening, IntentState, OutreachState
from outreach.tables import ConsentEvent, ContactPoint, Customer, Intent, Outreach, Suppression
from outreach.tables.columns import CHANNELS

OPTED_OUT = "opted out"
"""Why an intent ended, or a message was called off."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """When it was wanted (epoch seconds), how it was said, and by whom."""

    at: int
    how: str
    by: str


def stop(session: Session, customer: Customer, wanted: Wanted) -> None:
    """Suppress every address of this locked customer, withdraw consent for every channel, also where they have no
    address yet, and call off whatever has not gone out."""
    for point in session.exec(select(ContactPoint).where(ContactPoint.customer_id == customer.id)).all():
        suppress(session, point.channel, point.address_hmac, wanted)
        point.consent = Consent.WITHDRAWN
        session.add(point)
    for channel in CHANNELS:
        withdrawn = ConsentEvent(
            customer_id=customer.id, channel=channel, what=Consent.WITHDRAWN, at=wanted.at, how=wanted.how, by=wanted.by
        )
        session.add(withdrawn)
    customer.no_surveys_at = customer.no_surveys_at or wanted.at
    session.add(customer)
    session.execute(
        sa.update(Intent)
        .where(col(Intent.customer_id) == customer.id, col(Intent.state) == IntentState.OPEN)
        .values(state=IntentState.CANCELLED, reason=OPTED_OUT, look_at=None)
    )
    session.execute(
        sa.update(Outreach)
        .where(col(Outreach.customer_id) == customer.id, col(Outreach.state) == OutreachState.PLANNED)
        .values(state=NEXT[OutreachState.PLANNED, Happening.CALLED_OFF], reason=OPTED_OUT)
    )
    audit.record(session, wanted.at, wanted.by, {"opted_out": customer.id, "how": wanted.how})


def suppress(session: Session, channel: str, address_hmac: str, wanted: Wanted, scope: str = "all") -> None:
    """Nothing goes to this address any more, whoever's it is or will be; with the scope `keyword` until they send
    START."""
    row = {"address_hmac": address_hmac, "channel": channel, "scope": scope}
    why = {"reason": wanted.how, "source": wanted.by, "at": wanted.at}
    session.execute(insert_into(session, Suppression).values(**row, **why).on_conflict_do_nothing())


def lift_keyword(session: Session, address_hmac: str) -> None:
    """They sent START: the word STOP to the provider holds no longer. Whatever else was objected does."""
    lifted = (col(Suppression.channel) == "sms") & (col(Suppression.scope) == "keyword")
    session.execute(sa.delete(Suppression).where(lifted, col(Suppression.address_hmac) == address_hmac))


def withdraw_address(session: Session, customer: Customer, address: tuple[str, str], wanted: Wanted) -> None:
    """This address (channel and keyed hash) is not this locked customer's: nothing goes there, and they stay."""
    channel, address_hmac = address
    suppress(session, channel, address_hmac, wanted)
    withdrawn = session.execute(
        sa.update(ContactPoint)
        .where(col(ContactPoint.customer_id) == customer.id, col(ContactPoint.channel) == channel)
        .where(col(ContactPoint.address_hmac) == address_hmac)
        .values(usable=False, unusable_why=wanted.how)
        .returning(col(ContactPoint.id))
    ).scalar()
    audit.record(session, wanted.at, wanted.by, {"withdrawn": withdrawn, "of": customer.id, "how": wanted.how})
