"""Processes to be killed. `python -m tests.stories.crowd URL TIME` forks a clock for every line it reads.

The clocks do all looks and deliveries themselves, side by side. They read what time it is from the file TIME.
"""

import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

from channels.message import Channel, Message, Outcome, Receipt
from channels.sandbox import Sandbox
from outreach import database
from outreach.clock import Clock
from outreach.doorbell import SilentDoorbell
from outreach.runtime import Runtime
from outreach.sandbox import DatabaseDrawer
from outreach.settings import Settings

SECRET = "for the crowd"


class SlowProvider:
    """The sandbox with a way to go there and back, so that a kill finds messages on the way."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox, self._chance = sandbox, Random(os.getpid())

    def send_many(self, messages: Sequence[Message]) -> list[Outcome]:
        time.sleep(self._chance.uniform(0.0, 0.04))
        outcomes = self._sandbox.send_many(messages)
        time.sleep(self._chance.uniform(0.0, 0.04))
        return outcomes

    def find(self, message: Message, at: int) -> Receipt | None:
        return self._sandbox.find(message, at)


class TimeInAFile:
    """A moved clock that several processes share (epoch seconds)."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self) -> int:
        return int(self._path.read_text(encoding="ascii"))

    def move(self, at: int) -> None:
        beside = self._path.with_suffix(".next")
        beside.write_text(str(at), encoding="ascii")
        beside.replace(self._path)


def a_runtime(url: str, now: TimeInAFile) -> Runtime:
    settings = Settings.model_validate({"database_url": url, "secret": SECRET})
    engine = database.connect(settings.database_url)
    sender = SlowProvider(Sandbox(DatabaseDrawer(engine, now)))
    return Runtime(settings, engine, now, dict.fromkeys(map(str, Channel), sender), SilentDoorbell())


def main(url: str, path: Path) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    mother = os.getpid()
    for _ in sys.stdin:
        if child := os.fork():
            print(child, flush=True)
            continue
        Clock(a_runtime(url, TimeInAFile(path))).run(lambda: os.getppid() != mother, pause=0.002)
        os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
