"""A storm: `python -m tests.storm DATABASE_URL SOCKET SECONDS [naive]`. Prints what came of it, as JSON.

Four workers and a clock, each a process of its own, look and deliver; every few hundredths of a second one of them is
killed. The provider is a process too, behind a socket: it refuses some messages, and of others loses the answer. Time
runs a thousand times as fast, so that leases run out in the middle of it. With `naive`, a message whose worker died is
simply sent again: the way not to do it, to show that the storm would notice.
"""

import json
import os
import random
import signal
import socket
import socketserver
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import sqlalchemy as sa
from sqlmodel import col

from channels.message import Channel, Message, Outcome, Receipt, Sender, SendRefused, SendUnknown
from outreach import clock, delivery, planning, reconciling
from outreach.clock import Clock
from outreach.lifecycle import IntentState, OutreachState
from outreach.runtime import Runtime
from outreach.tables import Attempt, Intent, LedgerEntry, Outreach
from tests.make import DAY, NOON
from tests.world import World, a_world, asks

CUSTOMERS, WORKERS, BATCH = 600, 4, 8
SPEED = 1_000  # seconds of theirs in a second of ours
REFUSES, LOSES = 0.03, 0.03
TAKES = (0.002, 0.03)  # seconds of ours, for a message
STOPPED = "the worker stopped between the call and its outcome"


# The provider


class Desk(socketserver.ThreadingUnixStreamServer):
    """What the provider knows: how often each message was taken."""

    daemon_threads = True

    def __init__(self, path: str) -> None:
        self.taken: Counter[int] = Counter()
        self.chance = random.Random(path)
        super().__init__(path, Line)

    def handle_error(self, *_: object) -> None:
        """Whoever was to hear the answer is dead."""


class Line(socketserver.StreamRequestHandler):
    server: Desk

    def handle(self) -> None:
        verb, _, number = self.rfile.readline().decode().strip().partition(" ")
        if verb == "send":
            self.wfile.write(self._take(int(number)))
        elif verb == "find":
            self.wfile.write(b"yes" if self.server.taken[int(number)] else b"no")
        else:
            self.wfile.write(json.dumps(self.server.taken).encode())

    def _take(self, number: int) -> bytes:
        luck = self.server.chance.random()
        if luck < REFUSES:
            return b"refused"
        self.server.taken[number] += 1
        time.sleep(self.server.chance.uniform(*TAKES))
        return b"" if luck < REFUSES + LOSES else b"taken"


class Post:
    """A sender for that provider."""

    def __init__(self, path: str) -> None:
        self.path = path

    def send_many(self, messages: Sequence[Message]) -> list[Outcome]:
        return [self._send(message.outreach_id) for message in messages]

    def find(self, message: Message, at: int) -> Receipt | None:
        number = message.outreach_id
        return Receipt(f"p{number}") if self.say(f"find {number}") == "yes" else None

    def say(self, words: str) -> str:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(self.path)
            line.sendall(f"{words}\n".encode())
            return line.makefile().read()

    def _send(self, outreach_id: int) -> Outcome:
        answer = self.say(f"send {outreach_id}")
        if answer == "refused":
            return SendRefused("not now", permanent=False)
        return Receipt(f"p{outreach_id}") if answer == "taken" else SendUnknown("no answer")


# The processes


def work(runtime: Runtime) -> None:
    """A worker that hears every bell, and some twice."""
    chance = random.Random()
    while True:
        with runtime.reading() as session:
            customers = planning.due_customers(session, runtime.now(), 50)
            outreaches = [i for ids in clock.due_outreaches(session, runtime.now(), 50).values() for i in ids]
        if customers:
            planning.look(runtime, chance.sample(customers, min(BATCH, len(customers))))
        if outreaches:
            delivery.deliver(runtime, chance.sample(outreaches, min(BATCH, len(outreaches))))
        if not customers and not outreaches:
            time.sleep(0.02)


def keep_time(runtime: Runtime) -> None:
    Clock(runtime).run(lambda: False, pause=0.02)


def send_again(runtime: Runtime) -> None:
    """The planted bug: what a dead worker left is planned once more."""
    with runtime.writing() as session:
        late = (
            sa.select(col(Attempt.outreach_id))
            .where(col(Attempt.outcome).is_(None), col(Attempt.lease_until) <= runtime.now())
        )  # fmt: skip
        ids = list(session.execute(late).scalars())
        for table in (Attempt, LedgerEntry):
            session.execute(sa.delete(table).where(col(table.outreach_id).in_(ids)))
        session.execute(sa.update(Outreach).where(col(Outreach.id).in_(ids)).values(state=OutreachState.PLANNED))
        intents = sa.select(col(Outreach.intent_id)).where(col(Outreach.id).in_(ids))
        session.execute(
            sa.update(Intent)
            .where(col(Intent.id).in_(intents))
            .values(state=IntentState.OPEN, steps=col(Intent.steps) - 1)
        )


def begin(life: Callable[[], object]) -> int:
    """Another process; returns its number."""
    child = os.fork()
    if child:
        return child
    try:
        life()
    finally:
        os._exit(1)


def end(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


# The storm


def rage(world: World, seconds: float) -> int:
    """Kill, and begin again, until that many seconds are over or nothing is left to do; returns how often."""
    chance = random.Random(1)
    lives = [lambda: work(world.runtime)] * WORKERS + [lambda: keep_time(world.runtime)]
    children = [begin(life) for life in lives]
    kills, over = 0, time.monotonic() + seconds
    while time.monotonic() < over and (kills % 20 or is_busy(world)):
        time.sleep(chance.uniform(0.02, 0.08))
        place = chance.randrange(len(lives))
        end(children[place])
        children[place] = begin(lives[place])
        kills += 1
    for child in children:
        end(child)
    return kills


def is_busy(world: World) -> bool:
    with world.runtime.reading() as session:
        wanted = sa.exists().where(col(Intent.state) == IntentState.OPEN)
        sending = sa.exists().where(col(Outreach.state) == OutreachState.HANDING_OVER)
        return bool(session.execute(sa.select(sa.or_(wanted, sending))).scalar_one())


def storm(url: str, path: str, seconds: float, naive: bool) -> dict[str, object]:
    server = Desk(path)
    provider = begin(server.serve_forever)
    server.server_close()
    post = Post(path)
    senders: dict[str, Sender] = dict.fromkeys(map(str, Channel), post)
    if naive:
        reconciling.reconcile = send_again  # type: ignore[assignment]
    with a_world(url) as world:
        time_flies = partial(_at_speed, time.monotonic())
        world.runtime = replace(world.runtime, senders=senders, now=time_flies)
        world.restart()
        world.publish(asks())
        welcome(world, "K0")
        world.tick()  # what was built once need not be built anew by every process
        welcome(world, *[f"K{n}" for n in range(1, CUSTOMERS)])
        kills = rage(world, seconds)
        calm(world)
        in_flight = len({attempt.fence for attempt in world.rows(Attempt) if attempt.detail == STOPPED})
    taken = {int(number): times for number, times in json.loads(post.say("dump")).items()}
    end(provider)
    return {"kills": kills, "in_flight": in_flight, "taken": taken}


def welcome(world: World, *people: str) -> None:
    world.customers(*people)
    world.contacts(*people)


def _at_speed(began: float) -> int:
    return NOON + int((time.monotonic() - began) * SPEED)


def calm(world: World) -> None:
    """The storm is over: one clock clears up, hour by hour, for two days."""
    world.now = world.runtime.now()
    world.runtime = replace(world.runtime, now=lambda: world.now)
    world.restart()
    for _ in range(48):
        world.later(DAY // 24)


if __name__ == "__main__":
    print(json.dumps(storm(sys.argv[1], sys.argv[2], float(sys.argv[3]), "naive" in sys.argv)))
