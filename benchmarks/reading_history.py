"""Reading a history from the database into the columns of a replay, against merely getting the same columns out.

    python benchmarks/reading_history.py [--contacts N] [--json]

N contacts (a million) of a tenth as many customers, on SQLite and on a private PostgreSQL. The yardsticks, in the same
run: `SELECT` of the same columns, all rows fetched and dropped (SQLite), and `COPY ... TO STDOUT` of the same columns,
all bytes received and dropped (PostgreSQL). What is timed as ours ends with the columns that the walk reads, sorted by
customer and time; who the customers are is read before, and told apart.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import sqlalchemy as sa
from sqlmodel import Session

from outreach import bootstrap, database
from outreach.replaying import reading
from outreach.replaying.material import people_of
from outreach.replaying.window import Window
from outreach.runtime import Runtime
from outreach.settings import Settings
from policies.replay.history import Chance, History
from tests import servers

ROUNDS = 3
A_CUSTOMER = 10  # contacts
KINDS = ("order", "delivery", "call", "visit", "return")
BEGINS = 1_735_689_600

_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT CAST(0 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {count})"
_CUSTOMERS = """INSERT INTO customers (id, external_id, name, since_at, updated_at, attributes)
{numbers} SELECT i + 1, 'C' || i, '', {begins} + i, {begins}, '{{}}' FROM n"""
_CONTACTS = """INSERT INTO contact_events
(customer_id, source, external_id, kind, touchpoint, value, occurred_at, received_at, attributes)
{numbers} SELECT (i * 7919) % {customers} + 1, 'import', 'I' || i,
CASE i % 5 WHEN 0 THEN 'order' WHEN 1 THEN 'delivery' WHEN 2 THEN 'call' WHEN 3 THEN 'visit' ELSE 'return' END,
'shop', i % 100, {begins} + (i * 104729) % 31536000, {begins}, '{{}}' FROM n"""


@contextmanager
def an_installation(url: str, folder: Path, contacts: int) -> Iterator[Runtime]:
    runtime = bootstrap.runtime(Settings.model_validate({"database_url": url, "data_dir": folder, "secret": "bench"}))
    database.migrate(runtime.engine)
    customers = max(1, contacts // A_CUSTOMER)
    with runtime.engine.begin() as connection:
        for statement, count in ((_CUSTOMERS, customers), (_CONTACTS, contacts)):
            numbers = _NUMBERS.format(count=count)
            text = statement.format(numbers=numbers, customers=customers, begins=BEGINS)
            connection.execute(sa.text(text))
    yield runtime
    runtime.engine.dispose()


def seconds(work: Callable[[], object]) -> float:
    took = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return statistics.median(took)


def bare(session: Session, query: str) -> None:
    driver: Any = session.connection().connection.driver_connection
    if session.get_bind().dialect.name == "sqlite":
        driver.execute(query).fetchall()
        return
    with driver.cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT") as copy:
        for _ in copy:
            pass


def measure(url: str, contacts: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder, an_installation(url, Path(folder), contacts) as runtime:
        with runtime.reading() as session:
            start = time.perf_counter()
            known = [each for some in people_of(session, runtime, lambda done, of: None) for each in some]
            who = time.perf_counter() - start
            ids, people = [customer.id for customer, _ in known], [person for _, person in known]
            query = reading._query(session, Window())
            yardstick = seconds(lambda: bare(session, query))
            ours = seconds(lambda: reading.contacts(session, ids, Window()))
            read = reading.contacts(session, ids, Window())
        placed = seconds(lambda: read.placed(range(len(people))))
        whole = seconds(lambda: History(people, read, Chance("5e" * 32)))
    return {
        "ratio": round((ours + placed) / yardstick, 2),
        "seconds": round(ours + placed, 2),
        "yardstick, seconds": round(yardstick, 2),
        "customers besides, seconds": round(who, 1),
        "columns of customers and contacts, seconds": round(whole, 1),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Reading a history into columns.")
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    chosen = parser.parse_args(arguments)
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        found["sqlite, against SELECT"] = measure(f"sqlite:///{folder}/outreach.db", chosen.contacts)
    with servers.postgres() as url:
        address = sa.make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        found["postgresql, against COPY"] = measure(address, chosen.contacts)
    for name, figures in found.items():
        print(f"{name}: {figures.pop('ratio')} times the time")
        for what, figure in figures.items():
            print(f"  {what}: {figure}")
    if chosen.json:
        print(json.dumps(found))


if __name__ == "__main__":
    main()
