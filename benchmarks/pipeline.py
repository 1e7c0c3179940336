"""Contact in, decided, planned, handed over, all committed, on PostgreSQL with one worker; and what it is held against.

    python benchmarks/pipeline.py [--contacts N] [--large N] [--database URL] [--json]

- `handed over`: contacts a second through the real intake, planning, delivery and sandbox, against pgbench with one
  client whose every transaction writes the same rows for one contact (prepared, rows of the same size, same server).
- `intake`: contact events a second into the database, as a year of history brings them, by two clients at once (and,
  as a figure, by one), in batches of 5,000; what is still fresh opens its intents.
- `growth`: the cost of a contact when `--large` contacts are there, over its cost when 10,000 are.

Without `--database` a private server is started with PostgreSQL's own settings: every commit reaches the disk.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import sqlalchemy as sa

from channels.sandbox import Sandbox
from outreach import clock, database, delivery, intake, planning, policy_book
from outreach.batches import batches
from outreach.doorbell import SilentDoorbell
from outreach.runtime import Runtime
from outreach.sandbox import DatabaseDrawer
from outreach.settings import Settings
from outreach.tables import Survey
from policies import library
from tests import servers

NOON = int(datetime(2026, 6, 17, 12, tzinfo=UTC).timestamp())
SINCE = "2020-01-01T00:00:00Z"
YEAR = 365 * 86_400
POLICY = """
name = "bench"
title = "After every contact"
survey = "bench"
channels = ["email"]
[contact]
minimum_value = 0
settle = "0s"
expires = "14d"
"""
GUARD = library.text("guard").replace("never_asked = 0.05", "never_asked = 0.0")


class World:
    """One database with customers who may be asked, and contacts that are numbered on."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.settings = Settings(database_url=url, data_dir=folder, secret="bench", home_zones="Europe/Amsterdam")
        engine = database.connect(self.settings.database_url)
        sandbox = Sandbox(DatabaseDrawer(engine, lambda: NOON))
        self.runtime = Runtime(
            self.settings, engine, lambda: NOON, {"email": sandbox, "sms": sandbox}, SilentDoorbell()
        )
        self.contacts = self.customers = 0

    def furnish(self) -> None:
        database.migrate(self.runtime.engine)
        policy_book.publish(self.runtime, GUARD, "benchmark")
        body = "Hello {{ first_name }}, how likely are you to recommend us after your visit to {{ touchpoint }}? 0-10"
        with self.runtime.writing() as session:
            session.add(Survey(name="bench", language="en", channel="email", subject="Your visit", body=body))
        policy_book.publish(self.runtime, POLICY, "benchmark")

    def add_customers(self, count: int) -> None:
        for start in range(self.customers, self.customers + count, 5_000):
            numbers = range(start, min(start + 5_000, self.customers + count))
            rows = [
                {"external_id": f"c{n}", "name": f"Ann {n}", "email": f"ann{n}@example.org", "language": "en",
                 "consent_email": "yes", "created_at": SINCE}
                for n in numbers
            ]  # fmt: skip
            intake.receive_customers(self.runtime, rows)
        self.customers += count

    def add_contacts(self, count: int, at_once: int, customers: range, over: int = 0) -> float:
        """Take in contacts, in turn of these customers, that happened over so many seconds; returns seconds."""
        rows = [
            self._contact(n, customers[n % len(customers)], over) for n in range(self.contacts, self.contacts + count)
        ]
        self.contacts += count
        began = time.perf_counter()
        for start in range(0, count, at_once):
            intake.receive_contacts(self.runtime, rows[start : start + at_once])
        return time.perf_counter() - began

    def _contact(self, number: int, customer: int, over: int) -> dict[str, object]:
        ago = 3_600 + (number * 7_919 % over if over else 0)
        return {
            "external_id": f"e{number}", "customer": f"c{customer}", "kind": "visit", "touchpoint": "shop", "value": 60,
            "occurred_at": datetime.fromtimestamp(NOON - ago, UTC).isoformat(),
        }  # fmt: skip

    def hand_over(self) -> tuple[int, float]:
        """Look at all that is due and deliver all that is planned, as one worker would; (messages, seconds)."""
        handed, began = 0, time.perf_counter()
        while True:
            with self.runtime.reading() as session:
                customers = planning.due_customers(session, NOON, clock.AT_ONCE)
            for batch in batches(customers):
                planning.look(self.runtime, batch)
            with self.runtime.reading() as session:
                planned = clock.due_outreaches(session, NOON, clock.AT_ONCE)
            for ids in planned.values():
                handed += sum(delivery.deliver(self.runtime, batch) for batch in batches(ids))
            if not customers and not planned:
                return handed, time.perf_counter() - began

    def settle(self) -> None:
        """Nothing left to do from here, and statistics as a server that ran for a while would have them."""
        with self.runtime.writing() as session:
            session.execute(sa.text("UPDATE intents SET state = 'expired', look_at = NULL WHERE state = 'open'"))
        with self.runtime.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("VACUUM ANALYZE"))


def bring_in(url: str, numbers: range, customers: int) -> tuple[float, float]:
    """Be one client that takes in the contacts with these numbers; when it began and ended (epoch seconds)."""
    with tempfile.TemporaryDirectory() as folder:
        client = World(url, Path(folder))
        client.contacts = numbers.start
        seconds = client.add_contacts(len(numbers), 5_000, range(customers), YEAR)
        client.runtime.engine.dispose()
    return time.time() - seconds, time.time()


def intake_a_second(world: World, count: int, clients: int) -> float:
    """Contact events a second that so many clients bring in together, each in a process of its own."""
    numbers = range(world.contacts, world.contacts + count)
    with ProcessPoolExecutor(clients, mp_context=get_context("spawn")) as processes:
        shares = [numbers[n * count // clients : (n + 1) * count // clients] for n in range(clients)]
        each = [processes.submit(bring_in, world.url, share, 60_000) for share in shares]
        began, ended = zip(*(client.result() for client in each), strict=True)
    world.contacts += count
    seconds: float = max(ended) - min(began)
    return count / seconds


def cost_per_contact(world: World, count: int) -> float:
    """Seconds a contact, for that many contacts of customers who were never asked before."""
    fresh = range(world.customers, world.customers + count)
    world.add_customers(count)
    seconds = world.add_contacts(count, 500, fresh)
    handed, working = world.hand_over()
    if handed != count:
        raise RuntimeError(f"{handed} of {count} contacts were handed over")
    return (seconds + working) / count


def pgbench(world: World, seconds: int) -> float:
    """Contacts a second of a client that writes the same rows, one contact a transaction."""
    program = shutil.which("pgbench") or next(map(str, Path("/usr/lib/postgresql").glob("*/bin/pgbench")), None)
    if program is None:
        raise SystemExit("pgbench is not here; it comes with PostgreSQL's own programs (Debian: postgresql)")
    with world.runtime.writing() as session:
        ours = session.execute(sa.text(_OURS)).one()._asdict()
        session.execute(sa.text(f"CREATE SEQUENCE bench_turn START {ours.pop('next_customer')}"))
    world.add_customers(60_000)
    same = {name: _literal(value) for name, value in ours.items()}
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(_SCRIPT.format(now=NOON, **same))
        script.flush()
        url = world.settings.database_url.replace("+psycopg", "")
        command = [program, "-n", "-c", "1", "-j", "1", "-M", "prepared", "-T", str(seconds), "-f", script.name, url]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    if found is None:
        raise SystemExit(f"pgbench failed: {done.stderr[-2000:]}")
    return float(found[1])


_OURS = """
SELECT d.findings::text AS findings, d.facts::text AS facts, o.subject, o.body, o.survey_id AS survey,
       d.policy_version_id AS policy, d.guard_version_id AS guard, (SELECT max(id) + 1 FROM customers) AS next_customer
FROM outreaches o JOIN decisions d ON d.id = o.decision_id ORDER BY o.id DESC LIMIT 1
"""
_SCRIPT = """
SELECT nextval('bench_turn') AS c \\gset
BEGIN;
INSERT INTO contact_events (customer_id, source, external_id, kind, touchpoint, value, occurred_at, received_at,
  attributes)
  VALUES (:c, 'pgbench', 'e' || :c, 'visit', 'shop', 60, {now} - 3600, {now}, '{{}}') RETURNING id AS contact \\gset
INSERT INTO intents (customer_id, policy, cause, contact_event_id, state, opened_at, look_at, expires_at, steps)
  VALUES (:c, 'bench', 'contact-' || :contact, :contact, 'open', {now}, {now} - 3600, {now} + 1206000, 0)
  RETURNING id AS intent \\gset
INSERT INTO decisions (intent_id, customer_id, policy_version_id, guard_version_id, decided_at, stage, action, moment,
  channel, probability, findings, facts)
  VALUES (:intent, :c, {policy}, {guard}, {now}, 'look', 'ask', {now}, 'email', 1, {findings}, {facts})
  RETURNING id AS decision \\gset
INSERT INTO outreaches (customer_id, intent_id, decision_id, kind, policy, policy_version_id, channel, survey_id, step,
  replan, state, probability, planned_at, due_at, not_after, subject, body)
  VALUES (:c, :intent, :decision, 'ask', 'bench', {policy}, 'email', {survey}, 0, 0, 'planned', 1, {now}, {now},
  {now} + 1206000, '', '') RETURNING id AS outreach \\gset
UPDATE intents SET looked_at = {now}, look_at = {now} WHERE id = :intent;
UPDATE outreaches SET state = 'handing_over' WHERE id = :outreach AND state = 'planned';
UPDATE outreaches SET subject = {subject}, body = {body} WHERE id = :outreach;
INSERT INTO attempts (outreach_id, address, address_hmac, fence, lease_until, started_at)
  VALUES (:outreach, 'ann' || :c || '@example.org', encode(sha256((:c)::text::bytea), 'hex'),
  '6f1d8a8e-7b1c-4a44-8f0f-1c5b6f0a2d11', {now} + 900, {now});
INSERT INTO ledger (outreach_id, customer_id, kind, channel, policy, asked_at, draw)
  VALUES (:outreach, :c, 'ask', 'email', 'bench', {now}, 0.5);
UPDATE intents SET state = 'done', look_at = NULL, steps = 1 WHERE id = :intent;
INSERT INTO sandbox_messages (outreach_id, customer_id, channel, sender, recipient, subject, body, link, at, times)
  VALUES (:outreach, :c, 'email', 'Outreach', 'ann' || :c || '@example.org', {subject}, {body}, '', {now}, 1);
UPDATE outreaches SET state = 'accepted', accepted_at = {now}, delivery = 'delivered' WHERE id = :outreach;
UPDATE attempts SET outcome = 'accepted', provider_id = 'sandbox-' || :outreach WHERE outreach_id = :outreach;
COMMIT;
"""


def _literal(value: object) -> str:
    """A value as SQL; pgbench would take a colon before a word for a variable of its own."""
    if isinstance(value, int):
        return str(value)
    return "'" + str(value).replace("'", "''").replace(":", ": ") + "'"


@contextmanager
def _server(url: str | None) -> Iterator[str]:
    if url is not None:
        yield url
        return
    with servers.postgres({"shared_buffers": "512MB", "max_wal_size": "4GB"}) as own:
        yield own


def measure(world: World, contacts: int, large: int) -> dict[str, float]:
    """Every figure, in the order in which the table fills."""
    figures: dict[str, float] = {"contacts": contacts, "large": large}
    cost_per_contact(world, 1_000)  # warm
    world.add_contacts(max(0, 10_000 - world.contacts), 5_000, range(1_000))
    world.settle()
    figures["seconds_a_contact_at_10k"] = min(cost_per_contact(world, contacts) for _ in range(3))
    figures["handed_over_a_second"] = 1 / figures["seconds_a_contact_at_10k"]
    figures["pgbench_a_second"] = pgbench(world, 10)
    figures["intake_of_one_client_a_second"] = intake_a_second(world, (large - world.contacts) // 10, 1)
    figures["intake_a_second"] = intake_a_second(world, large - world.contacts, 2)
    world.settle()
    figures["seconds_a_contact_at_large"] = min(cost_per_contact(world, contacts) for _ in range(3))
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--contacts", type=int, default=2_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--database")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with ExitStack() as stack:
        url = stack.enter_context(_server(given.database))
        world = World(url, Path(stack.enter_context(tempfile.TemporaryDirectory())))
        world.furnish()
        figures = measure(world, given.contacts, given.large)
        world.runtime.engine.dispose()
    ratios = {
        "handed over, to pgbench writing the same rows": figures["handed_over_a_second"] / figures["pgbench_a_second"],
        "intake, to 20,000 contact events a second": figures["intake_a_second"] / 20_000,
        "cost of a contact with many there, to that with 10,000": (
            figures["seconds_a_contact_at_large"] / figures["seconds_a_contact_at_10k"]
        ),
    }
    for name, number in {**figures, **ratios}.items():
        print(f"{number:14,.4f}  {name}")
    if given.json:
        print(json.dumps({"ratios": ratios, "figures": figures}))


if __name__ == "__main__":
    main()
