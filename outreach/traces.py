"""Which message of ours a mail is about that comes back: by the tag in the address it went to, the ids it answers, and
what it returns.

Whoever shows one of these has had that message before them. It does not show that its customer writes: mails are passed
on.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from channels.message import InboundMessage
from outreach.links import BadLink, Purpose, read_reply_tag, read_token
from outreach.settings import Settings
from outreach.tables import Attempt, Customer, Outreach

MOST = 50  # addresses or ids that are looked at; a genuine mail shows a few


class Trace(NamedTuple):
    """A message of ours that went out: to whom, to which address (keyed hash), and when (epoch seconds)."""

    outreach_id: int
    customer_id: int
    address_hmac: str
    sent_at: int


def trace(session: Session, settings: Settings, message: InboundMessage, address_hmac: str) -> Trace | None:
    """The message of ours that this one shows it is about; what we signed tells more than an id. Some ids are shared by
    mails that were handed over together: of those, the one to this address. None where it shows nothing, or somebody
    who was forgotten since."""
    signed, ids = [*_signed(settings, message)], [*_ids(message)]
    if not signed and not ids:
        return None
    by_us = col(Attempt.outreach_id).in_(signed)
    found = session.execute(
        sa.select(
            col(Attempt.outreach_id), col(Outreach.customer_id), col(Attempt.address_hmac), col(Attempt.started_at)
        )
        .join(Outreach, col(Outreach.id) == col(Attempt.outreach_id))
        .join(Customer, col(Customer.id) == col(Outreach.customer_id))
        .where(by_us | col(Attempt.provider_id).in_(ids) | _together(ids, address_hmac))
        .where(col(Customer.erased_at).is_(None))
        .order_by(by_us.desc(), col(Attempt.started_at).desc(), col(Attempt.id).desc())
        .limit(1)
    ).first()
    return Trace._make(found) if found else None


def _signed(settings: Settings, message: InboundMessage) -> Iterator[int]:
    """By our own signatures: in the address it went to, and in the address and the way to stop of the mail it
    returns."""
    for address in (*message.recipients[:MOST], *_TAGGED.findall(message.returned)[:MOST]):
        with suppress(BadLink):
            yield read_reply_tag(settings, address)
    for token in _STOP.findall(message.returned)[:MOST]:
        with suppress(BadLink):
            yield read_token(settings, Purpose.UNSUBSCRIBE, token)


def _ids(message: InboundMessage) -> Iterator[str]:
    """As providers name our mails: by the whole Message-ID, or by what stands before its @."""
    for reference in message.references[:MOST]:
        yield reference
        yield reference.strip("<>").partition("@")[0]


def _together(ids: list[str], address_hmac: str) -> Any:
    with_number = (col(Attempt.provider_id).startswith(f"{one}:", autoescape=True) for one in ids)
    return (col(Attempt.address_hmac) == address_hmac) & sa.or_(sa.false(), *with_number)


_TAGGED = re.compile(r"[^\s<>+@]{1,64}\+[^\s<>+@]{1,64}@[\w.-]{1,253}")
_STOP = re.compile(rf"/{Purpose.UNSUBSCRIBE}/([\w-]{{1,64}})")
