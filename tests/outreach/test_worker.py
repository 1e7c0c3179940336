"""A worker for real: it does what it is rung for, waits for a Redis that is away, and stops when told."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from redis import Redis
from rq import Queue
from sqlmodel import select

from channels.message import Channel, InboundMessage
from channels.sandbox import write_reply
from outreach import bootstrap, heartbeat, hooks, intake, policy_book, worker
from outreach.doorbell import LOOK, WORK
from outreach.reports import health
from outreach.runtime import Runtime
from outreach.settings import Settings
from outreach.tables import Customer, Intent, Reply, StoredDecision
from policies import library
from tests import servers
from tests.make import a_customer

PATIENCE = 60  # seconds


def test_an_idle_worker_shows_itself_often_enough_to_be_taken_for_alive() -> None:
    wakes_at_the_latest = worker.TTL_SECONDS - 15  # as RQ waits for a job
    assert wakes_at_the_latest + worker.BEAT_SECONDS < heartbeat.ALIVE_SECONDS


@pytest.fixture
def runtime(sqlite_url: str, redis_url: str, tmp_path: Path) -> Iterator[Runtime]:
    """An installation with one customer whose turn it is; its worker is not started."""
    given = {"database_url": sqlite_url, "redis_url": redis_url, "secret": "for tests", "data_dir": tmp_path}
    made = bootstrap.runtime(Settings.model_validate(given))
    bootstrap.prepare(made)
    policy_book.publish(made, library.text("relationship"), "me")
    intake.receive_customers(made, [a_customer()])
    with made.writing() as session:
        wish = {"policy": "relationship", "cause": "rhythm", "opened_at": 1, "look_at": 1}
        (customer_id,) = session.exec(select(Customer.id))
        session.execute(sa.insert(Intent).values(customer_id=customer_id, **wish))
    yield made
    made.engine.dispose()


@contextmanager
def a_worker(runtime: Runtime, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`outreach worker work`, ended by force if a test leaves it running."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith("OUTREACH_")}
    env = {
        **mine,
        "OUTREACH_DATABASE_URL": str(runtime.settings.database_url),
        "OUTREACH_REDIS_URL": runtime.settings.redis_url,
        "OUTREACH_SECRET": "for tests",
    }
    command = [str(Path(sys.executable).with_name("outreach")), "worker", "work"]
    with (folder / "log").open("wb") as log:
        worker = subprocess.Popen(command, cwd=folder, env=env, stderr=log)
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()


def wait(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.05)


def looks(runtime: Runtime) -> int:
    with runtime.reading() as session:
        return len(session.exec(select(StoredDecision)).all())


def ring(runtime: Runtime) -> None:
    with runtime.reading() as session:
        ids = list(session.exec(select(Customer.id)))
    assert runtime.doorbell.ring(WORK, LOOK, ids)


def alive(runtime: Runtime) -> bool:
    with runtime.reading() as session:
        return [process.name for process in health.processes(session, runtime.now())] == ["worker work"]


def test_a_ring_is_followed_once_and_leaves_nothing_in_redis(runtime: Runtime, tmp_path: Path) -> None:
    with a_worker(runtime, tmp_path):
        ring(runtime)
        ring(runtime)
        wait(lambda: looks(runtime) > 0)
        with Redis.from_url(runtime.settings.redis_url) as redis:
            queue = Queue(WORK, connection=redis, serializer="json")
            wait(lambda: not queue.count and not queue.started_job_registry.count)
            assert (queue.failed_job_registry.count, queue.finished_job_registry.count) == (0, 0)
    assert looks(runtime) == 1


def test_what_came_in_is_taken_in_when_it_is_rung_for(runtime: Runtime, tmp_path: Path) -> None:
    reply = InboundMessage(Channel.EMAIL, "anna@example.com", "8", "r1")
    with a_worker(runtime, tmp_path):
        hooks.store(runtime, [hooks.Arrival("sandbox", "reply", "r1", write_reply(reply), {}, 1)])
        wait(lambda: scores(runtime) == [8])


def scores(runtime: Runtime) -> list[int | None]:
    with runtime.reading() as session:
        return list(session.exec(select(Reply.score)))


def test_it_gives_signs_of_life_and_stops_at_once_when_idle(runtime: Runtime, tmp_path: Path) -> None:
    with a_worker(runtime, tmp_path) as worker:
        wait(lambda: alive(runtime))
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=PATIENCE) == 0


def test_without_redis_it_waits_and_can_be_stopped(runtime: Runtime, tmp_path: Path) -> None:
    away = runtime.settings.model_copy(update={"redis_url": "redis://127.0.0.1:1/0"})
    with a_worker(bootstrap.runtime(away), tmp_path) as worker:
        wait(lambda: "Redis cannot be reached" in (tmp_path / "log").read_text())
        assert worker.poll() is None
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=PATIENCE) == 0


def test_when_redis_comes_back_it_works_again(runtime: Runtime, tmp_path: Path) -> None:
    with ExitStack() as stack:
        address = stack.enter_context(servers.redis())
        moved = bootstrap.runtime(runtime.settings.model_copy(update={"redis_url": address}))
        with a_worker(moved, tmp_path):
            wait(lambda: alive(runtime))
            with Redis.from_url(address) as redis:
                redis.flushall()
                redis.client_kill_filter(_type="normal", skipme=True)  # as a restart cuts every connection
            ring(moved)
            wait(lambda: looks(runtime) == 1)
        moved.engine.dispose()


def test_no_worker_begins_with_tables_of_another_version(runtime: Runtime, tmp_path: Path) -> None:
    empty = bootstrap.runtime(runtime.settings.model_copy(update={"database_url": f"sqlite:///{tmp_path}/empty.db"}))
    with a_worker(empty, tmp_path) as worker:
        assert worker.wait(timeout=PATIENCE) == 1
    assert "run `outreach migrate`" in (tmp_path / "log").read_text()
