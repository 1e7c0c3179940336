"""The clock: finds in the database what is due and rings for it; where nobody hears the bell, it does the work."""

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import sqlalchemy as sa
from sqlmodel import Session, col

from outreach import (
    delivery,
    heartbeat,
    hooks,
    planning,
    polling,
    privacy,
    reconciling,
    replies,
    rhythms,
    talking,
    uses,
)
from outreach.batches import Work, batches, work_on
from outreach.channel_states import is_shut
from outreach.database import among, lock_customers
from outreach.doorbell import DELIVER, LOOK, TALK, WORK
from outreach.lifecycle import IntentState, OutreachState
from outreach.policy_book import NoGuard
from outreach.replaying import runs
from outreach.reports import figures
from outreach.reports.health import is_away
from outreach.runtime import Runtime
from outreach.tables import ChannelState, Intent, Outreach

AT_ONCE = 2_000  # due customers or outreaches taken from the database at a time
RING_AGAIN = 30  # seconds after which a ring that nobody followed is taken for lost
EVERY_MINUTE, EVERY_FIVE, EVERY_HOUR = 60, 300, 3_600
INBOX_AT_ONCE = 100

log = logging.getLogger(__name__)


class Clock:
    """One pass of a clock, over and over; several clocks may run, each claim decides who does what."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self._rung: dict[tuple[str, int], int] = {}
        self._last: dict[str, int] = {}

    def run(self, stopped: Callable[[], bool], pause: float = 1.0) -> None:
        """Tick until `stopped`, whatever goes wrong; a database that is away is waited for."""
        while not stopped():
            busy = False
            with _going_on("a pass of the clock"):
                busy = self.tick()
            if not busy:
                time.sleep(pause)

    def tick(self) -> bool:
        """One pass; True when more may be due already."""
        heartbeat.beat(self.runtime, "clock")
        self.tidy()
        received = replies.receive_new(self.runtime, INBOX_AT_ONCE)
        return self.work() or received == INBOX_AT_ONCE

    def tidy(self) -> None:
        """What has to be done now and then: opening rhythms, ending what expired, settling what was left unclear, and
        asking providers for what their calls did not bring."""
        self._now_and_then("rhythms", EVERY_MINUTE, rhythms.open_rhythms)
        self._now_and_then("expire", EVERY_MINUTE, expire)
        self._now_and_then("reconcile", EVERY_MINUTE, reconciling.reconcile)
        self._now_and_then("poll", EVERY_FIVE, polling.poll)
        self._now_and_then("figures", EVERY_MINUTE, figures.keep)
        self._now_and_then("use rates", EVERY_HOUR, _count_uses)
        self._now_and_then("quarantine", EVERY_HOUR, hooks.forget)
        self._now_and_then("replays", EVERY_MINUTE, runs.ring_again)
        self._now_and_then("retention", EVERY_HOUR, privacy.forget_old)

    def work(self) -> bool:
        """Do, or ring for, whatever is to be said back, looked at or delivered. True when more may be due already: a
        message that went out here and now lets its customer's other intents go on, and one pass takes only so many."""
        with self.runtime.reading() as session:
            talks = talking.due_replies(session, self.runtime.now(), AT_ONCE)
        self._ring(WORK, TALK, talks, talking.go_on)
        with self.runtime.reading() as session:
            customers = planning.due_customers(session, self.runtime.now(), AT_ONCE)
        looked = self._ring(WORK, LOOK, customers, planning.look)
        with self.runtime.reading() as session:
            outreaches = due_outreaches(session, self.runtime.now(), AT_ONCE)
        delivered = [self._ring(channel, DELIVER, ids, delivery.deliver) for channel, ids in outreaches.items()]
        return any(delivered) or (looked and len(customers) == AT_ONCE)

    def _ring(self, queue: str, job: str, ids: Sequence[int], work: Work) -> bool:
        """Ring for what was not rung for lately, a batch a job; without a bell, do it here and now, and say so."""
        now, worked = self.runtime.now(), False
        fresh = [one for one in ids if self._rung.get((job, one), 0) <= now - RING_AGAIN]
        for batch in batches(fresh):
            if not self.runtime.doorbell.ring(queue, job, batch) and work_on(self.runtime, work, batch):
                worked = True
            else:
                self._rung.update(((job, one), now) for one in batch)
        self._rung = {key: at for key, at in self._rung.items() if at > now - RING_AGAIN}
        return worked

    def _now_and_then(self, what: str, every: int, work: Callable[[Runtime], object]) -> None:
        now = self.runtime.now()
        if self._last.get(what, 0) <= now - every:
            self._last[what] = now
            with _going_on(what):
                work(self.runtime)


@contextmanager
def _going_on(what: str) -> Iterator[None]:
    """Whatever goes wrong, the clock goes on, and tries again when its time comes."""
    try:
        yield
    except NoGuard as missing:
        log.warning("%s: %s", what, missing)
    except Exception as problem:
        if is_away(problem):
            log.warning("%s: the database cannot be reached (%s)", what, type(problem).__name__)
        else:
            log.exception("%s failed", what)


_DUE_OUTREACHES = (
    sa.select(col(Outreach.id), col(Outreach.channel))
    .where(col(Outreach.state) == OutreachState.PLANNED, col(Outreach.due_at) <= sa.bindparam("now"))
    .where(~sa.exists().where(col(ChannelState.channel) == col(Outreach.channel), is_shut(sa.bindparam("now"))))
    .order_by(col(Outreach.due_at), col(Outreach.id))
    .limit(sa.bindparam("most"))
)


def due_outreaches(session: Session, now: int, most: int) -> Mapping[str, list[int]]:
    """Planned outreaches that are due, longest waiting first, by channel."""
    due: dict[str, list[int]] = defaultdict(list)
    for outreach_id, channel in session.connection().execute(_DUE_OUTREACHES, {"now": now, "most": most}):
        due[channel].append(outreach_id)
    return due


_ENDS = sa.case((col(Intent.asked_at).is_(None), IntentState.EXPIRED), else_=IntentState.DONE)


def expire(runtime: Runtime) -> int:
    """End the intents whose contact is no longer worth asking about; one that did ask is done. Returns how many."""
    ended = 0
    while True:
        with runtime.writing() as session:
            is_stale = (col(Intent.state) == IntentState.OPEN) & (col(Intent.expires_at) <= runtime.now())
            stale = session.execute(
                sa.select(col(Intent.id), col(Intent.customer_id)).where(is_stale).limit(AT_ONCE)
            ).all()
            lock_customers(session, {row.customer_id for row in stale})
            session.execute(
                sa.update(Intent)
                .where(is_stale, among(session, Intent.id, [row.id for row in stale]))
                .values(state=_ENDS, look_at=None, reason=sa.func.coalesce(col(Intent.reason), "expired"))
            )
        ended += len(stale)
        if len(stale) < AT_ONCE:
            return ended


def _count_uses(runtime: Runtime) -> None:
    with runtime.writing() as session:
        uses.count_anew(session)
