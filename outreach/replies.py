"""What came back: from the inbox, where it lies as it came, to a reply that is understood or shown to a person."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from channels import sandbox
from channels.message import InboundMessage
from outreach import hearing, talking
from outreach.addresses import fingerprint
from outreach.database import lock_customers
from outreach.hearing import Heard
from outreach.lifecycle import InboxState
from outreach.reports.health import is_away
from outreach.runtime import Runtime
from outreach.tables import ContactPoint, Customer, InboxMessage

TRIES = 5  # after so many failures a message is parked, for a person

Parser = Callable[[bytes], InboundMessage]
PARSERS: Mapping[tuple[str, str], Parser] = {("sandbox", "reply"): sandbox.read_reply}

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
    _understand(session, runtime, message, (inbox_id, claimed.received_at))
    return True


def _understand(session: Session, runtime: Runtime, message: InboundMessage, row: tuple[int, int]) -> None:
    address = fingerprint(runtime.settings.key("addresses"), message.channel, message.sender)
    customer = _sender(session, message.channel, address)
    hearing.take_in(session, customer, Heard(*row, address, message))


def _sender(session: Session, channel: str, address: str) -> Customer | None:
    """The customer this came from, locked; None when nobody has that address."""
    found = session.exec(
        select(ContactPoint.customer_id).where(ContactPoint.channel == channel, ContactPoint.address_hmac == address)
    ).first()
    return lock_customers(session, [found])[0] if found is not None else None


def _set_aside(runtime: Runtime, inbox_id: int, problem: str) -> None:
    with runtime.writing() as session:
        tries = sa.case((col(InboxMessage.tries) + 1 >= TRIES, InboxState.PARKED), else_=InboxState.NEW)
        changed: dict[str, Any] = {"tries": col(InboxMessage.tries) + 1, "problem": problem[:500], "state": tries}
        session.execute(
            sa.update(InboxMessage)
            .where(col(InboxMessage.id) == inbox_id, col(InboxMessage.state) == InboxState.NEW)
            .values(**changed)
        )
