"""What stands in Redis is not trusted: a worker runs what we ring for, and nothing else."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from redis import Redis
from rq import Callback, Queue
from rq.serializers import DefaultSerializer, JSONSerializer
from rq.webhook import Webhook

from channels.message import Channel, InboundMessage
from channels.sandbox import write_reply
from outreach import hooks, jobs, planning
from outreach.doorbell import DELIVER, Doorbell
from outreach.hooks import Arrival
from outreach.tables import ContactPoint
from tests.world import World, a_world, asks

PATIENCE = 60  # seconds
ENDS: tuple[Literal["finished", "failed"], ...] = ("finished", "failed")


class Exploit:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.folder),)


@pytest.fixture
def world(sqlite_url: str, redis_url: str) -> Iterator[World]:
    """A message for K1 that is planned, and a bell that is really rung."""
    with a_world(sqlite_url, Doorbell(redis_url), redis_url=redis_url) as made:
        made.now = int(time.time())  # the worker has a clock of its own
        made.publish(asks())
        made.customer()
        made.contact()
        planning.look(made.runtime, [made.id_of("K1")])
        yield made


def test_a_stop_that_nobody_has_read_yet_holds_back_what_is_about_to_go_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_runtime", lambda: world.runtime)
    (point, *_) = world.rows(ContactPoint, "K1")
    said = write_reply(InboundMessage(Channel(point.channel), point.address, "STOP", "1"))
    hooks.store(world.runtime, [Arrival("sandbox", "reply", "1", said, {}, world.now)])
    (planned,) = world.outreaches()
    jobs.deliver([planned.id])
    assert world.got() == []


def _smuggle(world: World, folder: Path, port: int) -> None:
    """Everything somebody who can write to Redis may try: a folder made, a word printed, a request sent."""
    redis = Redis.from_url(world.runtime.settings.redis_url)
    redis.delete("rq:queue:email")  # what was rung for so far waits for its turn
    queue = Queue("email", connection=redis, serializer=JSONSerializer)
    word, request = Callback("builtins.print"), [Webhook(f"http://127.0.0.1:{port}/", status) for status in ENDS]
    Queue("email", connection=redis, serializer=DefaultSerializer).enqueue(DELIVER, Exploit(folder / "unpickled"))
    queue.enqueue("os.mkdir", str(folder / "by name"))
    queue.enqueue(DELIVER, [], on_success=word, on_failure=word, on_stopped=word, webhooks=request)
    queue.enqueue(DELIVER, 7, on_success=word, on_failure=word, on_stopped=word, webhooks=request)


def _run_worker(world: World, folder: Path) -> str:
    """`outreach worker email`, until it has handed over what was planned; returns what it printed."""
    settings = world.runtime.settings
    mine = {name: value for name, value in os.environ.items() if not name.startswith("OUTREACH_")}
    given = {"DATABASE_URL": settings.database_url, "REDIS_URL": settings.redis_url, "SECRET": "for tests"}
    env = {**mine, **{f"OUTREACH_{name}": value for name, value in given.items()}}
    command = [str(Path(sys.executable).with_name("outreach")), "worker", "email"]
    worker = subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    patience = time.monotonic() + PATIENCE
    while not world.got() and worker.poll() is None and time.monotonic() < patience:
        time.sleep(0.1)
    worker.terminate()
    printed, said = worker.communicate(timeout=PATIENCE)
    assert len(world.got()) == 1, said[-2000:]
    return printed


def test_nothing_that_was_smuggled_into_redis_is_run_and_what_we_ring_for_is(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "made by an exploit"
    folder.mkdir()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        _smuggle(world, folder, listener.getsockname()[1])
        world.runtime.doorbell.ring("email", DELIVER, [outreach.id for outreach in world.outreaches()])
        assert _run_worker(world, tmp_path) == ""
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody has called
            listener.accept()
    assert list(folder.iterdir()) == []
