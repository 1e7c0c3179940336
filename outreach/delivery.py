"""Handing messages over: claim, call the provider once, write down what it said.

Nothing is ever repeated: only a definite refusal allows another message in its place, and whatever is unclear counts
as sent.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from channels.message import Message, Outcome, Receipt, SendRefused, SendUnknown
from outreach import channel_states, outcomes
from outreach.claiming import Claimed, call_off, claim
from outreach.doorbell import JOB_SECONDS
from outreach.lifecycle import OutreachState
from outreach.listed import listed
from outreach.runtime import Runtime
from outreach.tables import Attempt, Outreach

LEASE_SECONDS = 900  # outlives the hard end of a job, so that nobody takes a call for lost that is still running
AT_ONCE = 30  # messages that are with the provider together
CALLING_SECONDS = JOB_SECONDS - 15 * AT_ONCE  # a call that begins in these ends before its job, however slow each is

log = logging.getLogger(__name__)


class _Slice(NamedTuple):
    """Messages that are handed over together, under one claim."""

    fence: str
    channel: str
    messages: Sequence[Message]


def deliver(runtime: Runtime, outreach_ids: Sequence[int]) -> int:
    """Hand these planned outreaches over, at most once each; returns how many the provider took.

    An id that is not planned, not due, or in other hands does nothing. While one slice of them is with the provider,
    the next is claimed, and what was said about the one before it is written down.
    """
    began, taken, apart = runtime.now(), 0, list[int]()
    line = ThreadPoolExecutor(1, thread_name_prefix="delivery")
    before: tuple[_Slice, Future[dict[int, Outcome]]] | None = None
    try:
        for part in _slices(runtime, outreach_ids, began, apart):
            called = line.submit(_call, runtime, part, began + CALLING_SECONDS)
            taken += _settle(runtime, *before) if before else 0
            before = part, called
        taken += _settle(runtime, *before) if before else 0
    finally:
        line.shutdown(cancel_futures=True)
    return taken + _deliver_apart(runtime, apart)


def _slices(runtime: Runtime, ids: Sequence[int], began: int, apart: list[int]) -> Iterator[_Slice]:
    """What could be claimed; first a few, so that the others can be claimed while these are on their way. What the
    database refused, one of which it will not write, is added to `apart`: nothing of it was claimed."""
    for some in filter(None, (ids[:AT_ONCE], ids[AT_ONCE:])):
        claimed = Claimed(str(uuid4()), began + LEASE_SECONDS)
        try:
            claim(runtime, some, claimed)
        except IntegrityError:
            apart += some
            continue
        for channel, messages in claimed.messages.items():
            for start in range(0, len(messages), AT_ONCE):
                yield _Slice(claimed.fence, channel, messages[start : start + AT_ONCE])


TOO_LATE = SendRefused("those before it took too long, so it was not called for", permanent=False)


def _call(runtime: Runtime, part: _Slice, until: int) -> dict[int, Outcome]:
    """What the provider said about each, by outreach. A sender that breaks its promise leaves everything unclear."""
    if runtime.now() >= until:
        return dict.fromkeys((message.outreach_id for message in part.messages), TOO_LATE)
    try:
        said = runtime.senders[part.channel].send_many(part.messages)
        return {message.outreach_id: outcome for message, outcome in zip(part.messages, said, strict=True)}
    except Exception as problem:
        log.exception("a sender failed in the middle of its messages")
        return {message.outreach_id: SendUnknown(type(problem).__name__) for message in part.messages}


def _settle(runtime: Runtime, part: _Slice, called: "Future[dict[int, Outcome]]") -> int:
    """Wait for what the provider says, and record it; returns how many it took."""
    said = called.result()
    taken = _write_down(runtime, part.fence, said)
    _leave_alone(runtime, part.channel, said)
    return taken


def _deliver_apart(runtime: Runtime, outreach_ids: Sequence[int]) -> int:
    """The database refused to write one of these: it is called off, and the others go on without it."""
    if len(outreach_ids) == 1:
        log.error("the database refused outreach %s", outreach_ids[0])
        call_off(runtime, outreach_ids[0], "the database refused it: another message is too close")
        return 0
    return sum(deliver(runtime, [one]) for one in outreach_ids)


_OURS = (
    sa.select(col(Attempt.outreach_id))
    .join(Outreach, col(Outreach.id) == col(Attempt.outreach_id))
    .where(col(Attempt.fence) == sa.bindparam("fence"), col(Outreach.state) == OutreachState.HANDING_OVER)
    .where(listed(Attempt.outreach_id, "ids"))
    .order_by(col(Outreach.id))
    .with_for_update()
)


def _write_down(runtime: Runtime, fence: str, said: Mapping[int, Outcome]) -> int:
    """Record what the provider said about the messages that are still ours; returns how many it took."""
    with runtime.writing() as session:
        ours = set(session.connection().execute(_OURS, {"fence": fence, "ids": said}).scalars())
        taken = {i: outcome for i, outcome in said.items() if i in ours and isinstance(outcome, Receipt)}
        refused = {i: outcome for i, outcome in said.items() if i in ours and isinstance(outcome, SendRefused)}
        unclear = {i: str(said[i]) for i in ours - taken.keys() - refused.keys()}
        outcomes.accepted(session, taken, runtime.now())
        outcomes.refused(session, refused, runtime.now())
        outcomes.unclear(session, unclear)
    return len(taken)


def _leave_alone(runtime: Runtime, channel: str, said: Mapping[int, Outcome]) -> None:
    """What the provider asked for: no message at all for a while."""
    waits = [outcome for outcome in said.values() if isinstance(outcome, SendRefused) and outcome.retry_after]
    if waits:
        longest = max(waits, key=lambda refusal: refusal.retry_after)
        with runtime.writing() as session:
            channel_states.back_off(session, channel, runtime.now() + longest.retry_after, str(longest))
