"""Messages a second from planned to recorded, on PostgreSQL, through a provider in another process that takes its time.

    python benchmarks/delivering.py [--messages N] [--latency SECONDS] [--concurrency N] [--rounds N] [--json]

Each worker is a process that does what a worker does with SMS that are planned: judges each again, claims it, writes
the ledger, calls Twilio's official package, and writes down what it said; a hundred a job. It is held against what
workers, concurrency and latency allow (workers x concurrency / latency a second), by one worker and by two. The best
round counts: other work on the machine only slows.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.pipeline import NOON, POLICY, SINCE, World
from benchmarks.sending import FROM, REPORT_TO, a_provider
from channels.twilio_sms import TwilioAccount, TwilioSms
from outreach import clock, delivery, intake, planning, policy_book
from outreach.batches import batches
from outreach.tables import Survey
from tests import servers
from tests.provider import ACCOUNT_SID, TOKEN

WORKERS = (1, 2)
WARM = 40  # messages each worker hands over before the time is taken


def furnish(world: World) -> None:
    world.furnish()
    body = "How likely are you to recommend us after your visit to {{ touchpoint }}? 0-10"
    with world.runtime.writing() as session:
        session.add(Survey(name="bench", language="en", channel="sms", body=body))
    policy_book.publish(world.runtime, POLICY.replace('["email"]', '["sms"]'), "benchmark")


def plan(world: World, count: int) -> list[int]:
    """So many SMS, planned and due."""
    fresh = range(world.customers, world.customers + count)
    rows = [
        {"external_id": f"c{n}", "name": f"Ann {n}", "phone": f"+3161{n:07}", "language": "en",
         "consent_sms": "yes", "created_at": SINCE}
        for n in fresh
    ]  # fmt: skip
    intake.receive_customers(world.runtime, rows)
    world.customers += count
    world.add_contacts(count, 500, fresh)
    with world.runtime.reading() as session:
        customers = planning.due_customers(session, NOON, count)
    for batch in batches(customers):
        planning.look(world.runtime, batch)
    with world.runtime.reading() as session:
        return clock.due_outreaches(session, NOON, count)["sms"]


_together: list[Barrier] = []  # of this process, which is one worker


def deliver_all(url: str, provider: str, concurrency: int, ids: Sequence[int]) -> tuple[int, float, float]:
    """Be one worker; how many the provider took, and when it began and ended (epoch seconds)."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(url, Path(folder))
        sms = TwilioSms(TwilioAccount(ACCOUNT_SID, TOKEN, FROM, REPORT_TO, provider), concurrency)
        runtime = replace(world.runtime, senders={"sms": sms})
        delivery.deliver(runtime, ids[:WARM])
        _together[0].wait()
        began = time.time()
        taken = sum(delivery.deliver(runtime, batch) for batch in batches(ids[WARM:]))
        ended = time.time()
        runtime.engine.dispose()
    return taken, began, ended


def a_second(world: World, provider: str, workers: int, given: argparse.Namespace) -> float:
    each = given.messages + WARM
    planned = plan(world, workers * each)
    context = get_context("spawn")
    at = context.Barrier(workers)
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_meet, initargs=(at,)) as processes:
        shares = [planned[n * each : (n + 1) * each] for n in range(workers)]
        work = [processes.submit(deliver_all, world.url, provider, given.concurrency, share) for share in shares]
        taken, began, ended = zip(*(one.result() for one in work), strict=True)
    if sum(taken) != workers * given.messages:
        raise SystemExit(f"the provider took {sum(taken)} of {workers * given.messages}")
    return float(workers * given.messages / (max(ended) - min(began)))


def _meet(at: Barrier) -> None:
    _together.append(at)


def measure(given: argparse.Namespace) -> dict[str, Any]:
    found: dict[str, Any] = {"ratios": {}, "a_second": {}}
    with ExitStack() as stack:
        url = stack.enter_context(servers.postgres())
        world = World(url, Path(stack.enter_context(tempfile.TemporaryDirectory())))
        furnish(world)
        provider = stack.enter_context(a_provider(given.latency))
        for workers in WORKERS:
            rates = [a_second(world, provider, workers, given) for _ in range(given.rounds)]
            allowed = workers * given.concurrency / given.latency
            name = f"{workers} worker{'s' if workers > 1 else ''}"
            found["ratios"][f"{name}, of what concurrency and latency allow"] = round(max(rates) / allowed, 2)
            found["a_second"] |= {f"{name} allowed": round(allowed), name: [round(rate) for rate in rates]}
        world.runtime.engine.dispose()
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=1_000, help="a worker and round")
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--concurrency", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    given = parser.parse_args(arguments)
    found = measure(given)
    for what, figures in found.items():
        for name, figure in figures.items():
            print(f"{what.replace('_', ' ')}: {name}: {figure}")
    if given.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
