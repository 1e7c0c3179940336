"""Whether a channel may be used now: a person's switch, what its provider asked for, and the rate that is permitted.

What a channel has to wait for concerns messages that are planned already: they stay planned, and are judged again when
the channel is free.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

import sqlalchemy as sa
from sqlmodel import Session, col, select

from channels.message import Channel
from outreach import audit
from outreach.bulk import insert_into
from outreach.runtime import Runtime
from outreach.tables import ChannelState, Outreach

AHEAD = 10  # seconds of messages that are handed over at once; the provider's own queue smooths them


@dataclass(frozen=True, slots=True)
class Closed:
    """A channel that may not be used now. `until` (epoch seconds) is None where a person has to open it again."""

    channel: str
    until: int | None
    reason: str


def is_shut(now: int | sa.BindParameter[int]) -> sa.ColumnElement[bool]:
    """Rows of channels that may not be used at that moment."""
    return col(ChannelState.stopped) | (col(ChannelState.not_before) > now)


def closed(session: Session, now: int) -> list[Closed]:
    """The channels that may not be used at this moment."""
    states = session.exec(select(ChannelState).where(is_shut(now)).order_by(col(ChannelState.channel))).all()
    return [Closed(s.channel, None if s.stopped else s.not_before, s.reason or "") for s in states]


def hold(session: Session, channels: Collection[str], now: int) -> set[str]:
    """Which of these channels may be used now, kept so until the transaction ends: a switch waits for it."""
    states = select(ChannelState.channel, is_shut(now)).where(col(ChannelState.channel).in_(channels))
    shut = {name for name, is_closed in session.exec(states.with_for_update(read=True)) if is_closed}
    return set(channels) - shut


def stop(runtime: Runtime, channels: tuple[str, ...], by: str, reason: str) -> None:
    """Nothing leaves by these channels any more, from the next hand-over on, until somebody opens them again."""
    _switch(runtime, channels, by, {"stopped": True, "reason": reason})


def resume(runtime: Runtime, channels: tuple[str, ...], by: str) -> None:
    """Open these channels again; what was planned meanwhile is judged anew and goes out."""
    _switch(runtime, channels, by, {"stopped": False, "reason": None, "not_before": 0})


def _switch(runtime: Runtime, channels: tuple[str, ...], by: str, changed: dict[str, object]) -> None:
    with runtime.writing() as session:
        for channel in channels:
            _write(session, channel, {})
            its = sa.select(col(ChannelState.stopped)).where(col(ChannelState.channel) == channel)
            was = session.execute(its.with_for_update()).scalar_one()
            _write(session, channel, changed)
            said = {"channel": channel, "before": {"stopped": was}, "after": {"stopped": changed["stopped"]}}
            audit.record(session, runtime.now(), by, said)


def back_off(session: Session, channel: str, until: int, reason: str) -> None:
    """Its provider wants to be left alone until then, for any message."""
    _write(session, channel, {})
    session.execute(
        sa.update(ChannelState)
        .where(col(ChannelState.channel) == channel, col(ChannelState.not_before) < until)
        .values(not_before=until, reason=sa.case((col(ChannelState.stopped), col(ChannelState.reason)), else_=reason))
    )


def _write(session: Session, channel: str, changed: dict[str, object]) -> None:
    whole = {"channel": channel, "stopped": False, "not_before": 0, "free_at": 0.0, **changed}
    row = insert_into(session, ChannelState).values(whole)
    done = (
        row.on_conflict_do_update(index_elements=["channel"], set_=changed) if changed else row.on_conflict_do_nothing()
    )
    session.execute(done)


class Pace:
    """Lets no more SMS segments a second leave than the sender's number may send: a bucket, kept in the database.

    Made in the transaction that claims; `written` there as well, so that no two workers use the same second.
    """

    def __init__(self, free_at: float, rate: float, now: int) -> None:
        self._free_at, self._rate, self._now = max(free_at, float(now)), rate, now

    @classmethod
    def of(cls, session: Session, rate: float, now: int) -> Self:
        """The pace of SMS at `rate` segments a second; the row is locked."""
        _write(session, Channel.SMS, {})
        query = sa.select(col(ChannelState.free_at)).where(col(ChannelState.channel) == Channel.SMS).with_for_update()
        return cls(session.execute(query).scalar_one(), rate, now)

    def later(self, segments: int) -> int | None:
        """None where a message of so many segments may leave now, which is counted; else when its turn may come."""
        if self._free_at - self._now > AHEAD:
            return math.ceil(self._free_at)
        self._free_at += segments / self._rate
        return None

    def write(self, session: Session) -> None:
        session.execute(
            sa.update(ChannelState).where(col(ChannelState.channel) == Channel.SMS).values(free_at=self._free_at)
        )


def last_leaves_at(session: Session, rate: float, now: int) -> int | None:
    """About when the last SMS that is planned now will have left, one segment each; None where none waits."""
    waiting = session.scalar(
        sa.select(sa.func.count())
        .select_from(Outreach)
        .where(col(Outreach.state) == sa.literal_column("'planned'"), col(Outreach.channel) == Channel.SMS)
        .where(col(Outreach.due_at) <= now + 86_400)
    )
    return now + math.ceil(waiting / rate) if waiting else None
