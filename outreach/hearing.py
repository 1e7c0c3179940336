"""What follows from what a customer wrote: it is written down with the ask it belongs to, and acted on once.

Everything takes effect as of when it came in, however late it is understood. Who calls these functions has locked the
customer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlmodel import Session, col, select

from channels.message import Channel, InboundMessage, OptOut
from outreach import answers, optout, uses
from outreach.answers import Intent as Said
from outreach.answers import Reading
from outreach.lifecycle import IntentState, Kind
from outreach.optout import Wanted
from outreach.tables import Customer, Intent, LedgerEntry, Outreach, Reply
from outreach.tables.columns import CHANNELS
from outreach.traces import Trace

ANSWER_WINDOW = 60 * 86_400  # seconds after an ask in which what a customer writes belongs to it
REVIEW_PAUSE = 3_650 * 86_400  # seconds; so long that a person ends it: a customer may have meant stop
DAY = 86_400
STOPPED = "the word stop in a reply"
NOT_THEIRS = (Said.AUTOMATIC, Said.WRONG_PERSON)
"""What came from the customer's address, and not from the customer: it says nothing about the ask."""
SAID_BACK_TO = (Said.ANSWER, Said.COMMENT)
"""What a machine may say something back to."""
_OUTCOMES = ("replied", "not_now", "answered")  # each is worth more than those before it
_BY_PROVIDER = {OptOut.STOP: Said.STOP, OptOut.START: Said.START, OptOut.HELP: Said.HELP}


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as it came in: its row in the inbox, when (epoch seconds), and the keyed hash of its sender. `about` is
    the message of ours that it answers, where it shows one; `known` tells whether somebody has the sender's address."""

    inbox_id: int
    at: int
    address: str
    message: InboundMessage
    about: Trace | None = None
    known: bool = True


def take_in(session: Session, customer: Customer | None, heard: Heard) -> Reply:
    """Keep what came in as it was written, and settle it; where `customer` is None nobody is known by that address."""
    message = heard.message
    reply = Reply(
        inbox_id=heard.inbox_id, channel=message.channel, address_hmac=heard.address, text=message.text,
        intent=Said.UNCLEAR, received_at=heard.at,
    )  # fmt: skip
    reading = understood(message, customer.language if customer else None)
    sent_at = None
    if customer is not None and heard.about is not None:
        sent_at = heard.about.sent_at if heard.about.customer_id == customer.id else None
        if sent_at is None or not heard.known:
            reading = _perhaps_passed_on(session, heard, reading)
    settle(session, customer, reply, reading, sent_at)
    return reply


def _perhaps_passed_on(session: Session, heard: Heard, reading: Reading) -> Reading:
    """What a message says whose writer may be another person than the one whose mail it answers.

    A wrong score would be counted as the customer's, and a wrong stop would silence somebody who never asked for it: a
    person looks first. But a stop that is missed would be worse than a wait, so the customer is left in peace until
    then; and nothing more goes to the address it came from. Whoever is known by that address stops for themselves.
    """
    stops = reading.intent is Said.STOP
    if reading.intent is Said.AUTOMATIC or (stops and heard.known):
        return reading
    if stops:
        optout.suppress(session, heard.message.channel, heard.address, Wanted(heard.at, STOPPED, "customer"))
    return replace(reading, intent=Said.UNCLEAR, sure=False, maybe_stop=reading.maybe_stop or stops)


def understood(message: InboundMessage, language: str | None) -> Reading:
    """What a message says. A machine says nothing, whatever it wrote, and what the provider made of it counts."""
    if message.automatic:
        return Reading(Said.AUTOMATIC, None, message.text)
    reading = answers.read(message.text, language, message.channel)
    if message.opt_out is None:
        return reading
    return replace(reading, intent=_BY_PROVIDER[message.opt_out], sure=True, maybe_stop=False)


def settle(
    session: Session, customer: Customer | None, reply: Reply, reading: Reading, about: int | None = None
) -> None:
    """Write down what a reply says, and do what follows from it. It belongs to the last ask before it came, or before
    `about` (epoch seconds) where it is known which message it answers."""
    reply.intent, reply.score, reply.comment = reading.intent, reading.score, reading.comment
    reply.sure, reply.talk_at = reading.sure, None
    ask = None
    if customer is not None:
        reply.customer_id = customer.id
        ask = _ask_of(session, customer.id, reply.received_at if about is None else about)
        reply.outreach_id = ask.outreach_id if ask else None
        reply.continues_id = _first_about(session, reply) if ask and reading.intent not in NOT_THEIRS else None
    session.add(reply)
    session.flush()
    _EFFECTS.get(reading.intent, _nothing)(session, customer, reply, reading)
    if customer is None:
        return
    if reading.maybe_stop:
        _leave_in_peace(session, customer, reply, REVIEW_PAUSE)
    if ask is not None:
        settle_outcome(session, ask)
        if reading.sure and reading.intent in SAID_BACK_TO and reply.channel in CHANNELS:
            reply.talk_at = reply.received_at


def _ask_of(session: Session, customer_id: int, at: int) -> LedgerEntry | None:
    """The ask that what came at this moment belongs to: the last one before it, unless that is too long ago."""
    return session.exec(
        select(LedgerEntry)
        .where(LedgerEntry.customer_id == customer_id, LedgerEntry.kind == Kind.ASK)
        .where(col(LedgerEntry.voided_at).is_(None))
        .where(LedgerEntry.asked_at <= at, LedgerEntry.asked_at > at - ANSWER_WINDOW)
        .order_by(col(LedgerEntry.asked_at).desc())
        .limit(1)
    ).first()


def _first_about(session: Session, reply: Reply) -> int | None:
    """The reply that began the conversation about the same ask; None where this one does."""
    return session.exec(
        select(Reply.id)
        .where(Reply.customer_id == reply.customer_id, Reply.outreach_id == reply.outreach_id)
        .where(col(Reply.continues_id).is_(None), col(Reply.intent).not_in(NOT_THEIRS))
        .where(sa.true() if reply.id is None else Reply.id != reply.id)
        .order_by(col(Reply.id))
        .limit(1)
    ).first()


# What follows from each intent

Effect = Callable[[Session, Customer | None, Reply, Reading], None]


def _nothing(session: Session, customer: Customer | None, reply: Reply, reading: Reading) -> None:
    """It is kept, and shown."""


def _stop(session: Session, customer: Customer | None, reply: Reply, reading: Reading) -> None:
    wanted = Wanted(reply.received_at, STOPPED, "customer")
    if reply.looked_by is not None:
        wanted = Wanted(reply.received_at, "a reply that somebody read as a stop", reply.looked_by)
    if customer is not None:
        optout.stop(session, customer, wanted)
    if reply.address_hmac:
        optout.suppress(session, reply.channel, reply.address_hmac, wanted)


def _start(session: Session, customer: Customer | None, reply: Reply, reading: Reading) -> None:
    """What the word stop to the provider did is over. Whatever else holds, a person may lift."""
    if reply.channel == Channel.SMS and reply.address_hmac:
        optout.lift_keyword(session, reply.address_hmac)
    if customer is not None and customer.no_surveys_at is not None:
        reply.sure = False


def _later(session: Session, customer: Customer | None, reply: Reply, reading: Reading) -> None:
    if customer is not None and reading.snooze_days:
        _leave_in_peace(session, customer, reply, reading.snooze_days * DAY)


def _wrong_person(session: Session, customer: Customer | None, reply: Reply, reading: Reading) -> None:
    """The address is withdrawn, the customer is not."""
    if customer is not None and reply.address_hmac:
        wanted = Wanted(reply.received_at, "somebody else has this address", "recipient")
        optout.withdraw_address(session, customer, (reply.channel, reply.address_hmac), wanted)


def _answer(session: Session, customer: Customer | None, reply: Reply, reading: Reading) -> None:
    """An answer settles what happened before it: older contacts are not asked about any more."""
    if customer is None:
        return
    session.execute(
        sa.update(Intent)
        .where(col(Intent.customer_id) == customer.id, col(Intent.state) == IntentState.OPEN)
        .where(col(Intent.contact_event_id).is_not(None), col(Intent.opened_at) <= reply.received_at)
        .where(col(Intent.asked_at).is_(None))
        .values(state=IntentState.CANCELLED, reason="answered elsewhere", look_at=None)
    )


_EFFECTS: Mapping[str, Effect] = {
    Said.STOP: _stop,
    Said.START: _start,
    Said.LATER: _later,
    Said.WRONG_PERSON: _wrong_person,
    Said.ANSWER: _answer,
}


def _leave_in_peace(session: Session, customer: Customer, reply: Reply, seconds: int) -> None:
    reply.paused_until = reply.received_at + seconds
    customer.paused_until = max(customer.paused_until or 0, reply.paused_until)
    session.add(customer)


def resume(session: Session, customer: Customer, reply: Reply, now: int) -> None:
    """A reply for which the customer was left in peace turned out to say something else; other pauses last. What waited
    for the end of this one is looked at again now."""
    ended, reply.paused_until = reply.paused_until, None
    if ended is None or customer.paused_until != ended:
        return
    session.flush()
    others = sa.select(sa.func.max(col(Reply.paused_until))).where(col(Reply.customer_id) == customer.id)
    customer.paused_until = session.scalar(others)
    session.add(customer)
    uses.look_again(session, customer.id, now)


# What an ask has come to


def settle_outcome(session: Session, ask: LedgerEntry) -> None:
    """What a customer says later about the same ask counts where it says more: a thank you changes no "not now". An ask
    that was heard from needs no reminder."""
    session.flush()
    said = session.execute(
        sa.select(col(Reply.intent), col(Reply.score), col(Reply.received_at))
        .where(col(Reply.outreach_id) == ask.outreach_id)
        .order_by(col(Reply.received_at), col(Reply.id))
    )
    ask.outcome = ask.outcome_at = None
    for intent, score, at in said:
        outcome = _outcome(intent, score)
        if outcome and (ask.outcome is None or _OUTCOMES.index(outcome) > _OUTCOMES.index(ask.outcome)):
            ask.outcome, ask.outcome_at = outcome, at
    session.add(ask)
    if ask.outcome is not None:
        _need_no_reminder(session, ask)


def _outcome(intent: str, score: int | None) -> str | None:
    if intent in NOT_THEIRS:
        return None
    if score is not None and intent != Said.UNCLEAR:
        return "answered"
    return {Said.STOP: None, Said.LATER: "not_now"}.get(Said(intent), "replied")


def _need_no_reminder(session: Session, ask: LedgerEntry) -> None:
    """What a contact wished for is done; a rhythm stands, and finds out at its next look."""
    its_intent = sa.select(col(Outreach.intent_id)).where(col(Outreach.id) == ask.outreach_id).scalar_subquery()
    session.execute(
        sa.update(Intent)
        .where(col(Intent.id) == its_intent, col(Intent.state) == IntentState.OPEN)
        .where(col(Intent.asked_at).is_not(None), col(Intent.contact_event_id).is_not(None))
        .values(state=IntentState.DONE, look_at=None)
    )
