"""A piece of content that was used: the deposit an ask may follow."""

import sqlalchemy as sa
from sqlmodel import Session, col

from outreach.database import lock_customers
from outreach.lifecycle import IntentState
from outreach.runtime import Runtime
from outreach.tables import Content, Intent, LedgerEntry, Outreach

_GIVEN = (
    sa.select(col(Outreach.customer_id), col(Content.link))
    .join(Content, col(Content.id) == col(Outreach.content_id))
    .where(col(Outreach.id) == sa.bindparam("given"))
)
_USE = (
    sa.update(LedgerEntry)
    .where(col(LedgerEntry.outreach_id) == sa.bindparam("given"), col(LedgerEntry.used_at).is_(None))
    .values(used_at=sa.bindparam("now"))
)
_LOOK_AGAIN = (
    sa.update(Intent)
    .where(col(Intent.customer_id) == sa.bindparam("customer"), col(Intent.state) == IntentState.OPEN)
    .where(sa.or_(col(Intent.look_at) > sa.bindparam("now"), col(Intent.look_at).is_(None)))
    .where(sa.or_(col(Intent.looked_at).is_not(None), col(Intent.contact_event_id).is_not(None)))
    .values(look_at=sa.bindparam("now"))
)


def record(runtime: Runtime, outreach_id: int) -> str | None:
    """Record that the content of this outreach was used, the first time; returns the address it leads to, or None
    where there is no such content."""
    with runtime.writing() as session:
        row = session.connection().execute(_GIVEN, {"given": outreach_id}).first()
        if row is None:
            return None
        lock_customers(session, [row.customer_id])
        now = runtime.now()
        if session.connection().execute(_USE, {"given": outreach_id, "now": now}).rowcount:
            look_again(session, row.customer_id, now)
        return str(row.link)


def look_again(session: Session, customer_id: int, now: int) -> None:
    """Something favourable happened: what waits for this customer is judged again now, but no turn begins early."""
    session.connection().execute(_LOOK_AGAIN, {"customer": customer_id, "now": now})


def count_anew(session: Session) -> None:
    """Bring every piece's counts and use rate up to date, over all languages and channels; a piece nobody had starts at
    a half."""
    counted = (
        sa.select(col(LedgerEntry.content_name), sa.func.count(), sa.func.count(col(LedgerEntry.used_at)))
        .where(col(LedgerEntry.content_name).is_not(None), col(LedgerEntry.voided_at).is_(None))
        .group_by(col(LedgerEntry.content_name))
    )
    counts = {name: (given, used) for name, given, used in session.execute(counted)}
    for name in session.execute(sa.select(col(Content.name)).distinct()).scalars().all():
        given, used = counts.get(name, (0, 0))
        anew = sa.update(Content).where(col(Content.name) == name)
        session.execute(anew.values(given=given, used=used, use_rate=(used + 1.0) / (given + 2.0)))
