"""How the installation itself is doing: the database, Redis, the processes, and what it holds."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session, col

from outreach import database
from outreach.heartbeat import ALIVE_SECONDS
from outreach.lifecycle import IntentState, OutreachState
from outreach.runtime import Runtime
from outreach.tables import (
    Case,
    ContactEvent,
    Customer,
    Heartbeat,
    InboxMessage,
    Intent,
    LedgerEntry,
    Outreach,
    Quarantined,
    Reply,
)  # fmt: skip

_GOES_DOWN = ("57P01", "57P02", "57P03")  # PostgreSQL is told to stop, has crashed, or is not up yet
_FILE_AWAY = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY)


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether requests can be served. `database` is 'ok' or 'away'; `migrations` 'current', 'behind' or 'unknown';
    `redis` 'ok' or 'away', which only makes work start some seconds later."""

    database: str
    migrations: str
    redis: str

    @property
    def ready(self) -> bool:
        return self.database == "ok" and self.migrations == "current"


@dataclass(frozen=True, slots=True)
class Process:
    """A worker or the clock, and when it last gave a sign of life (epoch seconds)."""

    name: str
    seen_at: int
    silent: bool


def readiness(runtime: Runtime) -> Readiness:
    """Asks the database and Redis; never raises."""
    try:
        return Readiness("ok", "current" if _is_migrated(runtime) else "behind", _redis(runtime))
    except SQLAlchemyError:
        return Readiness("away", "unknown", _redis(runtime))


def is_away(error: BaseException) -> bool:
    """Whether this was raised because the database could not be reached; everything that had begun is rolled back.

    It is nobody's fault and concerns everything alike. A deadlock or a limit that was met concerns one piece of work.
    """
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or (isinstance(error, OperationalError) and _tells_of_loss(error.orig))
    return isinstance(error, PoolTimeout)


def _tells_of_loss(cause: BaseException | None) -> bool:
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in _FILE_AWAY  # the rest of the code is detail
    state = getattr(cause, "sqlstate", None)  # what the server said; None where it was never heard
    return state is None or state.startswith("08") or state in _GOES_DOWN


def redis_answers(runtime: Runtime) -> bool:
    """Whether Redis can be reached now. Without it everything works, some seconds later."""
    try:
        with Redis.from_url(runtime.settings.doorbell_url, socket_connect_timeout=0.5, socket_timeout=0.5) as redis:
            return bool(redis.ping())
    except (RedisError, ValueError):
        return False


def _is_migrated(runtime: Runtime) -> bool:
    if not database.is_there(runtime.engine) and Path(str(runtime.engine.url.database)).parent.is_dir():
        return False  # nothing was begun here yet
    with runtime.reading() as session:
        return database.is_migrated(session)


def _redis(runtime: Runtime) -> str:
    return "ok" if redis_answers(runtime) else "away"


def processes(session: Session, now: int) -> tuple[Process, ...]:
    """Every process that ever gave a sign of life, by name."""
    rows = session.execute(sa.select(col(Heartbeat.process), col(Heartbeat.at)).order_by(col(Heartbeat.process)))
    return tuple(Process(name, at, now - at > ALIVE_SECONDS) for name, at in rows)


def totals(runtime: Runtime) -> Mapping[str, Mapping[str, int]]:
    """What the database holds, for graphs: a figure's name, then a label ('' where it has none), then the number."""
    with runtime.reading() as session:
        now = runtime.now()
        waiting = sa.select(sa.func.count()).where(col(Intent.state) == IntentState.OPEN, col(Intent.look_at) <= now)
        open_cases = sa.select(sa.func.count()).select_from(Case).where(col(Case.closed_at).is_(None))
        return {
            "customers": {"": _count(session, Customer)},
            "contacts": {"": _count(session, ContactEvent)},
            "replies": {"": _count(session, Reply)},
            "intents": _by(session, Intent.state),
            "outreaches": dict.fromkeys(map(str, OutreachState), 0) | _by(session, Outreach.state),
            "touches": _by(session, LedgerEntry.kind),
            "inbox": _by(session, InboxMessage.state),
            "quarantine": _by(session, Quarantined.provider),
            "looks_due": {"": session.scalar(waiting.select_from(Intent)) or 0},
            "cases_open": {"": session.scalar(open_cases) or 0},
            "heartbeat_age_seconds": {process.name: now - process.seen_at for process in processes(session, now)},
        }


def _count(session: Session, table: type[object]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def _by(session: Session, column: object) -> dict[str, int]:
    rows = session.execute(sa.select(col(column), sa.func.count()).group_by(col(column)))
    return {str(label): count for label, count in rows}
