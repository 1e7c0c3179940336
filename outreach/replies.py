"""What came back: from the inbox, where it lies as it came, to a reply that is understood or shown to a person."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from channels import sandbox, sendgrid_hooks, sendgrid_inbound, sendgrid_lists, twilio_hooks
from channels.message import DeliveryUpdate, InboundMessage, Incoming
from outreach import addresses, hearing, objections, page_forms, reconciling, talking, traces
from outreach.addresses import fingerprint
from outreach.answers import Intent as Said
from outreach.database import lock_customers
from outreach.hearing import Heard
from outreach.lifecycle import InboxState, OutreachState
from outreach.page_forms import Compliment, PageAnswer
from outreach.reports.health import is_away
from outreach.runtime import Runtime
from outreach.tables import Attempt, ContactPoint, Customer, InboxMessage, LedgerEntry, Outreach, Reply

TRIES = 5  # after so many failures a message is parked, for a person

Parser = Callable[[bytes, Mapping[str, str]], Incoming | PageAnswer | Compliment | None]
PARSERS: Mapping[tuple[str, str], Parser] = {
    ("sandbox", "reply"): sandbox.read_reply,
    ("twilio", "status"): twilio_hooks.read_status,
    ("twilio", "inbound"): twilio_hooks.read_inbound,
    ("sendgrid", "event"): sendgrid_hooks.read_event,
    ("sendgrid", "list"): sendgrid_lists.read,
    (page_forms.PROVIDER, "answer"): page_forms.read_answer,
    (page_forms.PROVIDER, "compliment"): page_forms.read_compliment,
}
"""What reads each kind of message, from its raw body and its headers; None where it says nothing to us."""
MAIL = ("sendgrid", "inbound")
"""That is read by who knows which addresses are ours."""

log = logging.getLogger(__name__)


def receive(runtime: Runtime, inbox_id: int) -> bool:
    """Take in one stored message; True when it is a reply now. It is taken in once, however often this is called."""
    try:
        with runtime.writing() as session:
            taken_in = _take_in(session, runtime, inbox_id)
    except Exception as problem:
        if is_away(problem):
            raise  # that is no fault of the message
        log.exception("inbox message %s could not be taken in", inbox_id)
        _set_aside(runtime, inbox_id, f"{type(problem).__name__}: {problem}")
        return False
    if taken_in:
        talking.after(runtime, inbox_id)
    return taken_in


def receive_all(runtime: Runtime, inbox_ids: Sequence[int]) -> None:
    """Take in these stored messages, each on its own."""
    for inbox_id in inbox_ids:
        receive(runtime, inbox_id)


def receive_new(runtime: Runtime, most: int = 100) -> int:
    """Take in what nobody has taken in yet, oldest first; returns how many there were, at most so many."""
    with runtime.reading() as session:
        new = session.exec(
            select(InboxMessage.id)
            .where(InboxMessage.state == InboxState.NEW)
            .order_by(col(InboxMessage.tries), col(InboxMessage.id))
            .limit(most)
        ).all()
    receive_all(runtime, new)
    return len(new)


def _take_in(session: Session, runtime: Runtime, inbox_id: int) -> bool:
    claimed = session.execute(
        sa.update(InboxMessage)
        .where(col(InboxMessage.id) == inbox_id, col(InboxMessage.state) == InboxState.NEW)
        .values(state=InboxState.DONE)
        .returning(
            col(InboxMessage.provider), col(InboxMessage.kind), col(InboxMessage.raw_body),
            col(InboxMessage.headers), col(InboxMessage.received_at), col(InboxMessage.dedupe_key),
        )
    ).first()  # fmt: skip
    if claimed is None:
        return False
    incoming = _read(runtime, claimed)
    if isinstance(incoming, PageAnswer | Compliment):
        return _take_in_form(session, runtime, incoming, (inbox_id, claimed.received_at))
    if isinstance(incoming, DeliveryUpdate):
        _hear(session, runtime, incoming, (inbox_id, claimed.received_at))
    elif incoming is not None:
        _understand(session, runtime, incoming, (inbox_id, claimed.received_at))
        if (claimed.provider, claimed.kind) == MAIL:
            _flag_other_versions(session, inbox_id, claimed.dedupe_key[: sendgrid_inbound.SAME_MAIL])
    return isinstance(incoming, InboundMessage)


def _read(runtime: Runtime, row: Any) -> Incoming | PageAnswer | Compliment | None:
    if (row.provider, row.kind) == MAIL:
        return sendgrid_inbound.read(row.raw_body, row.headers, runtime.settings.own_addresses)
    return PARSERS[row.provider, row.kind](row.raw_body, row.headers)


def _hear(session: Session, runtime: Runtime, update: DeliveryUpdate, row: tuple[int, int]) -> None:
    """A report about a message of ours. What it says about an address holds also where nobody knows the message."""
    inbox_id, at = row
    try:
        news = reconciling.heard(session, update, runtime.now()) or update.outreach_id is None
    except reconciling.UnknownOutreach as problem:
        news = True
        log.error("inbox message %s is parked: %s", inbox_id, problem)
        parked = {"state": InboxState.PARKED, "problem": str(problem)}
        session.execute(sa.update(InboxMessage).where(col(InboxMessage.id) == inbox_id).values(**parked))
    objections.heed(session, update, runtime.settings.key("addresses"), at, news)


def _understand(session: Session, runtime: Runtime, message: InboundMessage, row: tuple[int, int]) -> None:
    inbox_id, at = row
    if message.report is not None:
        return _hear_by_mail(session, runtime, message, message.report, row)
    address = fingerprint(runtime.settings.key("addresses"), message.channel, message.sender)
    about = traces.trace(session, runtime.settings, message, address)
    came_back = about is not None and about.address_hmac == address
    sender = about.customer_id if about and came_back else _sender(session, message.channel, address, at)
    customer = _lock(session, sender if sender is not None else about and about.customer_id)
    hearing.take_in(session, customer, Heard(inbox_id, at, address, message, about, sender is not None))


def _hear_by_mail(
    session: Session, runtime: Runtime, message: InboundMessage, report: DeliveryUpdate, row: tuple[int, int]
) -> None:
    """A mail that says what became of one of ours. Anybody can write such a mail, so it counts where it shows that one,
    and names the address which that went to; it is kept whatever it shows."""
    key = runtime.settings.key("addresses")
    address = fingerprint(key, message.channel, report.recipient)
    about = traces.trace(session, runtime.settings, message, address)
    if about is not None and (about.address_hmac == address or not report.recipient):
        _hear(session, runtime, replace(report, outreach_id=about.outreach_id), row)
    customer = _lock(session, about and about.customer_id)
    writer = fingerprint(key, message.channel, message.sender)
    hearing.take_in(session, customer, Heard(*row, writer, message, about))


def _lock(session: Session, customer_id: int | None) -> Customer | None:
    """The customer, locked; None where they were forgotten in the meantime."""
    found = lock_customers(session, [] if customer_id is None else [customer_id])
    return next((customer for customer in found if customer.erased_at is None), None)


def _flag_other_versions(session: Session, inbox_id: int, mail: str) -> None:
    """Another call has brought a mail with the same id and other contents: both are kept, and a person looks."""
    keys = col(InboxMessage.dedupe_key)
    of_kind = (col(InboxMessage.provider) == "sendgrid") & (col(InboxMessage.kind) == "inbound")
    others = of_kind & (keys > mail) & (keys < mail + "g") & (col(InboxMessage.id) != inbox_id)
    if mail.strip("0") and session.execute(sa.select(sa.exists().where(others))).scalar():
        flagged = "another mail came with the same id"
        session.execute(sa.update(InboxMessage).where(col(InboxMessage.id) == inbox_id).values(problem=flagged))
        session.execute(sa.update(Reply).where(col(Reply.inbox_id) == inbox_id).values(sure=False))


def _take_in_form(session: Session, runtime: Runtime, form: PageAnswer | Compliment, row: tuple[int, int]) -> bool:
    """What was written on a page of ours: it knows what it is about, and whose it is. Nobody checked who complimented,
    so that has no consequence but that a person reads it."""
    inbox_id, at = row
    if isinstance(form, PageAnswer):
        return _take_in_answer(session, form, inbox_id, at)
    reply = Reply(
        inbox_id=inbox_id,
        customer_id=_owner_of(session, runtime, form.email),
        channel="page",
        text=form.signed,
        intent=Said.COMMENT,
        comment=form.text,
        sure=False,
        received_at=at,
    )
    session.add(reply)
    return True


def _owner_of(session: Session, runtime: Runtime, email: str) -> int | None:
    try:
        address = fingerprint(runtime.settings.key("addresses"), "email", addresses.email(email))
    except addresses.AddressRefused:
        return None
    return session.exec(
        select(ContactPoint.customer_id).where(ContactPoint.channel == "email", ContactPoint.address_hmac == address)
    ).first()


def _take_in_answer(session: Session, answer: PageAnswer, inbox_id: int, at: int) -> bool:
    """The customer the question went to gave this answer, whoever has their address by now."""
    asked = session.exec(select(LedgerEntry).where(LedgerEntry.outreach_id == answer.outreach_id)).one()
    (customer,) = lock_customers(session, [asked.customer_id])
    if customer.erased_at is not None:
        session.execute(sa.update(InboxMessage).where(col(InboxMessage.id) == inbox_id).values(raw_body=b""))
        return False
    reply = Reply(inbox_id=inbox_id, channel="page", text=answer.text, intent=Said.UNCLEAR, received_at=at)
    hearing.settle(session, customer, reply, page_forms.reading(answer, customer.language), asked.asked_at)
    return True


def _sender(session: Session, channel: str, address: str, at: int) -> int | None:
    """The customer this came from: whom the last message to that address before it was for, whoever has the address by
    now; else who has it; None when nobody does."""
    written_to = (
        select(Outreach.customer_id)
        .join(Attempt)
        .where(Attempt.address_hmac == address, Attempt.started_at <= at)
        .where(Outreach.state != OutreachState.REFUSED)
        .order_by(col(Attempt.started_at).desc(), col(Attempt.id).desc())
        .limit(1)
    )
    has_it = select(ContactPoint.customer_id).where(
        ContactPoint.channel == channel, ContactPoint.address_hmac == address
    )
    return session.exec(written_to).first() or session.exec(has_it).first()


def _set_aside(runtime: Runtime, inbox_id: int, problem: str) -> None:
    with runtime.writing() as session:
        tries = sa.case((col(InboxMessage.tries) + 1 >= TRIES, InboxState.PARKED), else_=InboxState.NEW)
        changed: dict[str, Any] = {"tries": col(InboxMessage.tries) + 1, "problem": problem[:500], "state": tries}
        session.execute(
            sa.update(InboxMessage)
            .where(col(InboxMessage.id) == inbox_id, col(InboxMessage.state) == InboxState.NEW)
            .values(**changed)
        )
