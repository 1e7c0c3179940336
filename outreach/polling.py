"""What providers list about themselves: it fills what their calls did not bring.

It goes into the inbox like what they call with, under the same key where it is the same: nothing is taken in twice, and
nothing is lost by a process that dies in between, for a list counts as read once all that stood on it is stored.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple, Protocol, runtime_checkable

import sqlalchemy as sa
from sqlmodel import Session, col

from channels import sendgrid_lists, twilio_hooks
from channels.message import Channel, NotListed
from outreach import hooks
from outreach.bulk import insert_into
from outreach.hooks import Arrival
from outreach.runtime import Runtime
from outreach.tables import Attempt, Outreach, Poll
from outreach.tables.sending import UNTOLD

FIRST_SECONDS = 3 * 86_400
OVERLAP_SECONDS = 6 * 3_600
"""How far each look goes back behind the last: lists lag, and what is known already folds into what is here."""
SETTLED_SECONDS = 4 * 3_600
"""After so long an SMS has arrived or never will: Twilio itself gives it no longer."""
MOST = 300  # messages that one pass asks about

log = logging.getLogger(__name__)


@runtime_checkable
class ListsInbound(Protocol):
    """A sender that can also list what was written to us."""

    def inbound_since(self, at: int) -> Iterable[tuple[int, bytes]]:
        """The newest first: when it was written (epoch seconds), and the call that should have brought it. Raises
        NotListed."""
        ...


@runtime_checkable
class TellsStatuses(Protocol):
    """A sender that can also tell what became of its messages."""

    def statuses(self, provider_ids: Sequence[str]) -> Iterable[bytes]:
        """What became of each that is still known, as the call would have told it. Raises NotListed."""
        ...


@runtime_checkable
class ListsSuppressed(Protocol):
    """A sender that can also list whom its provider sends nothing more to."""

    def suppressed_since(self, name: str, at: int) -> Iterable[bytes]:
        """The entries of one of `sendgrid_lists.LISTS`, each as it is listed. Raises NotListed."""
        ...


class _Source(NamedTuple):
    """A list that can be read between two moments. Each look goes `back` so many seconds behind the last, and may go
    up to what `until` says of where it begins."""

    name: str
    back: int
    until: Callable[[int], int]
    read: Callable[[int, int], Iterable[Arrival]]


def poll(runtime: Runtime) -> int:
    """Take in what no call brought; returns how much there was. What a list gave before it broke off is kept, and
    looked for again."""
    return sum(_take_in(runtime, source) for source in _sources(runtime))


def _sources(runtime: Runtime) -> Iterator[_Source]:
    now, senders = runtime.now(), runtime.senders
    sms: object = senders.get(Channel.SMS)
    email: object = senders.get(Channel.EMAIL)
    if isinstance(sms, ListsInbound) and hooks.expects(runtime.settings, "twilio", "inbound"):
        yield _Source("twilio inbound", OVERLAP_SECONDS, lambda _: now, partial(_inbound, sms, now))
    if isinstance(sms, TellsStatuses):
        until = partial(_so_many, runtime, now - SETTLED_SECONDS)
        yield _Source("twilio statuses", 0, until, partial(_statuses, runtime, sms, now))
    if isinstance(email, ListsSuppressed):
        for name in sendgrid_lists.LISTS:
            read = partial(_suppressed, email, name, now)
            yield _Source(f"sendgrid {name}", OVERLAP_SECONDS, lambda _: now, read)


def _take_in(runtime: Runtime, source: _Source) -> int:
    now = runtime.now()
    with runtime.reading() as session:
        known = session.get(Poll, source.name)
    if known is not None and known.not_before > now:
        return 0
    since = known.until_at - source.back if known else now - FIRST_SECONDS
    until, wait = source.until(since), 0
    found: list[Arrival] = []
    try:
        for arrival in source.read(since, until):
            found.append(arrival)
    except NotListed as problem:
        log.warning("%s could not be read to the end: %s", source.name, problem)
        until, wait = since + source.back, problem.retry_after
        if not wait:
            return len(hooks.store(runtime, found))
    missed = hooks.store(runtime, found)
    with runtime.writing() as session:
        _remember(session, Poll(name=source.name, until_at=until, not_before=now + wait if wait else 0))
    return len(missed)


def _remember(session: Session, read: Poll) -> None:
    polled = insert_into(session, Poll).values(**read.model_dump())
    changed = {name: polled.excluded[name] for name in ("until_at", "not_before")}
    session.execute(polled.on_conflict_do_update(index_elements=["name"], set_=changed))


def _inbound(sender: ListsInbound, now: int, since: int, _: int) -> Iterator[Arrival]:
    for at, body in sender.inbound_since(since):
        yield Arrival("twilio", "inbound", twilio_hooks.form(body)["MessageSid"], body, {}, min(at, now))


def _suppressed(sender: ListsSuppressed, name: str, now: int, since: int, _: int) -> Iterator[Arrival]:
    for body in sender.suppressed_since(name, since):
        yield Arrival("sendgrid", "list", sendgrid_lists.key(name, body), body, {"list": name}, now)


def _statuses(runtime: Runtime, sender: TellsStatuses, now: int, since: int, until: int) -> Iterator[Arrival]:
    with runtime.reading() as session:
        untold = {row.provider_id: row.id for row in session.execute(_untold(since, until))}
    for body in sender.statuses(list(untold)):
        fields = twilio_hooks.form(body)
        key = twilio_hooks.status_key(fields, runtime.settings.twilio_account_sid)
        yield Arrival("twilio", "status", key, body, {"outreach_id": str(untold[fields["MessageSid"]])}, now)


def _so_many(runtime: Runtime, settled: int, since: int) -> int:
    """Up to when one pass may ask, so that it asks about few: all that were taken in one second, or none of them."""
    with runtime.reading() as session:
        last = session.execute(_untold(since, settled).offset(MOST - 1).limit(1)).first()
    return last.accepted_at if last else max(since, settled)


def _untold(since: int, until: int) -> "sa.Select[int, str | None, int | None]":
    """SMS that were taken between these moments and whose end was never told."""
    return (
        sa.select(col(Outreach.id), col(Attempt.provider_id), col(Outreach.accepted_at))
        .join(Attempt, col(Attempt.outreach_id) == col(Outreach.id))
        .where(sa.text(UNTOLD), col(Outreach.accepted_at) > since, col(Outreach.accepted_at) <= until)
        .where(col(Attempt.provider_id).is_not(None))
        .order_by(col(Outreach.accepted_at), col(Outreach.id))
    )
