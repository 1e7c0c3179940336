"""Carrying out the replays of the whole history that were asked for."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from outreach import policy_book
from outreach.lifecycle import RunState
from outreach.rehearsal.history import NothingToPlay
from outreach.replaying.glance import with_draft
from outreach.replaying.material import Chances, from_database
from outreach.replaying.replay import Documents, Price, Replay, prices, replay
from outreach.replaying.runs import STEPS, claimed, finish
from outreach.replaying.window import Window
from outreach.runtime import Runtime
from outreach.tables import ReplayRun
from policies.policy import Guard, Policy
from policies.replay.summing import Sum

_BETWEEN = 0.5  # seconds between two words about progress


def carry_out(runtime: Runtime, ids: Sequence[int]) -> None:
    """Make these runs, if nobody else does."""
    for run_id in ids:
        if not claimed(runtime, run_id):
            continue
        try:
            finish(runtime, run_id, RunState.DONE, result=_result(runtime, run_id))
        except NothingToPlay as problem:
            finish(runtime, run_id, RunState.FAILED, problem=str(problem))
        except Exception as problem:
            finish(runtime, run_id, RunState.FAILED, problem=type(problem).__name__)
            raise


def _result(runtime: Runtime, run_id: int) -> dict[str, Any]:
    with runtime.reading() as session:
        row = session.get_one(ReplayRun, run_id)
        draft = policy_book.parse(row.document)
        book = policy_book.in_force(session)
    live = Documents(book.guard, [each.policy for each in book.policies.values()])
    progress = _Progress(runtime, run_id)
    material = from_database(runtime, Window(), Chances(), progress.part(0, 30))
    one = replay(material, with_draft(live, draft), progress.part(30, 45))
    other = replay(material, live, progress.part(45, 60))
    return {
        "customers": len(material.history.people),
        "draft": _told(one.sum),
        "live": _told(other.sum),
        "differing": _differing(one, other),
        "prices": [asdict(price) for price in _its_own(prices(one, progress.part(60, STEPS)), draft)],
    }


def _told(counted: Sum) -> dict[str, Any]:
    """Counts only: nothing in it is about a person."""
    return {
        "asks": counted.asks,
        "contents": sum(done.contents for done in counted.done.values()),
        "answers": counted.answers,
        "weeks": [asdict(week) for week in counted.weeks],
        "held": {policy: {rule: how.longest for rule, how in held.items()} for policy, held in counted.held.items()},
        "never_asked": counted.never_asked,
        "opt_outs": counted.opt_outs,
    }


def _its_own(found: Sequence[Price], draft: Guard | Policy) -> list[Price]:
    name = draft.name if isinstance(draft, Policy) else None
    return [price for price in found if price.policy == name]


def _differing(one: Replay, other: Replay) -> int:
    """How many customers are reached otherwise."""
    mine, theirs = ({(t.who, t.at, t.kind, t.channel) for t in each.walk.touches} for each in (one, other))
    return len({who for who, *_ in mine ^ theirs})


class _Progress:
    """Writes down how far a run is, now and then: it shows people something, and others that it is under way."""

    def __init__(self, runtime: Runtime, run_id: int) -> None:
        self._runtime, self._run_id, self._said = runtime, run_id, 0.0

    def part(self, begins: int, ends: int) -> Any:
        """Progress from one step of all to another."""

        def progress(done: int, of: int) -> None:
            if time.monotonic() < self._said + _BETWEEN:
                return
            self._said = time.monotonic()
            step = begins + (ends - begins) * done // max(of, 1)
            with self._runtime.writing() as session:
                moved = {"done": step, "moved_at": self._runtime.now()}
                session.execute(sa.update(ReplayRun).where(col(ReplayRun.id) == self._run_id).values(**moved))

        return progress
