"""A person's word on a reply: whose it is, and what it says. What follows is what would have followed at once.

Everything takes effect as of when the reply came in. A stop that was acted upon is not taken back here.
"""

from enum import StrEnum

import sqlalchemy as sa
from sqlmodel import Session, col, select

from outreach import answers, audit, hearing, talking
from outreach.answers import Intent as Said
from outreach.answers import Reading
from outreach.database import lock_customers
from outreach.explain import UnknownCustomer
from outreach.known_as import known_as
from outreach.runtime import Runtime
from outreach.tables import Customer, LedgerEntry, Reply

_CERTAIN = (Said.AUTOMATIC, Said.STOP, Said.START)
"""What the customer's language tells nothing more about."""
_TELLING = (Said.ANSWER, Said.STOP, Said.UNCLEAR)


class Verdict(StrEnum):
    """What a reply says, where it is no score (0-10)."""

    STOP = "stop"
    NOTHING = "nothing"


class UnknownReply(LookupError):
    """There is no reply with this id."""


class AlreadyAssigned(Exception):
    """The reply is somebody else's: what it said had its consequences for them."""


class AlreadyDecided(Exception):
    """Somebody has said meanwhile that the reply says something else."""


def assign(runtime: Runtime, reply_id: int, customer_external_id: str, by: str) -> bool:
    """Say whose an unassigned reply is; it is read again as theirs. False where it is theirs already. Raises
    UnknownReply, AlreadyAssigned, explain.UnknownCustomer."""
    with runtime.writing() as session:
        found = lock_customers(session, session.execute(known_as(customer_external_id)).scalars())
        if not found:
            raise UnknownCustomer(customer_external_id)
        (customer,), reply = found, _locked(session, reply_id)
        if reply.customer_id == customer.id:
            return False
        if reply.customer_id is not None:
            raise AlreadyAssigned(reply_id)
        hearing.settle(session, customer, reply, _read_again(reply, customer))
        if reply.sure and reply.looked_at is None:
            reply.looked_at, reply.looked_by = runtime.now(), by
        said = {"reply": reply.id, "before": {"customer": None}, "after": {"customer": customer.id}}
        audit.record(session, runtime.now(), by, said)
    talking.after(runtime, reply.inbox_id)
    return True


def decide(runtime: Runtime, reply_id: int, verdict: int | Verdict, by: str, seen: int | None = None) -> bool:
    """Say what a reply says: a score, a stop, or neither. A pause that it began ends, or becomes a stop. False where
    somebody has said so already. `seen` is when somebody had last looked (0: nobody had), where that is to be held
    against. Raises UnknownReply, AlreadyDecided."""
    with runtime.writing() as session:
        customer, reply = _with_customer(session, reply_id)
        reading = _as_said(reply, verdict)
        if reply.looked_at is not None and (reply.intent, reply.score) == (reading.intent, reading.score):
            return False
        if seen is not None and seen != (reply.looked_at or 0):
            raise AlreadyDecided(reply_id)
        before = {"read_as": reply.intent, "score": reply.score}
        if customer is not None:
            hearing.resume(session, customer, reply, runtime.now())
        reply.looked_at, reply.looked_by = runtime.now(), by
        hearing.settle(session, customer, reply, reading, _asked_at(session, reply))
        if verdict is Verdict.NOTHING:
            reply.talk_at = None  # what a person had to read is not answered by a machine
        after = {"read_as": reply.intent, "score": reply.score}
        audit.record(session, runtime.now(), by, {"reply": reply.id, "before": before, "after": after})
    talking.after(runtime, reply.inbox_id)
    return True


def _with_customer(session: Session, reply_id: int) -> tuple[Customer | None, Reply]:
    """The reply, and whose it is, both locked; the customer first, as everywhere."""
    whose = session.execute(sa.select(col(Reply.customer_id)).where(col(Reply.id) == reply_id)).scalar()
    customer = lock_customers(session, [whose])[0] if whose is not None else None
    reply = _locked(session, reply_id)
    return (customer, reply) if reply.customer_id == whose else _with_customer(session, reply_id)


def _locked(session: Session, reply_id: int) -> Reply:
    query = select(Reply).where(Reply.id == reply_id).with_for_update()
    reply = session.exec(query.execution_options(populate_existing=True)).first()
    if reply is None:
        raise UnknownReply(reply_id)
    return reply


def _read_again(reply: Reply, customer: Customer) -> Reading:
    """What it says in the customer's language. What a person has read in it stays, and what was written on a page."""
    if reply.looked_at is not None or reply.intent in _CERTAIN or reply.channel == "page":
        return Reading(Said(reply.intent), reply.score, reply.comment)
    return answers.read(reply.text, customer.language, reply.channel)


def _as_said(reply: Reply, verdict: int | Verdict) -> Reading:
    if verdict is Verdict.STOP:
        return Reading(Said.STOP, reply.score, reply.comment)
    if verdict is Verdict.NOTHING:
        return Reading(Said.COMMENT if reply.intent in _TELLING else Said(reply.intent), None, reply.comment)
    return Reading(Said.ANSWER, int(verdict), reply.comment)


def _asked_at(session: Session, reply: Reply) -> int | None:
    """When the message went out that it answers."""
    asked = sa.select(col(LedgerEntry.asked_at)).where(col(LedgerEntry.outreach_id) == reply.outreach_id)
    return session.execute(asked).scalar() if reply.outreach_id is not None else None
