"""Whether messages can go out, and whether their providers tell us what became of them."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col

from channels.message import Channel
from outreach import channel_states, hooks
from outreach.channel_states import Closed
from outreach.reports.hooks import HOUR, HookHealth, hooks_health
from outreach.settings import Settings
from outreach.tables import Attempt, LedgerEntry

REPORTS = {
    ("twilio", "status"): (Channel.SMS, "twilio_sender"),
    ("sendgrid", "event"): (Channel.EMAIL, "sendgrid_api_key"),
}
"""The calls that follow every message of a channel, where the setting says that this provider carries it."""
LONG_QUEUE = 600  # seconds from which on a queue is worth telling
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Channels:
    """`closed` may not be used now; `sms_left_at` (epoch seconds) is when the last of a long queue of SMS will have
    left. Calls of `refused` hooks did not show where they came from; `silent` ones stopped coming."""

    closed: tuple[Closed, ...]
    sms_left_at: int | None
    refused: tuple[HookHealth, ...]
    silent: tuple[HookHealth, ...]


def channels(session: Session, settings: Settings, now: int) -> Channels:
    """How the channels are doing now."""
    found = hooks_health(session, now)
    return Channels(
        tuple(channel_states.closed(session, now)),
        _queue(session, settings, now),
        tuple(hook for hook in found if hook.alarming_share),
        tuple(hook for hook in found if _is_silent(session, settings, hook, now)),
    )


def _queue(session: Session, settings: Settings, now: int) -> int | None:
    """As the rate allows; the sandbox takes any number at once."""
    if not settings.real_channels:
        return None
    left_at = channel_states.last_leaves_at(session, settings.sms_segments_a_second, now)
    return left_at if left_at is not None and left_at - now >= LONG_QUEUE else None


def _is_silent(session: Session, settings: Settings, hook: HookHealth, now: int) -> bool:
    """Whether a message of the last day was reported by nothing that came since."""
    channel, carries = REPORTS.get((hook.provider, hook.kind), ("", ""))
    sends = channel in settings.channels and settings.real_channels and getattr(settings, carries)
    if not sends or not hooks.expects(settings, hook.provider, hook.kind):
        return False
    went_out = session.scalar(
        sa.select(col(LedgerEntry.asked_at))
        .join(Attempt, col(Attempt.outreach_id) == col(LedgerEntry.outreach_id))
        .where(col(LedgerEntry.channel) == channel, col(LedgerEntry.asked_at).between(now - DAY, now - HOUR))
        .where(col(Attempt.provider_id).is_not(None), col(Attempt.provider_id).not_like("sandbox-%"))
        .order_by(col(LedgerEntry.asked_at).desc())
        .limit(1)
    )
    return went_out is not None and (hook.last_at or 0) < went_out - HOUR
