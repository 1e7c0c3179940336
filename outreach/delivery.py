"""Handing messages over: claim, call the provider once, write down what it said.

Nothing is ever repeated: only a definite refusal allows another message in its place, and whatever is unclear counts
as sent.
"""

import logging
from collections.abc import Mapping, Sequence
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from channels.message import Message, Outcome, Receipt, Sender, SendRefused, SendUnknown
from outreach import channel_states, outcomes
from outreach.claiming import Claimed, call_off, claim
from outreach.doorbell import JOB_SECONDS
from outreach.lifecycle import OutreachState
from outreach.listed import listed
from outreach.runtime import Runtime
from outreach.tables import Attempt, Outreach

LEASE_SECONDS = 900  # outlives the hard end of a job, so that nobody takes a call for lost that is still running
AT_ONCE = 20  # messages a call
CALLING_SECONDS = JOB_SECONDS - 15 * AT_ONCE  # a call that begins in these ends before its job, however slow each is

log = logging.getLogger(__name__)


def deliver(runtime: Runtime, outreach_ids: Sequence[int]) -> int:
    """Hand these planned outreaches over, at most once each; returns how many the provider took.

    An id that is not planned, not due, or in other hands does nothing.
    """
    began = runtime.now()
    claimed = Claimed(str(uuid4()), began + LEASE_SECONDS)
    try:
        claim(runtime, outreach_ids, claimed)
    except IntegrityError:
        return _deliver_apart(runtime, outreach_ids)
    taken = 0
    for channel, messages in claimed.messages.items():
        for start in range(0, len(messages), AT_ONCE):
            some = messages[start : start + AT_ONCE]
            in_time = runtime.now() < began + CALLING_SECONDS
            said = _call(runtime.senders[channel], some) if in_time else {m.outreach_id: _TOO_LATE for m in some}
            taken += _write_down(runtime, claimed.fence, said)
            _leave_alone(runtime, channel, said)
    return taken


_TOO_LATE = SendRefused("those before it took too long, so it was not called for", permanent=False)


def _call(sender: Sender, messages: Sequence[Message]) -> dict[int, Outcome]:
    """What the provider said about each, by outreach. A sender that breaks its promise leaves everything unclear."""
    try:
        said = sender.send_many(messages)
        return {message.outreach_id: outcome for message, outcome in zip(messages, said, strict=True)}
    except Exception as problem:
        log.exception("a sender failed in the middle of its messages")
        return {message.outreach_id: SendUnknown(type(problem).__name__) for message in messages}


def _deliver_apart(runtime: Runtime, outreach_ids: Sequence[int]) -> int:
    """The database refused to write one of them; nothing was claimed, so the others go on without it."""
    if len(outreach_ids) > 1:
        return sum(deliver(runtime, [one]) for one in outreach_ids)
    log.exception("the database refused outreach %s", outreach_ids[0])
    call_off(runtime, outreach_ids[0], "the database refused it: another message is too close")
    return 0


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
