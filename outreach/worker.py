"""A worker: hears the bell of one queue and does the jobs. What it misses, the clock does.

One queue a process: with one queue Redis moves a job from hand to hand, so that a killed worker leaves a trace; with
several a job could be lost between being taken and being begun. Nothing is tried again here, and nothing is scheduled
here: the database knows what is due, and only a claim in the database lets a message go out.
"""

import logging
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import NoReturn

from redis import Redis
from redis.client import Pipeline
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer
from sqlalchemy.exc import SQLAlchemyError

from channels.message import Channel
from outreach import heartbeat, jobs  # every job is a fork: what it needs is loaded once, here
from outreach.doorbell import JOBS, REPLAYS, WORK
from outreach.runtime import Runtime

QUEUES = (WORK, *Channel, REPLAYS)
TTL_SECONDS = 60  # an idle worker wakes well within this time to look after its queue
MAINTENANCE_SECONDS = 30
BEAT_SECONDS = 30
REDIS_PAUSE = 5.0  # seconds between two tries to reach Redis

_JOBS: dict[str, Callable[[list[int]], None]] = {name: getattr(jobs, name.rpartition(".")[2]) for name in JOBS}

log = logging.getLogger(__name__)


def work(runtime: Runtime, queue: str) -> None:
    """Do the jobs of one queue until this process is told to stop; a Redis that is away is waited for."""
    logging.getLogger("rq.worker").addFilter(_not_about_redis)
    while not _work_while_redis_answers(runtime, queue):
        log.warning("Redis cannot be reached; the clock does the work meanwhile")
        time.sleep(REDIS_PAUSE)


def _work_while_redis_answers(runtime: Runtime, queue: str) -> bool:
    """True when it ended because it was told to."""
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    worker = None
    with suppress(RedisError):
        worker = _QueueWorker(runtime, queue)
        worker.work(logging_level="WARNING")
    return worker is not None and worker.told_to_stop


def _not_about_redis(record: logging.LogRecord) -> bool:
    """RQ shows where in its code it lost Redis; that it is lost, we say ourselves."""
    return not (record.exc_info and isinstance(record.exc_info[1], RedisError))


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(0)


class _KnownJob(Job):
    """Runs what we ring for, and nothing else that somebody may have written into Redis: no other function, no callback
    and no request to anywhere."""

    success_callback = failure_callback = stopped_callback = None

    @property
    def func(self) -> Callable[[list[int]], None]:
        return _JOBS[str(self.func_name)]

    def send_webhooks(self, status: str, *, exc_string: str | None = None) -> None:
        """None was ever asked for by us."""


class _QueueWorker(Worker):
    job_class = _KnownJob
    max_connection_wait_time = 2 * REDIS_PAUSE

    def __init__(self, runtime: Runtime, queue: str) -> None:
        self.told_to_stop = False
        self._runtime, self._process, self._beaten = runtime, f"worker {queue}", 0.0
        super().__init__(
            [queue],
            connection=Redis.from_url(runtime.settings.doorbell_url),
            serializer=JSONSerializer,
            worker_ttl=TTL_SECONDS,
            maintenance_interval=MAINTENANCE_SECONDS,
            log_job_description=False,
        )

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        self.told_to_stop = True
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def dequeue_job_and_maintain_ttl(
        self, timeout: int | None, max_idle_time: int | None = None
    ) -> tuple[Job, Queue] | None:
        """What tells us to stop while we begin may be taken for a job's failure, and forgotten; it is told once."""
        if self.told_to_stop:
            raise StopRequested
        found: tuple[Job, Queue] | None = super().dequeue_job_and_maintain_ttl(timeout, max_idle_time)
        return found

    def subscribe(self) -> None:
        """Take no commands through Redis: whoever can write there must not be able to stop a worker."""

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        if time.monotonic() - self._beaten >= BEAT_SECONDS:
            self._beaten = time.monotonic()
            self._leave_sign_of_life()
        super().heartbeat(timeout, pipeline)

    def _leave_sign_of_life(self) -> None:
        try:
            heartbeat.beat(self._runtime, self._process)
        except SQLAlchemyError as problem:
            log.warning("the database took no sign of life (%s)", type(problem).__name__)
