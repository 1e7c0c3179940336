"""Leaving one customer in peace for a while, because somebody of the house says so."""

import sqlalchemy as sa
from sqlmodel import col

from outreach import audit, rhythms, uses
from outreach.privacy import locked
from outreach.runtime import Runtime
from outreach.tables import Customer


def pause(runtime: Runtime, external_id: str, lasts: int, by: str) -> None:
    """Ask nothing of a customer, and send them nothing, for so many seconds from now; 0: the pause is over. Raises
    explain.UnknownCustomer."""
    with runtime.writing() as session:
        customer, now = locked(session, external_id), runtime.now()
        before, after = customer.paused_until, now + lasts if lasts else None
        session.execute(sa.update(Customer).where(col(Customer.id) == customer.id).values(paused_until=after))
        audit.record(session, now, by, {"paused": customer.id, "before": before, "after": after})
        if after is None:
            rhythms.resume(session, customer.id, now)
            uses.look_again(session, customer.id, now)
