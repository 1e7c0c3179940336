"""What came back: from the inbox, where it lies as it came, to a reply that is understood or shown to a person."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from channels import sandbox
from channels.message import InboundMessage
from outreach import addresses, answers, optout, page_forms
from outreach.addresses import fingerprint
from outreach.answers import Intent as Said
from outreach.answers import Reading
from outreach.database import lock_customers
from outreach.lifecycle import InboxState, IntentState, Kind
from outreach.page_forms import Compliment, PageAnswer
from outreach.reports.health import is_away
from outreach.runtime import Runtime
from outreach.tables import ContactPoint, Customer, InboxMessage, Intent, LedgerEntry, Reply

TRIES = 5  # after so many failures a message is parked, for a person
ANSWER_WINDOW = 60 * 86_400  # seconds after an ask in which what a customer writes belongs to it
REVIEW_PAUSE = 90 * 86_400  # seconds a customer is left alone when they may have meant stop

Parser = Callable[[bytes], InboundMessage | PageAnswer | Compliment]
PARSERS: Mapping[tuple[str, str], Parser] = {
    ("sandbox", "reply"): sandbox.read_reply,
    (page_forms.PROVIDER, "answer"): page_forms.read_answer,
    (page_forms.PROVIDER, "compliment"): page_forms.read_compliment,
}
_OUTCOMES = ("replied", "not_now", "answered")  # each is worth more than those before it

log = logging.getLogger(__name__)


def receive(runtime: Runtime, inbox_id: int) -> bool:
    """Take in one stored message; True when it is a reply now. It is taken in once, however often this is called."""
    try:
        with runtime.writing() as session:
            return _take_in(session, runtime, inbox_id)
    except Exception as problem:
        if is_away(problem):
            raise  # that is no fault of the message
        log.exception("inbox message %s could not be taken in", inbox_id)
        _set_aside(runtime, inbox_id, f"{type(problem).__name__}: {problem}")
        return False


def receive_new(runtime: Runtime, most: int = 100) -> int:
    """Take in what nobody has taken in yet, oldest first; returns how many became replies."""
    with runtime.reading() as session:
        new = session.exec(
            select(InboxMessage.id)
            .where(InboxMessage.state == InboxState.NEW)
            .order_by(col(InboxMessage.tries), col(InboxMessage.id))
            .limit(most)
        ).all()
    return sum(receive(runtime, inbox_id) for inbox_id in new)


def _take_in(session: Session, runtime: Runtime, inbox_id: int) -> bool:
    claimed = session.execute(
        sa.update(InboxMessage)
        .where(col(InboxMessage.id) == inbox_id, col(InboxMessage.state) == InboxState.NEW)
        .values(state=InboxState.DONE)
        .returning(
            col(InboxMessage.provider), col(InboxMessage.kind), col(InboxMessage.raw_body),
            col(InboxMessage.received_at),
        )
    ).first()  # fmt: skip
    if claimed is None:
        return False
    message = PARSERS[claimed.provider, claimed.kind](claimed.raw_body)
    if not isinstance(message, InboundMessage):
        return _take_in_form(session, runtime, message, (inbox_id, claimed.received_at))
    address = fingerprint(runtime.settings.key("addresses"), message.channel, message.sender)
    customer = _sender(session, message.channel, address)
    reading = answers.read(message.text, customer.language if customer else None)
    ask = _ask_of(session, customer.id, claimed.received_at) if customer else None
    session.add(
        Reply(
            inbox_id=inbox_id,
            customer_id=customer.id if customer else None,
            outreach_id=ask.outreach_id if ask else None,
            channel=message.channel,
            text=message.text,
            intent=reading.intent,
            score=reading.score,
            comment=reading.comment,
            received_at=claimed.received_at,
        )
    )
    session.flush()
    if customer is not None:
        _act_on(session, customer, (reading, ask), claimed.received_at)
    elif reading.intent is Said.STOP:
        optout.suppress(session, message.channel, address, _stop_at(claimed.received_at))
    return True


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
    ask = _ask_of(session, customer.id, asked.asked_at)
    reading = page_forms.reading(answer, customer.language)
    begun = select(Reply.id).where(Reply.outreach_id == (ask or asked).outreach_id, col(Reply.continues_id).is_(None))
    reply = Reply(
        inbox_id=inbox_id,
        continues_id=session.exec(begun.order_by(col(Reply.id)).limit(1)).first(),
        customer_id=customer.id,
        outreach_id=(ask or asked).outreach_id,
        channel="page",
        text=answer.text,
        intent=reading.intent,
        score=reading.score,
        comment=reading.comment,
        sure=reading.sure,
        received_at=at,
    )
    session.add(reply)
    session.flush()
    _act_on(session, customer, (reading, ask), at)
    return True


def _sender(session: Session, channel: str, address: str) -> Customer | None:
    """The customer this came from, locked; None when nobody has that address."""
    found = session.exec(
        select(ContactPoint.customer_id).where(ContactPoint.channel == channel, ContactPoint.address_hmac == address)
    ).first()
    return lock_customers(session, [found])[0] if found is not None else None


def _ask_of(session: Session, customer_id: int, at: int) -> LedgerEntry | None:
    """The ask that what came at this moment belongs to: the last one before it, unless that is too long ago."""
    return session.exec(
        select(LedgerEntry)
        .where(LedgerEntry.customer_id == customer_id, LedgerEntry.kind != Kind.CONTENT)
        .where(col(LedgerEntry.voided_at).is_(None))
        .where(LedgerEntry.asked_at <= at, LedgerEntry.asked_at > at - ANSWER_WINDOW)
        .order_by(col(LedgerEntry.asked_at).desc())
        .limit(1)
    ).first()


def _act_on(session: Session, customer: Customer, said: tuple[Reading, LedgerEntry | None], at: int) -> None:
    reading, ask = said
    if ask is not None:
        _keep_outcome(ask, reading, at)
        session.add(ask)
    if reading.intent is Said.STOP:
        optout.stop(session, customer, _stop_at(at))
        return
    if reading.maybe_stop:
        customer.paused_until = max(customer.paused_until or 0, at + REVIEW_PAUSE)
        session.add(customer)
    if reading.intent is Said.ANSWER:
        _answered(session, customer.id, at)


def _keep_outcome(ask: LedgerEntry, reading: Reading, at: int) -> None:
    """What a customer says later about the same ask counts where it says more: a thank you changes no "not now"."""
    if reading.score is not None:
        outcome = "answered"
    elif reading.intent is Said.STOP:
        return
    else:
        outcome = "not_now" if reading.intent is Said.LATER else "replied"
    if ask.outcome is None or _OUTCOMES.index(outcome) > _OUTCOMES.index(ask.outcome):
        ask.outcome, ask.outcome_at = outcome, at


def _stop_at(at: int) -> optout.Wanted:
    return optout.Wanted(at, "the word stop in a reply", "customer")


def _answered(session: Session, customer_id: int, at: int) -> None:
    """An answer settles what happened before it: older contacts are not asked about any more."""
    session.execute(
        sa.update(Intent)
        .where(col(Intent.customer_id) == customer_id, col(Intent.state) == IntentState.OPEN)
        .where(col(Intent.contact_event_id).is_not(None), col(Intent.opened_at) <= at)
        .values(state=IntentState.CANCELLED, reason="answered elsewhere", look_at=None)
    )


def _set_aside(runtime: Runtime, inbox_id: int, problem: str) -> None:
    with runtime.writing() as session:
        tries = sa.case((col(InboxMessage.tries) + 1 >= TRIES, InboxState.PARKED), else_=InboxState.NEW)
        changed: dict[str, Any] = {"tries": col(InboxMessage.tries) + 1, "problem": problem[:500], "state": tries}
        session.execute(
            sa.update(InboxMessage)
            .where(col(InboxMessage.id) == inbox_id, col(InboxMessage.state) == InboxState.NEW)
            .values(**changed)
        )
