"""From a provider's call to its 2xx, at a steady rate, on PostgreSQL and gunicorn as they run in production.

    python benchmarks/webhooks.py [--rate 200] [--seconds 10] [--rounds 5] [--database URL] [--json]

Signed calls of all four kinds in turn (an SMS, a status, a batch of ten events, a mail), each of them new, come at
their moments, whatever became of those before; a time is from that moment to the last byte of the answer. Every call
is verified, stored and committed, and rung for in a Valkey of its own, before it is answered.

Yardsticks, in turn with it in every round, at the same rate and by the same client: `healthz`, an answer of the same
server without anything to do, and `insert`, a row of the same size inserted and committed through psycopg alone. Shown
is the median of the rounds. Without `--database` a private server is started with PostgreSQL's own settings: every
commit reaches the disk.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import psycopg
import sqlalchemy as sa

from outreach import database
from tests import calls, servers

ROOT = Path(__file__).parent.parent
CLIENTS = 16
PATIENCE = 30  # seconds until the server answers
LIMIT = 25  # milliseconds, at the 99th percentile
TABLE = "CREATE TABLE bench (id bigserial PRIMARY KEY, key text UNIQUE, body bytea, headers json, received_at bigint)"
INSERT = "INSERT INTO bench (key, body, headers, received_at) VALUES (%s, %s, '{}', %s) ON CONFLICT DO NOTHING"

Turn = Callable[[int], None]


class Caller:
    """A client with a connection to the server for each of its threads."""

    def __init__(self, port: int) -> None:
        self._port, self._local = port, threading.local()

    def call(self, method: str, post: calls.Post) -> None:
        if not hasattr(self._local, "connection"):
            self._local.connection = HTTPConnection("127.0.0.1", self._port)
        connection: HTTPConnection = self._local.connection
        headers = {**post.headers, "Content-Type": post.content_type, "Host": "ask.example.com"}
        connection.request(method, post.path, post.body, headers)
        answer = connection.getresponse()
        answer.read()
        if not 200 <= answer.status < 300:
            raise SystemExit(f"{post.path} was answered with {answer.status}")


def calls_of(first: int, many: int) -> list[calls.Post]:
    """So many calls, of the four kinds in turn, each of which was never made before."""
    now = int(time.time())

    def batch(number: int) -> calls.Post:
        return calls.events(*(calls.event("delivered", None, timestamp=number, url=str(n)) for n in range(10)), at=now)

    kinds: tuple[Callable[[int], calls.Post], ...] = (
        lambda number: calls.sms("8 want jullie bellen altijd terug", number),
        lambda number: calls.status("delivered", number, number),
        batch,
        lambda number: calls.mail("9, you always call back", now, message_id=f"<{number}@a.eu>"),
    )
    return [kinds[number % len(kinds)](number) for number in range(first, first + many)]


def milliseconds(turn: Turn, rate: int, seconds: int) -> list[float]:
    """How long each turn took, from the moment it was due. A late one delays no other: so many clients share them."""
    numbers, took = count(), [0.0] * (rate * seconds)
    began = time.perf_counter() + 0.2

    def client() -> None:
        while (number := next(numbers)) < len(took):
            due = began + number / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            turn(number)
            took[number] = (time.perf_counter() - due) * 1000

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took


def percentiles(took: Sequence[float]) -> dict[str, float]:
    cuts = statistics.quantiles(took, n=1000)
    return {"p50": cuts[499], "p99": cuts[989], "p99.9": cuts[998], "worst": max(took)}


@contextmanager
def served(url: str, redis: str, folder: Path) -> Iterator[int]:
    """The application behind gunicorn, as `outreach web` runs it; gives its port."""
    port = servers.free_port()
    given = calls.configured(database_url=url, redis_url=redis, secret="bench", data_dir=str(folder), port=str(port))
    mine = {name: value for name, value in os.environ.items() if not name.startswith("OUTREACH_")}
    env = {**mine, "PYTHONPATH": str(ROOT), **{f"OUTREACH_{name.upper()}": value for name, value in given.items()}}
    command = [
        "-m",
        "gunicorn",
        "--config",
        "python:web.serve",
        "--bind",
        f"127.0.0.1:{port}",
        "web.serve:application()",
    ]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([sys.executable, *command], cwd=folder, env=env, stderr=log)
    try:
        _wait_for(port, folder / "log")
        yield port
    finally:
        server.terminate()
        server.wait()


def _wait_for(port: int, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            Caller(port).call("GET", calls.Post("/healthz", b"", "text/plain"))
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"the server did not start: {log.read_text()[-2000:]}")


class Inserts:
    """The other yardstick: a connection for each thread, and a row as large as a call's."""

    def __init__(self, url: str) -> None:
        self._url, self._local, self._numbers = url.replace("+psycopg", ""), threading.local(), count()
        with psycopg.connect(self._url) as connection:
            connection.execute(TABLE)

    def turn(self, number: int) -> None:
        if not hasattr(self._local, "connection"):
            self._local.connection = psycopg.connect(self._url)
        connection: psycopg.Connection = self._local.connection
        connection.execute(INSERT, (f"{next(self._numbers):032x}", b"x" * 600, number))
        connection.commit()


def measure(port: int, url: str, rate: int, seconds: int, rounds: int) -> dict[str, float]:
    """Milliseconds, by what was measured and which share of it was faster: the median of the rounds."""
    caller, inserts, many = Caller(port), Inserts(url), rate * seconds
    prepared = [calls_of(number * many, many) for number in range(rounds + 1)]
    nothing = calls.Post("/healthz", b"", "text/plain")
    milliseconds(lambda number: caller.call("POST", prepared[-1][number]), rate, min(seconds, 3))  # warm
    found: dict[str, list[dict[str, float]]] = {"webhook": [], "healthz": [], "insert": []}
    for number in range(rounds):
        turns: Mapping[str, Turn] = {
            "webhook": lambda n, posts=prepared[number]: caller.call("POST", posts[n]),  # type: ignore[misc]
            "healthz": lambda n: caller.call("GET", nothing),
            "insert": inserts.turn,
        }
        for name, turn in turns.items():
            found[name].append(percentiles(milliseconds(turn, rate, seconds)))
    return {
        f"{name} {which}": round(statistics.median(one[which] for one in each), 2)
        for name, each in found.items()
        for which in each[0]
    }


def stored(url: str) -> int:
    with sa.create_engine(url).connect() as connection:
        return connection.scalar(sa.text("SELECT count(*) FROM inbox")) or 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=int, default=200, help="calls a second")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--database")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with ExitStack() as stack:
        url = given.database or stack.enter_context(servers.postgres({}))
        engine = database.connect(url)
        database.migrate(engine)
        engine.dispose()
        redis, folder = stack.enter_context(servers.redis()), Path(stack.enter_context(tempfile.TemporaryDirectory()))
        port = stack.enter_context(served(url, redis, folder))
        figures = measure(port, url, given.rate, given.seconds, given.rounds)
        figures["rows in the inbox"] = stored(url)
    ratios = {
        f"p99 of a webhook, to {LIMIT} ms": figures["webhook p99"] / LIMIT,
        "p50 of a webhook, to healthz and insert together": (
            figures["webhook p50"] / (figures["healthz p50"] + figures["insert p50"])
        ),
    }
    for name, number in {**figures, **ratios}.items():
        print(f"{number:14,.2f}  {name}")
    if given.json:
        print(json.dumps({"ratios": ratios, "figures": figures}))


if __name__ == "__main__":
    main()
