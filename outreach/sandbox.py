"""The sandbox's mailbox and phone: what it was given, kept in the database, and what is answered there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from channels.message import Channel, InboundMessage, Message
from channels.sandbox import Sandbox, write_reply
from outreach import database, letters, replies
from outreach.bulk import insert_into
from outreach.database import among
from outreach.letters import Letter
from outreach.lifecycle import Kind
from outreach.links import Links, Purpose
from outreach.runtime import Runtime
from outreach.tables import ContactPoint, Content, Customer, InboxMessage, Outreach, Reply, SandboxMessage, Survey

NEWEST = 100  # conversations a page shows
LATELY = 10  # messages that are looked at for each of them


class DatabaseDrawer:
    """Where the sandbox leaves its messages: each batch in a transaction of its own, as a provider would."""

    def __init__(self, engine: sa.Engine, now: Callable[[], int]) -> None:
        self._engine, self._now = engine, now

    def keep(self, messages: Sequence[Message]) -> None:
        if not messages:
            return
        with database.writing(self._engine) as session:
            ids = among(session, Outreach.id, [message.outreach_id for message in messages])
            owners = dict(session.exec(select(Outreach.id, Outreach.customer_id).where(ids)).all())
            insert = insert_into(session, SandboxMessage)
            insert = insert.on_conflict_do_update(
                index_elements=["outreach_id"], set_={"times": col(SandboxMessage.times) + 1}
            )
            session.execute(insert, [self._row(message, owners[message.outreach_id]) for message in messages])

    def holds(self, outreach_id: int) -> bool:
        with database.reading(self._engine) as session:
            kept = sa.select(sa.literal(True)).where(col(SandboxMessage.outreach_id) == outreach_id)
            return session.execute(kept).first() is not None

    def _row(self, message: Message, customer_id: int) -> dict[str, object]:
        return {
            "outreach_id": message.outreach_id,
            "customer_id": customer_id,
            "channel": message.channel,
            "sender": message.sender,
            "recipient": message.recipient,
            "subject": message.subject,
            "body": message.text,
            "link": message.link,
            "at": self._now(),
            "times": 1,
        }


@dataclass(frozen=True, slots=True)
class Conversation:
    """A customer with messages in the sandbox. `customer` is the external id; `at` the last message's epoch seconds."""

    customer: str
    name: str
    messages: int
    last: str
    at: int


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a conversation: to the customer (kind content, ask, reminder, follow_up or thanks), or from them
    (kind reply).

    `link` leads to what it is about, as it stands in the text, or is empty; `at` is in epoch seconds. `outreach_id` is
    None for what came from them.
    """

    kind: str
    channel: str
    subject: str
    body: str
    link: str
    at: int
    outreach_id: int | None = None


class NoAddress(Exception):
    """The customer is not known, or has no address in this channel to answer from."""


class ReallySends(Exception):
    """This channel really sends, so what comes back on it comes from the customer alone."""


def keeps(runtime: Runtime, channel: str) -> bool:
    """Whether what goes by this channel stays in the sandbox."""
    return not runtime.settings.real_channels or isinstance(runtime.senders.get(channel), Sandbox)


def conversations(session: Session, most: int = NEWEST) -> list[Conversation]:
    """Who got messages in the sandbox lately, the latest first."""
    lately = sa.select(SandboxMessage).order_by(col(SandboxMessage.id).desc()).limit(most * LATELY).subquery()
    latest = (
        sa.select(lately.c.customer_id, sa.func.max(lately.c.id).label("last_id"))
        .group_by(lately.c.customer_id)
        .order_by(sa.desc("last_id"))
        .limit(most)
        .subquery()
    )
    whole = aliased(SandboxMessage)
    messages = sa.select(sa.func.count()).where(col(whole.customer_id) == latest.c.customer_id).scalar_subquery()
    last = sa.func.coalesce(sa.func.nullif(col(SandboxMessage.subject), ""), col(SandboxMessage.body))
    rows = session.execute(
        sa.select(col(Customer.external_id), col(Customer.name), messages, last, col(SandboxMessage.at))
        .join(latest, latest.c.customer_id == col(Customer.id))
        .join(SandboxMessage, col(SandboxMessage.id) == latest.c.last_id)
        .order_by(latest.c.last_id.desc())
    )
    return [Conversation(*row) for row in rows]


def thread(session: Session, customer: str) -> list[Line]:
    """Everything that went to one customer (external id) in the sandbox, and came back; oldest first."""
    wanted = sa.select(col(Customer.id)).where(col(Customer.external_id) == customer).scalar_subquery()
    sent = session.execute(
        sa.select(
            col(Outreach.kind), col(SandboxMessage.channel), col(SandboxMessage.subject), col(SandboxMessage.body),
            col(SandboxMessage.link), col(SandboxMessage.at), col(SandboxMessage.outreach_id),
        )
        .join(Outreach, col(Outreach.id) == col(SandboxMessage.outreach_id))
        .where(col(SandboxMessage.customer_id) == wanted)
        .order_by(col(SandboxMessage.at), col(SandboxMessage.id))
    )  # fmt: skip
    heard = session.execute(
        sa.select(col(Reply.channel), col(Reply.text), col(Reply.received_at))
        .where(col(Reply.customer_id) == wanted)
        .order_by(col(Reply.received_at), col(Reply.id))
    )
    written = [Line("reply", channel, "", text, "", at) for channel, text, at in heard]
    return sorted([*(Line(*row) for row in sent), *written], key=lambda line: line.at)


def mail(runtime: Runtime, customer: str, outreach_id: int) -> str | None:
    """The HTML of an e-mail that this customer (external id) got, made anew from its text; None where there is none."""
    query = (
        sa.select(
            col(SandboxMessage.sender), col(SandboxMessage.body), col(SandboxMessage.link), col(Outreach.kind),
            sa.func.coalesce(col(Content.language), col(Survey.language)).label("language"),
        )
        .join(Outreach, col(Outreach.id) == col(SandboxMessage.outreach_id))
        .join(Customer, col(Customer.id) == col(SandboxMessage.customer_id))
        .join(Content, col(Content.id) == col(Outreach.content_id), isouter=True)
        .join(Survey, col(Survey.id) == col(Outreach.survey_id), isouter=True)
        .where(col(SandboxMessage.outreach_id) == outreach_id, col(SandboxMessage.channel) == Channel.EMAIL)
        .where(col(Customer.external_id) == customer)
    )  # fmt: skip
    with runtime.reading() as session:
        kept = session.execute(query).first()
    if kept is None:
        return None
    to = Links(runtime.settings).to
    stop, choose = (to(purpose, outreach_id) for purpose in (Purpose.UNSUBSCRIBE, Purpose.PREFERENCES))
    asks, answerable = kept.kind in (Kind.ASK, Kind.REMINDER), bool(runtime.settings.reply_address)
    return letters.html(
        kept.body, Letter(kept.sender, kept.language or "en", kept.link, asks, stop, choose, answerable)
    )


def answer(runtime: Runtime, customer: str, channel: Channel, text: str, key: str | None = None) -> int:
    """Answer as this customer (external id) would; returns the id of the inbox row. Raises NoAddress, ReallySends.

    Travels the road of every reply: stored as it comes and committed, then taken in. The same `key` twice is the same
    message delivered twice, and becomes one reply.
    """
    if not keeps(runtime, channel):
        raise ReallySends
    with runtime.writing() as session:
        address = session.execute(
            sa.select(col(ContactPoint.address))
            .join(Customer, col(Customer.id) == col(ContactPoint.customer_id))
            .where(col(Customer.external_id) == customer, col(ContactPoint.channel) == channel)
        ).scalar_one_or_none()
        if address is None:
            raise NoAddress(f"{customer} has no address for {channel}")
        inbox_id = _store(session, InboundMessage(channel, address, text, key or uuid4().hex), runtime.now())
    replies.receive(runtime, inbox_id)
    return inbox_id


def _store(session: Session, reply: InboundMessage, now: int) -> int:
    known_by = sha256(reply.provider_id.encode()).hexdigest()  # the id it was given may name a customer
    key: dict[str, Any] = {"provider": "sandbox", "kind": "reply", "dedupe_key": known_by}
    row = InboxMessage(**key, raw_body=write_reply(reply), received_at=now).model_dump(exclude={"id"})
    session.execute(insert_into(session, InboxMessage).values(row).on_conflict_do_nothing(index_elements=[*key]))
    return session.exec(select(InboxMessage.id).filter_by(**key)).one()
