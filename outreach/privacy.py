"""Everything that is held about a customer: to be given to them, and to be forgotten.

What is forgotten is overwritten; what is left holds ids, scores and moments of nobody in particular. Two things stay
on purpose: the keyed hash of an address that nothing may be sent to, and the audit log, which never held more than ids.
"""

import csv
import io
import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from secrets import token_hex
from typing import Any
from urllib.parse import quote, quote_plus

import sqlalchemy as sa
from sqlmodel import Session, col, select

from outreach import audit, database, optout
from outreach.csv_cells import safe
from outreach.database import among, lock_customers
from outreach.explain import UnknownCustomer
from outreach.known_as import known_as
from outreach.lifecycle import InboxState
from outreach.optout import Wanted
from outreach.runtime import Runtime
from outreach.tables import (
    Account,
    Attempt,
    Case,
    ConsentEvent,
    ContactEvent,
    ContactPoint,
    Customer,
    InboxMessage,
    Intent,
    LedgerEntry,
    Outreach,
    Quarantined,
    Reply,
    SandboxMessage,
    StoredDecision,
    Suppression,
    Table,
)

DAY = 86_400
AGAIN = 2 * 3_600  # seconds in which what came in while somebody was erased is looked for once more

EMPTIED: Mapping[type[Table], Mapping[str, Any]] = {
    Customer: {"name": "", "language": None, "timezone": None, "account_id": None, "attributes": {}},
    ContactEvent: {"attributes": {}},
    StoredDecision: {"facts": {}},
    Outreach: {"subject": "", "body": ""},
    Attempt: {"address": "", "address_hmac": "", "detail": None},
    SandboxMessage: {"recipient": "", "subject": "", "body": "", "link": ""},
    Reply: {"text": "", "comment": ""},
    InboxMessage: {"raw_body": b"", "headers": {}, "problem": None},
    Case: {"why": ""},
}
"""What each table holds about a person in the rows of a customer, and what takes its place. Beside it external ids get
others, and contact points are deleted."""

log = logging.getLogger(__name__)


def export(session: Session, customer: Customer) -> dict[str, Any]:
    """Everything that is held about a customer, as JSON can say it: lists of rows by what they are. Moments are told in
    ISO 8601, in UTC; what came in is there as it came, as far as it is text."""
    found: dict[str, Any] = {"customer": _told(customer)}
    account = session.get(Account, customer.account_id) if customer.account_id is not None else None
    found["account"] = _told(account) if account else None
    merged = select(Customer.external_id).where(Customer.merged_into == customer.id)
    found["also_known_as"] = [{"external_id": one} for one in session.exec(merged.order_by(col(Customer.id)))]
    for name, table in _ABOUT.items():
        rows = session.exec(select(table).where(_of(session, table, [customer.id])).order_by(sa.text("id"))).all()
        found[name] = [_told(row) for row in rows]
    for point in found["contact_points"]:
        stopped = select(Suppression).where(Suppression.address_hmac == point.pop("address_hmac"))
        point["suppressed"] = [
            _told(row) for row in session.exec(stopped.where(Suppression.channel == point["channel"]))
        ]
    return found


def exported(runtime: Runtime, external_id: str) -> dict[str, Any]:
    """The same, for the customer with this id. Raises explain.UnknownCustomer."""
    with runtime.reading() as session:
        customer = session.exec(select(Customer).where(col(Customer.id).in_(known_as(external_id)))).first()
        if customer is None:
            raise UnknownCustomer(external_id)
        return export(session, customer)


def as_csv(found: Mapping[str, Any]) -> str:
    """An export as one table: what it is, which of them, the field, its value. No cell of it runs in a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("what", "number", "field", "value"))
    for what, rows in found.items():
        for number, row in enumerate(rows if isinstance(rows, list) else [rows] if rows else [], start=1):
            for field, value in row.items():
                plain = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
                writer.writerow((what, number, field, safe(plain)))
    return text.getvalue()


_ABOUT: Mapping[str, type[Table]] = {
    "contact_points": ContactPoint,
    "consent": ConsentEvent,
    "contacts": ContactEvent,
    "intents": Intent,
    "decisions": StoredDecision,
    "messages": Outreach,
    "attempts": Attempt,
    "sandbox": SandboxMessage,
    "ledger": LedgerEntry,
    "replies": Reply,
    "came_in": InboxMessage,
    "cases": Case,
}


def _told(row: Table) -> dict[str, Any]:
    return {name: _said(name, value) for name, value in row.model_dump().items()}


def _said(name: str, value: object) -> object:
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, int) and (name in _MOMENTS or name.endswith("_at")):
        return datetime.fromtimestamp(value, UTC).isoformat()
    return value


_MOMENTS = {"at", "moment", "paused_until", "lease_until", "not_after"}


def locked(session: Session, external_id: str) -> Customer:
    """The customer whom others know by this id, kept as they are until the transaction ends. Raises
    explain.UnknownCustomer, also where they are forgotten."""
    known = select(Customer.id).where(col(Customer.id).in_(known_as(external_id)), col(Customer.erased_at).is_(None))
    found = lock_customers(session, session.exec(known))
    if not found:
        raise UnknownCustomer(external_id)
    return found[0]


def erase(runtime: Runtime, external_id: str, by: str) -> None:
    """Forget a customer. Nothing more goes to any of their addresses, also if somebody brings them in again. Raises
    explain.UnknownCustomer."""
    with runtime.writing() as session:
        customer, now = locked(session, external_id), runtime.now()
        optout.stop(session, customer, Wanted(now, "erased", by))
        _forget_addresses(session, customer)
        _forget_names(session, customer, now)
        _empty(session, [customer.id])
        audit.record(session, now, by, {"erased": customer.id})
    _shred(runtime)


def forget_old(runtime: Runtime) -> int:
    """Empty what came in longer ago than the retention, as it came; what was understood of it stays, and so does what
    nobody has taken in yet. Returns how many were emptied."""
    with runtime.writing() as session:
        now = runtime.now()
        oldest = now - runtime.settings.raw_retention_days * DAY
        session.execute(sa.delete(Quarantined).where(col(Quarantined.received_at) < oldest))
        old = (
            sa.update(InboxMessage)
            .where(col(InboxMessage.received_at) < oldest, col(InboxMessage.state) != InboxState.NEW, _HELD)
            .values(**EMPTIED[InboxMessage])
        )
        emptied: int = session.connection().execute(old).rowcount
        erased = session.exec(select(Customer.id).where(col(Customer.erased_at) > now - AGAIN)).all()
        _empty(session, erased)
    if erased:
        _shred(runtime)
    return emptied


_HELD = sa.func.length(col(InboxMessage.raw_body)) > 0


def _forget_addresses(session: Session, customer: Customer) -> None:
    """Delete the contact points, and empty what names their addresses without being known as this customer's."""
    points = session.exec(select(ContactPoint).where(ContactPoint.customer_id == customer.id)).all()
    addresses = {point.address for point in points} | _earlier_addresses(session, customer)
    written = {spelling for address in addresses for spelling in _spellings(address)}
    done = {**EMPTIED[InboxMessage], "state": InboxState.DONE}
    session.execute(sa.update(InboxMessage).where(_HELD, _names(session, InboxMessage.raw_body, written)).values(done))
    session.execute(sa.delete(Quarantined).where(_names(session, Quarantined.raw_body, written)))
    for address in addresses:
        named = col(Reply.customer_id).is_(None) & col(Reply.text).icontains(address, autoescape=True)
        came_as = col(InboxMessage.id).in_(sa.select(col(Reply.inbox_id)).where(named))
        session.execute(sa.update(InboxMessage).where(came_as).values(done))
        session.execute(sa.update(Reply).where(named).values(EMPTIED[Reply]))
    for point in points:
        session.delete(point)


def _earlier_addresses(session: Session, customer: Customer) -> set[str]:
    """Where messages to this customer went before they moved, unless somebody else is reached there now."""
    others = sa.select(col(ContactPoint.address)).where(col(ContactPoint.customer_id) != customer.id)
    went_to = (
        sa.select(col(Attempt.address))
        .join(Outreach, col(Outreach.id) == col(Attempt.outreach_id))
        .where(col(Outreach.customer_id) == customer.id, col(Attempt.address).not_in(others))
    )
    return set(filter(None, session.execute(went_to).scalars()))


def _spellings(address: str) -> set[str]:
    """How an address is written in what providers send: as it is, in small letters, and as forms write it."""
    plain = {address, address.lower()}
    return {written for one in plain for written in (one, quote(one), quote_plus(one), quote(one, safe="@"))}


def _names(session: Session, body: Any, texts: Iterable[str]) -> sa.ColumnElement[bool]:
    """Whether one of these texts stands in what came in."""
    needles = [sa.literal(text.encode(), sa.LargeBinary) for text in texts]
    if session.get_bind().dialect.name == "sqlite":
        return sa.or_(sa.false(), *(sa.func.instr(col(body), needle) > 0 for needle in needles))
    return sa.or_(sa.false(), *(sa.func.position(needle.op("IN")(col(body))) > 0 for needle in needles))


def _forget_names(session: Session, customer: Customer, now: int) -> None:
    """Take away what other systems know the customer, also from before a merge, their contacts and an account of
    theirs alone by."""
    alias = f"erased-{token_hex(16)}"
    account = session.get(Account, customer.account_id) if customer.account_id is not None else None
    customer.external_id, customer.erased_at, customer.updated_at = alias, now, now
    customer.paused_until = None
    session.add(customer)
    merged_ids = sa.literal(f"{alias}-") + sa.cast(col(Customer.id), sa.Text)
    was_merged = col(Customer.merged_into) == customer.id
    session.execute(sa.update(Customer).where(was_merged).values(external_id=merged_ids))
    contact_ids = sa.literal(f"{alias}-") + sa.cast(col(ContactEvent.id), sa.Text)
    session.execute(
        sa.update(ContactEvent).where(col(ContactEvent.customer_id) == customer.id).values(external_id=contact_ids)
    )
    others = select(Customer.id).where(Customer.account_id == customer.account_id, Customer.id != customer.id)
    if account is not None and session.exec(others.limit(1)).first() is None:
        account.external_id, account.name = alias, ""
        session.add(account)
    session.flush()


def _empty(session: Session, customer_ids: Sequence[int]) -> None:
    """Overwrite what the rows of these customers hold about them."""
    for table, values in EMPTIED.items():
        session.execute(sa.update(table).where(_of(session, table, customer_ids)).values(dict(values)))


def _of(session: Session, table: type[Table], customer_ids: Sequence[int]) -> sa.ColumnElement[bool]:
    """The rows of a table that are about these customers."""
    if table is Customer:
        return among(session, Customer.id, customer_ids)
    if table is Attempt:
        theirs = sa.select(col(Outreach.id)).where(among(session, Outreach.customer_id, customer_ids))
        return col(Attempt.outreach_id).in_(theirs)
    if table is InboxMessage:
        replies = sa.select(col(Reply.inbox_id)).where(among(session, Reply.customer_id, customer_ids))
        return col(InboxMessage.id).in_(replies)
    return among(session, table.customer_id, customer_ids)  # type: ignore[attr-defined]


def _shred(runtime: Runtime) -> None:
    if not database.shred(runtime.engine):
        log.warning("what was erased may still be found in the database file: something kept reading it; try again")
