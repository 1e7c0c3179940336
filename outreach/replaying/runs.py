"""Replays of the whole history that a page asked for: kept in the database, made by a worker, with their progress.

The same document over the same history is replayed once, whoever asks. A run whose worker was killed is begun again.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from outreach import policy_book
from outreach.bulk import insert_into
from outreach.doorbell import REPLAY, REPLAYS
from outreach.lifecycle import RunState
from outreach.runtime import Runtime
from outreach.tables import ConsentEvent, ContactEvent, Content, Customer, ReplayRun

LEASE = 120  # seconds without progress after which a run is begun again
KEPT = 7 * 86_400  # seconds
STEPS = 100
UNNOTICED = 600  # seconds, at most, for which a change in place is


@dataclass(frozen=True, slots=True)
class Run:
    """A replay that was asked for. `done` of 100 steps; `result` when it is done, `problem` when it failed."""

    id: int
    state: RunState
    done: int
    result: Mapping[str, Any] | None
    problem: str | None


def ask_for(runtime: Runtime, document: str, by: str) -> Run:
    """Have the whole history replayed with this document (TOML) in place of what is in force; returns the run at once.
    Raises PolicyRefused, policy_book.NoGuard."""
    policy_book.parse(document)
    with runtime.writing() as session:
        key = _key(session, document, runtime.now())
        row = {"key": key, "document": document, "state": RunState.PLANNED, "done": 0, "result": {},
               "asked_at": runtime.now(), "asked_by": by, "moved_at": runtime.now()}  # fmt: skip
        session.execute(insert_into(session, ReplayRun).values(row).on_conflict_do_nothing())
        session.execute(
            sa.update(ReplayRun)
            .where(col(ReplayRun.key) == key, col(ReplayRun.state) == RunState.FAILED)
            .values(state=RunState.PLANNED, done=0, problem=None, moved_at=runtime.now())
        )
        found = _run(session.execute(sa.select(ReplayRun).where(col(ReplayRun.key) == key)).scalar_one())
    if found.state == RunState.PLANNED:
        runtime.doorbell.ring(REPLAYS, REPLAY, [found.id])
    return found


def run(runtime: Runtime, run_id: int) -> Run | None:
    """How far it is; None where there is no such run, or no longer."""
    with runtime.reading() as session:
        row = session.get(ReplayRun, run_id)
        return _run(row) if row else None


def ring_again(runtime: Runtime) -> None:
    """Ring for what waits, or whose worker was killed; forget what is old."""
    now = runtime.now()
    with runtime.writing() as session:
        session.execute(sa.delete(ReplayRun).where(col(ReplayRun.asked_at) <= now - KEPT))
        ids = list(session.execute(sa.select(col(ReplayRun.id)).where(_is_free(now))).scalars())
    if ids:
        runtime.doorbell.ring(REPLAYS, REPLAY, ids)


def _is_free(now: int) -> sa.ColumnElement[bool]:
    left_alone = (col(ReplayRun.state) == RunState.RUNNING) & (col(ReplayRun.moved_at) <= now - LEASE)
    return (col(ReplayRun.state) == RunState.PLANNED) | left_alone


def _key(session: Session, document: str, now: int) -> str:
    """Of the document, everything in force, and the history as it is."""
    book = policy_book.in_force(session)
    versions = sorted([book.guard_version_id, *(live.version_id for live in book.policies.values())])
    told = json.dumps([document, versions, state_of(session, now)])
    return hashlib.sha256(told.encode()).hexdigest()


def claimed(runtime: Runtime, run_id: int) -> bool:
    now = runtime.now()
    with runtime.writing() as session:
        claimed = session.execute(
            sa.update(ReplayRun)
            .where(col(ReplayRun.id) == run_id, _is_free(now))
            .values(state=RunState.RUNNING, done=0, moved_at=now)
        )
        return bool(claimed.rowcount)  # type: ignore[attr-defined]


def finish(runtime: Runtime, run_id: int, state: RunState, **told: Any) -> None:
    with runtime.writing() as session:
        ended = {"state": state, "done": STEPS, "moved_at": runtime.now(), **told}
        session.execute(sa.update(ReplayRun).where(col(ReplayRun.id) == run_id).values(**ended))


def state_of(session: Session, now: int) -> list[int | None]:
    """What differs when anything came in since, and every ten minutes: what is changed in place is not noticed."""
    tables = (Customer, ContactEvent, ConsentEvent, Content)
    newest = [sa.select(sa.func.max(col(table.id))).scalar_subquery() for table in tables]
    return [now // UNNOTICED, *session.execute(sa.select(*newest)).one()]


def _run(row: ReplayRun) -> Run:
    state = RunState(row.state)
    return Run(row.id, state, row.done, row.result if state == RunState.DONE else None, row.problem)
