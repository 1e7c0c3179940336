"""Waking the workers through Redis. A ring carries ids only, and a lost one costs seconds: the clock looks as well."""

import logging
import time
from collections.abc import Sequence
from threading import Lock
from typing import Protocol

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.queue import EnqueueData
from rq.serializers import JSONSerializer

LOOK, DELIVER = "outreach.jobs.look", "outreach.jobs.deliver"
RECEIVE, TALK = "outreach.jobs.receive", "outreach.jobs.talk"
REPLAY = "outreach.jobs.replay"
JOBS = (LOOK, DELIVER, RECEIVE, TALK, REPLAY)
"""All that is rung for."""
WORK = "work"
REPLAYS = "replay"
"""WORK is the queue of looks, of what came in and of what is said back; the messages of a channel have a queue of its
name, and replays, which take long, one of their own."""
IDS_PER_JOB = 100
JOB_SECONDS = 750
"""The hard end of a job. A call to a provider that was cut off by it has an unknown outcome."""
_STALE_SECONDS = 300  # by then the clock has rung again
_FAILED_SECONDS = 3600
_SULK_SECONDS = 5
_GATHER_SECONDS = 0.25
"""What comes in comes one by one, and a job is a process: their rings are gathered for so long."""

log = logging.getLogger(__name__)


class Bell(Protocol):
    """What use cases ring after their commit."""

    def ring(self, queue: str, job_name: str, ids: Sequence[int]) -> bool:
        """Ask the workers of a queue to run a job for these ids. False: nobody heard it; the clock will notice."""
        ...


class SilentDoorbell:
    """Rings for nobody: rehearsals and tests run the jobs themselves, as the clock does when Redis is gone."""

    def ring(self, queue: str, job_name: str, ids: Sequence[int]) -> bool:
        return False


class Doorbell:
    """Rings through Redis or Valkey; never raises, and leaves a Redis that is away alone for a few seconds."""

    def __init__(self, redis_url: str) -> None:
        self._redis = Redis.from_url(redis_url, socket_connect_timeout=1, socket_timeout=2)
        self._silent_until = 0.0
        self._gathered: list[int] = []
        self._gathering_until = 0.0
        self._gathering = Lock()

    def ring(self, queue: str, job_name: str, ids: Sequence[int]) -> bool:
        if not ids or time.monotonic() < self._silent_until:
            return False
        if job_name == RECEIVE and not (ids := self._gather(ids)):
            return True
        try:
            jobs = [_job(job_name, ids[start : start + IDS_PER_JOB]) for start in range(0, len(ids), IDS_PER_JOB)]
            self._queue(queue).enqueue_many(jobs)
        except RedisError as problem:
            self._silent_until = time.monotonic() + _SULK_SECONDS
            log.warning("Redis cannot be reached (%s); work goes on, a few seconds later", type(problem).__name__)
            return False
        return True

    def _gather(self, ids: Sequence[int]) -> Sequence[int]:
        """These ids with those that wait to be rung for, or none yet. The clock finds those after which none comes."""
        with self._gathering:
            self._gathered.extend(ids)
            if time.monotonic() < self._gathering_until:
                return ()
            self._gathering_until = time.monotonic() + _GATHER_SECONDS
            ready, self._gathered = self._gathered, []
            return ready

    def waiting(self, queue: str) -> int | None:
        """Rings not yet taken up by a worker of this queue; None when Redis cannot be reached."""
        try:
            return self._queue(queue).count
        except RedisError:
            return None

    def _queue(self, name: str) -> Queue:
        return Queue(name, connection=self._redis, serializer=JSONSerializer)


def _job(name: str, ids: Sequence[int]) -> EnqueueData:
    return Queue.prepare_data(
        name,
        args=[list(ids)],
        timeout=JOB_SECONDS,
        result_ttl=0,
        ttl=_STALE_SECONDS,
        failure_ttl=_FAILED_SECONDS,
        description=name,
    )
