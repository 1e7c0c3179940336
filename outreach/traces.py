"""Which message of ours a mail is about that comes back: by the tag in the address it went to, or the ids it answers.

Whoever shows one of these has had that message before them. It does not show that its customer writes: mails are passed
on.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session, col

from channels.message import InboundMessage
from outreach.links import BadLink, read_reply_tag
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
    """The message of ours that this one shows it is about; a tag tells more than an id. Some ids are shared by mails
    that were handed over together: of those, the one to this address. None where it shows nothing, or somebody who was
    forgotten since."""
    tagged, ids = [*_tagged(settings, message)], [*_ids(message)]
    if not tagged and not ids:
        return None
    by_tag = col(Attempt.outreach_id).in_(tagged)
    found = session.execute(
        sa.select(
            col(Attempt.outreach_id), col(Outreach.customer_id), col(Attempt.address_hmac), col(Attempt.started_at)
        )
        .join(Outreach, col(Outreach.id) == col(Attempt.outreach_id))
        .join(Customer, col(Customer.id) == col(Outreach.customer_id))
        .where(by_tag | col(Attempt.provider_id).in_(ids) | _together(ids, address_hmac))
        .where(col(Customer.erased_at).is_(None))
        .order_by(by_tag.desc(), col(Attempt.started_at).desc(), col(Attempt.id).desc())
        .limit(1)
    ).first()
    return Trace._make(found) if found else None


def _tagged(settings: Settings, message: InboundMessage) -> Iterator[int]:
    for address in message.recipients[:MOST]:
        with suppress(BadLink):
            yield read_reply_tag(settings, address)


def _ids(message: InboundMessage) -> Iterator[str]:
    """As providers name our mails: by the whole Message-ID, or by what stands before its @."""
    for reference in message.references[:MOST]:
        yield reference
        yield reference.strip("<>").partition("@")[0]


def _together(ids: list[str], address_hmac: str) -> Any:
    with_number = (col(Attempt.provider_id).startswith(f"{one}:", autoescape=True) for one in ids)
    return (col(Attempt.address_hmac) == address_hmac) & sa.or_(sa.false(), *with_number)
