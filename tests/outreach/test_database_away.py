"""A database that goes away in the middle of everything, and comes back."""

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError

from channels.message import Channel, Message, Outcome, Receipt, Sender
from outreach import database
from outreach.clock import Clock
from outreach.delivery import LEASE_SECONDS
from outreach.lifecycle import OutreachState
from outreach.reconciling import EVIDENCE_SECONDS
from tests import servers
from tests.conftest import unavailable
from tests.world import World, a_world, asks

PEOPLE = [f"K{n}" for n in range(240)]
PATIENCE = 60  # seconds


class Elsewhere:
    """A provider that knows nothing of our database: it takes whatever it is given, a little slowly."""

    def __init__(self) -> None:
        self.taken: Counter[int] = Counter()

    def send_many(self, messages: Sequence[Message]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for message in messages:
            time.sleep(0.003)
            self.taken[message.outreach_id] += 1
            outcomes.append(Receipt(f"there-{message.outreach_id}"))
        return outcomes

    def find(self, message: Message, at: int) -> Receipt | None:
        return Receipt(f"there-{message.outreach_id}") if self.taken[message.outreach_id] else None


@pytest.fixture
def server() -> Iterator[servers.PostgresServer]:
    try:
        with servers.postgres_server() as started:
            engine = database.connect(started.url)
            database.migrate(engine)
            engine.dispose()
            yield started
    except servers.Unavailable as problem:
        unavailable(str(problem), "REQUIRE_POSTGRES")


@contextmanager
def _running_clock(world: World) -> Iterator["Future[None]"]:
    over = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(Clock(world.runtime).run, over.is_set, 0.05)
        try:
            yield running
        finally:
            over.set()
        running.result(timeout=PATIENCE)


def _wait_for(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.01)


def _is_done(world: World) -> bool:
    """Nobody waits to be looked at, and nothing waits to be handed over."""
    return len(world.outreaches()) == len(PEOPLE) and not [o for o in world.outreaches() if o.state == "planned"]


def test_the_clock_outlives_its_database_and_goes_on_where_it_was(server: servers.PostgresServer) -> None:
    there = Elsewhere()
    senders: dict[str, Sender] = dict.fromkeys(map(str, Channel), there)
    with a_world(server.url) as world:
        world.runtime = replace(world.runtime, senders=senders)
        world.restart()
        world.publish(asks())
        world.customers(*PEOPLE)
        world.contacts(*PEOPLE)
        with _running_clock(world) as running:
            for taken, how in ((20, signal.SIGQUIT), (150, signal.SIGINT)):  # it crashes, and is told to stop
                _wait_for(lambda least=taken: len(there.taken) > least)  # type: ignore[misc]
                server.stop(how)
                with pytest.raises(OperationalError):
                    world.contact(kind="another")
                time.sleep(0.5)
                assert not running.done()
                assert len(there.taken) < len(PEOPLE)
                server.start()
            _wait_for(lambda: _is_done(world))
        world.later(LEASE_SECONDS)
        world.later(EVIDENCE_SECONDS)
        by_state = {state: {o.id for o in world.outreaches() if o.state == state} for state in OutreachState}
        assert by_state[OutreachState.ACCEPTED] == there.taken.keys()
        assert len(by_state[OutreachState.ACCEPTED] | by_state[OutreachState.ABANDONED]) == len(PEOPLE)
        assert set(there.taken.values()) == {1}
        assert len(world.intents()) == len(PEOPLE)  # nothing of what failed was kept


def test_a_server_that_would_forget_its_last_commits_in_a_crash_is_told_not_to(postgres_url: str) -> None:
    engine = database.connect(postgres_url)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() != "off"
    engine.dispose()
