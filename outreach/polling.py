"""What providers list about themselves: it fills what their calls did not bring."""

import logging
from collections.abc import Iterable
from typing import Protocol, runtime_checkable

from sqlmodel import Session

from channels.message import Channel, NotListed
from channels.twilio_hooks import form
from outreach import hooks
from outreach.bulk import insert_into
from outreach.hooks import Arrival
from outreach.runtime import Runtime
from outreach.tables import Poll

FIRST_SECONDS = 3 * 86_400
OVERLAP_SECONDS = 6 * 3_600
"""How far each look goes back behind the last: lists lag, and what is known already folds into what is here."""
TWILIO_INBOUND = "twilio inbound"

log = logging.getLogger(__name__)


@runtime_checkable
class ListsInbound(Protocol):
    """A sender that can also list what was written to us."""

    def inbound_since(self, at: int) -> Iterable[bytes]:
        """The newest first, each as the call would have been that should have brought it. Raises NotListed."""
        ...


def poll(runtime: Runtime) -> int:
    """Take in the SMS that no call brought; returns how many there were. What a list gave before it broke off is kept,
    and looked for again."""
    sender: object = runtime.senders.get(Channel.SMS)
    if not isinstance(sender, ListsInbound) or not hooks.expects(runtime.settings, "twilio", "inbound"):
        return 0
    now = runtime.now()
    with runtime.reading() as session:
        known = session.get(Poll, TWILIO_INBOUND)
    since = known.until_at - OVERLAP_SECONDS if known else now - FIRST_SECONDS
    found, whole = [], False
    try:
        for body in sender.inbound_since(since):
            found.append(Arrival("twilio", "inbound", form(body)["MessageSid"], body, {}, now))
        whole = True
    except NotListed as problem:
        log.warning("the list of what was written to us could not be read: %s", problem)
    missed = hooks.store(runtime, found)
    if whole:
        with runtime.writing() as session:
            _remember(session, now)
    return len(missed)


def _remember(session: Session, until_at: int) -> None:
    polled = insert_into(session, Poll).values(name=TWILIO_INBOUND, until_at=until_at)
    session.execute(polled.on_conflict_do_update(index_elements=["name"], set_={"until_at": polled.excluded.until_at}))
