"""What came back: from the inbox, where it lies as it came, to a reply that is understood or shown to a person."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from channels import sandbox, sendgrid_hooks, sendgrid_inbound, twilio_hooks
from channels.message import Channel, DeliveryUpdate, InboundMessage, Incoming, OptOut
from outreach import addresses, answers, objections, optout, page_forms, reconciling
from outreach.addresses import fingerprint
from outreach.answers import Intent as Said
from outreach.answers import Reading
from outreach.database import lock_customers
from outreach.lifecycle import InboxState, IntentState, Kind, OutreachState
from outreach.page_forms import Compliment, PageAnswer
from outreach.reports.health import is_away
from outreach.runtime import Runtime
from outreach.tables import Attempt, ContactPoint, Customer, InboxMessage, Intent, LedgerEntry, Outreach, Reply

TRIES = 5  # after so many failures a message is parked, for a person
ANSWER_WINDOW = 60 * 86_400  # seconds after an ask in which what a customer writes belongs to it
REVIEW_PAUSE = 90 * 86_400  # seconds a customer is left alone when they may have meant stop

Parser = Callable[[bytes, Mapping[str, str]], Incoming | PageAnswer | Compliment | None]
PARSERS: Mapping[tuple[str, str], Parser] = {
    ("sandbox", "reply"): sandbox.read_reply,
    ("twilio", "status"): twilio_hooks.read_status,
    ("twilio", "inbound"): twilio_hooks.read_inbound,
    ("sendgrid", "event"): sendgrid_hooks.read_event,
    ("sendgrid", "inbound"): sendgrid_inbound.read,
    (page_forms.PROVIDER, "answer"): page_forms.read_answer,
    (page_forms.PROVIDER, "compliment"): page_forms.read_compliment,
}
"""What reads each kind of message, from its raw body and its headers; None where it says nothing to us."""
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
    incoming = PARSERS[claimed.provider, claimed.kind](claimed.raw_body, claimed.headers)
    if isinstance(incoming, PageAnswer | Compliment):
        return _take_in_form(session, runtime, incoming, (inbox_id, claimed.received_at))
    if isinstance(incoming, DeliveryUpdate):
        _hear(session, runtime, incoming, (inbox_id, claimed.received_at))
    elif incoming is not None:
        _understand(session, runtime, incoming, (inbox_id, claimed.received_at))
        if (claimed.provider, claimed.kind) == ("sendgrid", "inbound"):
            _flag_other_versions(session, inbox_id, claimed.dedupe_key[: sendgrid_inbound.SAME_MAIL])
    return isinstance(incoming, InboundMessage)


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
    address = fingerprint(runtime.settings.key("addresses"), message.channel, message.sender)
    customer = _sender(session, message.channel, address, at)
    reading = _read(message, customer.language if customer else None)
    ask = _ask_of(session, customer.id, at) if customer else None
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
            sure=reading.sure,
            received_at=at,
        )
    )
    session.flush()
    if message.automatic:
        return
    if message.channel is Channel.SMS and (reading.intent is Said.START or message.opt_out is OptOut.START):
        optout.lift_keyword(session, address)
    if customer is not None:
        _act_on(session, customer, (reading, ask), at)
    if reading.intent is Said.STOP:
        optout.suppress(session, message.channel, address, _stop_at(at))


def _flag_other_versions(session: Session, inbox_id: int, mail: str) -> None:
    """Another call has brought a mail with the same id and other contents: both are kept, and a person looks."""
    keys = col(InboxMessage.dedupe_key)
    of_kind = (col(InboxMessage.provider) == "sendgrid") & (col(InboxMessage.kind) == "inbound")
    others = of_kind & (keys > mail) & (keys < mail + "g") & (col(InboxMessage.id) != inbox_id)
    if mail.strip("0") and session.execute(sa.select(sa.exists().where(others))).scalar():
        flagged = "another mail came with the same id"
        session.execute(sa.update(InboxMessage).where(col(InboxMessage.id) == inbox_id).values(problem=flagged))
        session.execute(sa.update(Reply).where(col(Reply.inbox_id) == inbox_id).values(sure=False))


def _read(message: InboundMessage, language: str | None) -> Reading:
    """What a provider made of a message counts where it is an opt-out; a machine gives no answers."""
    if message.automatic:
        return Reading(Said.UNCLEAR, None, message.text, sure=False)
    if message.opt_out is OptOut.STOP:
        return Reading(Said.STOP, None, message.text)
    return answers.read(message.text, language, message.channel)


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


def _sender(session: Session, channel: str, address: str, at: int) -> Customer | None:
    """The customer this came from, locked: whom the last message to that address before it was for, whoever has the
    address by now; else who has it; None when nobody does."""
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
    found = session.exec(written_to).first() or session.exec(has_it).first()
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
