"""Processes of an installation that are killed with work in hand, and a Redis that forgets everything meanwhile."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
from redis import Redis
from rq import Queue
from sqlmodel import select

from outreach import bootstrap, planning, starter, tokens
from outreach.clock import Clock
from outreach.delivery import LEASE_SECONDS
from outreach.doorbell import DELIVER
from outreach.intake import receive_contacts, receive_customers
from outreach.lifecycle import OutreachState
from outreach.policy_book import publish
from outreach.reconciling import EVIDENCE_SECONDS
from outreach.runtime import Runtime
from outreach.settings import Settings
from outreach.tables import ContactEvent, Customer, Outreach, SandboxMessage
from tests.at_once import at_once, nobody_reads
from tests.make import HOUR, moment
from tests.servers import free_port
from tests.world import asks, guard, survey

PATIENCE = 60  # seconds
PEOPLE = [f"K{n}" for n in range(120)]
COMMAND = str(Path(sys.executable).with_name("outreach"))

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes where Linux shows them")


@pytest.fixture
def runtime(postgres_url: str, redis_url: str, tmp_path: Path) -> Iterator[Runtime]:
    """An installation that asks an hour after any contact; none of its processes runs."""
    given = {"database_url": postgres_url, "redis_url": redis_url, "secret": "for tests", "data_dir": tmp_path}
    made = bootstrap.runtime(Settings.model_validate({**given, "port": free_port()}))
    for document in (guard(), asks()):
        publish(made, document.to_toml(), "test")
    with made.writing() as session:
        starter.add_surveys(session, [survey("question")])
    rows = [{"external_id": one, "email": f"{one}@a.eu", "consent_email": "yes", "timezone": "UTC"} for one in PEOPLE]
    receive_customers(made, rows)
    yield made
    made.engine.dispose()


def _contacts(runtime: Runtime, people: Sequence[str]) -> list[dict[str, object]]:
    when = moment(runtime.now() - 2 * HOUR)
    ordinary = {"kind": "visit", "touchpoint": "shop", "value": 80, "occurred_at": when}
    return [{"external_id": f"B-{one}", "customer": one, **ordinary} for one in people]


def _planned(runtime: Runtime, people: Sequence[str]) -> list[int]:
    receive_contacts(runtime, _contacts(runtime, people))
    with runtime.reading() as session:
        customers = session.exec(select(Customer.id)).all()
    planning.look(runtime, customers)
    with runtime.reading() as session:
        return list(session.exec(select(Outreach.id)).all())


@contextmanager
def _running(runtime: Runtime, *command: str) -> Iterator["subprocess.Popen[bytes]"]:
    settings = runtime.settings
    mine = {name: value for name, value in os.environ.items() if not name.startswith("OUTREACH_")}
    given = {"DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url, "SECRET": "for tests"}
    given["PORT"] = str(settings.port)
    env = {**mine, **{f"OUTREACH_{name}": value for name, value in given.items()}}
    process = subprocess.Popen([COMMAND, *command], cwd=settings.data_dir, env=env, start_new_session=True)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait(happened: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.05)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _states(runtime: Runtime) -> set[str]:
    with runtime.reading() as session:
        return set(session.exec(select(Outreach.state)).all())


def _sent(runtime: Runtime) -> list[int]:
    with runtime.reading() as session:
        return list(session.exec(select(SandboxMessage.times)).all())


@pytest.mark.parametrize(
    ("killed", "end", "times"), [("horse", OutreachState.ABANDONED, 0), ("parent", OutreachState.ACCEPTED, 1)]
)
def test_whoever_is_killed_during_a_call_no_other_worker_calls_again(
    runtime: Runtime, killed: str, end: OutreachState, times: int
) -> None:
    ids = _planned(runtime, PEOPLE[:5])
    with _running(runtime, "worker", "email") as first, ExitStack() as stack:
        with nobody_reads(runtime.engine, "sandbox_messages"):  # the call begins, and gets no answer
            runtime.doorbell.ring("email", DELIVER, ids)
            _wait(lambda: _states(runtime) == {OutreachState.HANDING_OVER})
            (horse,) = _children(first.pid)
            os.kill(horse if killed == "horse" else first.pid, signal.SIGKILL)
            stack.enter_context(_running(runtime, "worker", "email"))
            for _ in range(3):
                runtime.doorbell.ring("email", DELIVER, ids)
            _wait(lambda: _rung(runtime, "email") <= times)  # a horse that lives on has its job still
        _wait(lambda: times == 0 or _states(runtime) == {end})
    for seconds in (LEASE_SECONDS, EVIDENCE_SECONDS):
        Clock(replace(runtime, now=partial(int, runtime.now() + seconds))).tidy()
    assert (_states(runtime), _sent(runtime)) == ({end}, [1] * 5 * times)


def test_a_redis_that_forgets_everything_while_workers_deliver_costs_no_message_and_sends_none_twice(
    runtime: Runtime,
) -> None:
    receive_contacts(runtime, _contacts(runtime, PEOPLE))
    with _running(runtime, "worker", "work"), _running(runtime, "worker", "email"):
        for turn in count():
            Clock(runtime).tick()  # a new one, which remembers no ring: it rings again for all that is not done
            if len(_sent(runtime)) == len(PEOPLE) and _states(runtime) == {OutreachState.ACCEPTED}:
                break
            assert turn < PATIENCE * 4
            time.sleep(0.25)
            if turn < 10:
                with Redis.from_url(runtime.settings.redis_url) as redis:
                    redis.flushall()
    assert _sent(runtime) == [1] * len(PEOPLE)


def test_pages_that_are_killed_while_contacts_come_in_leave_none_half_done_and_take_them_the_next_time(
    runtime: Runtime,
) -> None:
    token = tokens.create(runtime, "shop")
    post = Request(
        f"http://127.0.0.1:{runtime.settings.port}/api/v1/contacts",
        json.dumps(_contacts(runtime, PEOPLE)).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    with at_once(runtime.engine) as begin:
        with nobody_reads(runtime.engine, "intents"), _running(runtime, "web"):
            _wait(lambda: _answers(runtime))
            posted = begin(_status, post)
        assert posted.result(PATIENCE) == 0
    with runtime.reading() as session:
        assert session.exec(select(ContactEvent.id)).all() == []
    with _running(runtime, "web"):
        _wait(lambda: _answers(runtime))
        assert _status(post) == 200
    with runtime.reading() as session:
        assert len(session.exec(select(ContactEvent.id)).all()) == len(PEOPLE)


def _status(request: Request) -> int:
    """The status of the answer; 0 where none came."""
    try:
        with urlopen(request, timeout=PATIENCE) as answer:
            return int(answer.status)
    except (URLError, OSError):
        return 0


def _answers(runtime: Runtime) -> bool:
    return _status(Request(f"http://127.0.0.1:{runtime.settings.port}/healthz")) == 200


def _rung(runtime: Runtime, queue: str) -> int:
    with Redis.from_url(runtime.settings.redis_url) as redis:
        waiting = Queue(queue, connection=redis, serializer="json")
        return int(waiting.count + waiting.started_job_registry.count)
