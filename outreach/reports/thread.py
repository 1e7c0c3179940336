"""One reply with everything around it: what we had asked, what else was said, and what waits next to it."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col

from channels.message import InboundMessage
from outreach.database import among
from outreach.lifecycle import TALK, Kind
from outreach.replies import PARSERS
from outreach.reports.customers import Person, person
from outreach.reports.replies import ReplyRow, at_place, place, rows, unclear
from outreach.runtime import Runtime
from outreach.tables import InboxMessage, LedgerEntry, Outreach, Reply


@dataclass(frozen=True, slots=True)
class Told:
    """A message of ours: kind ask, reminder, follow_up or thanks. `at` (epoch seconds) is when it went out, or was
    planned where it has not."""

    at: int
    kind: str
    channel: str
    subject: str
    body: str
    state: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for a person: how many besides this one, and the ids of those before and after it. After the last
    comes the first."""

    others: int
    previous: int | None
    next: int | None


@dataclass(frozen=True, slots=True)
class Thread:
    """A reply, whose it is, and its conversation, the oldest first.

    `sender` is the address it came from, where nobody is known by it and it is still kept. `looked_at` is in epoch
    seconds.
    """

    reply: ReplyRow
    person: Person | None
    sender: str | None
    entries: tuple[Told | ReplyRow, ...]
    looked_at: int | None
    looked_by: str | None
    queue: Queue


def thread(runtime: Runtime, reply_id: int) -> Thread | None:
    """The reply with this id and what surrounds it; None where there is none."""
    extra = (
        place(), col(Outreach.id), col(Outreach.customer_id), col(Outreach.intent_id), col(Outreach.step),
        col(Reply.inbox_id), col(Reply.looked_at), col(Reply.looked_by),
    )  # fmt: skip
    with runtime.reading() as session:
        found = session.execute(rows().add_columns(*extra).where(col(Reply.id) == reply_id)).first()
        if found is None:
            return None
        *row, its_place, ask_id, asked, intent_id, step, inbox_id, looked_at, looked_by = found
        reply = ReplyRow(*row)
        return Thread(
            reply=reply,
            person=person(session, reply.customer) if reply.customer is not None else None,
            sender=_sender(session, inbox_id) if reply.customer is None else None,
            entries=_conversation(session, (ask_id, asked, intent_id, step)) if ask_id is not None else (reply,),
            looked_at=looked_at,
            looked_by=looked_by,
            queue=_around(session, its_place),
        )


def _conversation(session: Session, ask: tuple[int, int, int, int]) -> tuple[Told | ReplyRow, ...]:
    """Everything about this ask (its id, whom it went to, its intent and step). In the same second a question comes
    before its answer, and what is said back after it."""
    came = [ReplyRow(*row) for row in session.execute(rows().where(col(Reply.outreach_id) == ask[0]))]
    entries: list[Told | ReplyRow] = [*came, *_told(session, ask, [reply.id for reply in came])]
    return tuple(sorted(entries, key=lambda one: (one.at, _order(one))))


def _order(one: Told | ReplyRow) -> int:
    return 1 if isinstance(one, ReplyRow) else 2 if one.kind in TALK else 0


def _told(session: Session, ask: tuple[int, int, int, int], reply_ids: list[int]) -> list[Told]:
    """The ask, its reminder, and what was said back to these replies."""
    ask_id, asked, intent_id, step = ask
    next_step = (col(Outreach.intent_id) == intent_id) & (col(Outreach.step) == step + 1)
    its_reminder = next_step & (col(Outreach.kind) == Kind.REMINDER)
    at = sa.func.coalesce(col(LedgerEntry.asked_at), col(Outreach.accepted_at), col(Outreach.due_at))
    query = (
        sa.select(
            at, col(Outreach.kind), col(Outreach.channel), col(Outreach.subject), col(Outreach.body),
            col(Outreach.state), col(Outreach.reason),
        )
        .join(LedgerEntry, col(LedgerEntry.outreach_id) == col(Outreach.id), isouter=True)
        .where(col(Outreach.customer_id) == asked)  # the index by which all of these are found
        .where((col(Outreach.id) == ask_id) | its_reminder | among(session, Outreach.reply_id, reply_ids))
    )  # fmt: skip
    return [Told(*row) for row in session.execute(query)]


def _sender(session: Session, inbox_id: int) -> str | None:
    """Read in what came, as long as that is kept."""
    came = session.execute(
        sa.select(
            col(InboxMessage.provider), col(InboxMessage.kind), col(InboxMessage.raw_body), col(InboxMessage.headers)
        ).where(col(InboxMessage.id) == inbox_id)
    ).one()
    if not came.raw_body:
        return None
    incoming = PARSERS[came.provider, came.kind](came.raw_body, came.headers)
    return incoming.sender if isinstance(incoming, InboundMessage) else None


def _around(session: Session, here: int) -> Queue:
    """The highest place is the first of the queue."""
    at, number = place(), sa.func.count()
    others, before, after, first = session.execute(
        sa.select(
            number.filter(at != here), sa.func.min(at).filter(at > here), sa.func.max(at).filter(at < here),
            sa.func.max(at).filter(at != here),
        ).where(unclear())
    ).one()  # fmt: skip
    following = after if after is not None else first
    return Queue(
        others,
        previous=at_place(before) if before is not None else None,
        next=at_place(following) if following is not None else None,
    )
