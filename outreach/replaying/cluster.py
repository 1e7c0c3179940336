"""Replaying a data set part by part on Dask: on the processors of this machine, or on the workers of a scheduler."""

import logging
from dataclasses import dataclass
from multiprocessing import resource_tracker
from pathlib import Path

from distributed import Client, as_completed

from outreach.rehearsal.ledger import uninterrupted
from outreach.replaying.answer import Answer, Wanted, together
from outreach.replaying.dataset import DataSet
from outreach.replaying.material import Chances, Progress, unseen
from outreach.replaying.replay import Keeps, prices, replay
from outreach.replaying.window import Window

_REACHED_WITHIN = "5s"
_NO_PORT_IN_PARTICULAR = "127.0.0.1:0"


class NoScheduler(Exception):
    """Nobody answers at this address."""


@dataclass(frozen=True)
class Work:
    """What every worker is told. They all see the data set at the same place, and have the same version installed."""

    folder: Path
    window: Window
    ends: tuple[int, int]
    chances: Chances
    wanted: Wanted


def replay_parts(data: DataSet, work: Work, scheduler: str | None, progress: Progress) -> Answer:
    """Replay every part; one whose worker dies is begun again by another. Raises NoScheduler, and what a part does."""
    done: dict[int, Answer] = {}
    with _client(scheduler) as client:
        futures = client.map(part, [work] * data.parts, range(data.parts), pure=False)
        numbers = {future.key: n for n, future in enumerate(futures)}
        for future in as_completed(futures):
            done[numbers[future.key]] = future.result()
            future.release()
            progress(len(done), data.parts)
    return together([done[n] for n in range(data.parts)])


def part(work: Work, n: int) -> Answer:
    """What is said of one part."""
    wanted = work.wanted
    material = DataSet.of(work.folder).part(n, work.window, work.ends, work.chances)
    one = replay(material, wanted.documents, unseen, Keeps(wanted.differences, wanted.ledger))
    other = replay(material, wanted.against, unseen, Keeps(wanted.differences)) if wanted.against else None
    return Answer.of(wanted, one, other, prices(one, unseen) if wanted.priced else [])


def _client(scheduler: str | None) -> Client:
    if scheduler is None:
        its_own = {"dashboard_address": _NO_PORT_IN_PARTICULAR, "silence_logs": logging.CRITICAL}
        resource_tracker.ensure_running()  # begun within, it would let interrupts through again
        with uninterrupted():  # and what is begun within is so for ever: the workers are ours to end
            return Client(processes=True, threads_per_worker=1, **its_own)
    try:
        return Client(scheduler, timeout=_REACHED_WITHIN)
    except (OSError, ValueError) as error:
        raise NoScheduler(f"no scheduler answers at {scheduler}; start one with `dask scheduler`") from error
