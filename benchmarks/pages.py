"""How long the pages take on the server, at the size of a large company.

    python benchmarks/pages.py [--customers N] [--rounds N] [--json]

A small company is lived through by the product itself on a private PostgreSQL, then copied, its weeks moved into the
past, until there are N customers (a million), with about five contacts and half a reply each. Every page is then asked
for in turn, for other people each time, in this process; told are the median and the 95th percentile of the server's
time, in ms, and the kB of HTML with style and scripts as they travel. The yardstick, in the same run: `/readyz`, which
asks the same database through the same application for next to nothing. Aims: 100 ms for every page, 50 ms for a
search; 150 kB.
"""

import argparse
import gzip
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from outreach import addresses, database
from outreach.reports import figures
from tests import servers
from tests.web.seed import Company, a_company
from web.app import create_app

PEOPLE, DAYS, STRIDE, WEEKS, WEEK = 26, 35, 100_000, 100, 604_800
AIM, AIM_OF_SEARCH, AIM_OF_WEIGHT = 100.0, 50.0, 150_000  # ms, ms, bytes
COPIED = (
    "accounts", "customers", "contact_points", "consent_events", "contact_events", "intents", "decisions",
    "outreaches", "attempts", "ledger", "sandbox_messages", "inbox", "replies",
)  # fmt: skip
SHARED = ("policy_version_id", "guard_version_id", "content_id", "survey_id")
ONLY = {
    "decisions": "id IN (SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY customer_id ORDER BY id DESC) n"
    " FROM decisions) r WHERE n < 4) OR id IN (SELECT decision_id FROM outreaches)",
}
"""Which rows are worth copying: three decisions a customer besides those that sent something, five contacts."""
NOT_A_MOMENT = {"rests_open_at"}
OTHER = {
    ("accounts", "external_id"): "external_id || '-' || k",
    ("accounts", "name"): "name || ' ' || k",
    ("customers", "external_id"): "external_id || '-' || k",
    ("customers", "name"): "name || ' ' || initcap(translate(substr(md5(k::text), 1, 7), '0123456789', 'ghijklmnop'))",
    ("contact_points", "address"): "CASE channel WHEN 'email' THEN k || '.' || address ELSE"
    " '+316' || lpad(((id * 7919 + k * 26) % 100000000)::text, 8, '0') END",
    ("contact_points", "address_hmac"): "md5(address_hmac || k)",
    ("contact_events", "external_id"): "external_id || '-' || k",
    ("attempts", "fence"): "md5(fence || k)",
    ("attempts", "provider_id"): "provider_id || '-' || k",
    ("replies", "looked_at"): f"CASE WHEN k % {WEEKS} < 4 THEN looked_at ELSE received_at - (k % {WEEKS}) * {WEEK} END",
    ("inbox", "dedupe_key"): "md5(dedupe_key || k)",
}
"""What is another one in each copy, number `k`. What waited for a person four weeks ago was looked at since."""


FIXED = (
    "/readyz", "/", "/customers", "/customers?this=asked", "/customers?this=given", "/customers?this=held",
    "/customers?page=40", "/replies", "/replies?show=waiting", "/replies?show=unassigned", "/replies?show=critics",
    "/sandbox", "/policies", "/policies/guard/edit", "/policies/guard/versions", "/content", "/content/1",
    "/surveys", "/surveys/1/preview", "/settings", "/settings/channels", "/settings/audit", "/begin",
)  # fmt: skip


@contextmanager
def a_large_company(url: str, folder: Path, customers: int) -> Iterator[Company]:
    company = a_company(url, folder, int(time.time()), PEOPLE, DAYS)
    engine = company.runtime.engine
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        for table in COPIED:
            copy(connection, sa.inspect(connection), table, customers // PEOPLE)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE")
    figures.keep(company.runtime)  # as the clock does, once a minute
    yield company
    engine.dispose()


def copy(connection: sa.Connection, inspector: sa.Inspector, table: str, copies: int) -> None:
    """Copies of all rows of a table that are worth it; each copy's moments are some weeks earlier."""
    columns = [column["name"] for column in inspector.get_columns(table) if not column.get("computed")]

    def value(name: str) -> str:
        if (table, name) in OTHER:
            return OTHER[table, name]
        if name == "id" or (name.endswith("_id") and name not in (*SHARED, "external_id", "provider_id")):
            return f"{name} + k * {STRIDE}"
        is_a_moment = name == "at" or name.endswith(("_at", "_until")) or name in ("moment", "not_after")
        return f"{name} - (k % {WEEKS}) * {WEEK}" if is_a_moment and name not in NOT_A_MOMENT else name

    select = f"SELECT {', '.join(map(value, columns))} FROM {table}, generate_series(CAST(1 AS bigint), {copies - 1}) k"
    only = ONLY.get(table, "true")
    connection.execute(sa.text(f"INSERT INTO {table} ({', '.join(columns)}) {select} WHERE {only}"))


def some_pages(company: Company, chance: random.Random) -> dict[str, Callable[[], str]]:
    """A page of each kind; called, the address of one of them."""
    with company.runtime.reading() as session:

        def some(query: str) -> list[str]:
            found = [str(row[0]) for row in session.execute(sa.text(query))]
            return chance.sample(found, min(len(found), 200))

        sample = "TABLESAMPLE SYSTEM (5)"
        people = some(f"SELECT external_id FROM customers {sample} LIMIT 2000")
        names = some(f"SELECT split_part(name, ' ', 1 + (id % 2)::int) FROM customers {sample} LIMIT 2000")
        rare = some(f"SELECT substr(regexp_replace(name, '^.* ', ''), 1, 5) FROM customers {sample} LIMIT 2000")
        mails = some(f"SELECT address FROM contact_points {sample} WHERE channel = 'email' LIMIT 2000")
        phones = some(f"SELECT right(address, 8) FROM contact_points {sample} WHERE channel = 'sms' LIMIT 2000")
        replies = some(f"SELECT id FROM replies {sample} LIMIT 2000")

    key = company.runtime.settings.key("addresses")
    with company.runtime.writing() as session:  # a copy's address is not known by its own fingerprint
        for mail in mails:
            known = {"mail": mail, "hmac": addresses.fingerprint(key, "email", mail)}
            session.execute(sa.text("UPDATE contact_points SET address_hmac = :hmac WHERE address = :mail"), known)

    def one(before: str, of: Sequence[str]) -> Callable[[], str]:
        return lambda: f"{before}{chance.choice(of)}"

    return {
        **{page: one(page, [""]) for page in FIXED},
        "search: a common name": one("/customers?q=", names),
        "search: a rare name": one("/customers?q=", rare),
        "search: an e-mail address": one("/customers?q=", mails),
        "search: part of one": lambda: f"/customers?q={chance.choice(mails)[:-4]}",
        "search: a phone number": one("/customers?q=", phones),
        "search: an id": one("/customers?q=", people),
        "search: nobody": one("/customers?q=zzzz", ["qx", "wq", "xx"]),
        "one customer": one("/customers/", people),
        "their devices": one("/sandbox/", people),
        "one reply": one("/replies/", replies),
    }


def measure(client: FlaskClient, address: Callable[[], str], rounds: int) -> dict[str, float]:
    took, size = [], 0
    for number in range(rounds + 2):
        page = address()
        start = time.perf_counter()
        answer = _fetch(client, page)
        if number > 1:  # the first ones compile the template
            took.append(1000 * (time.perf_counter() - start))
        if answer.status_code != 200:
            raise SystemExit(f"{page} answered {answer.status_code}")
        size = max(size, len(answer.data))
    return {"p50": statistics.median(took), "p95": statistics.quantiles(took, n=20)[-1], "bytes": size}


def _fetch(client: FlaskClient, page: str) -> TestResponse:
    """What is looked for is sent by form, and where it is no address led to a page of its own."""
    where, looks_for, text = page.partition("?q=")
    if looks_for:
        return client.post(where, data={"q": text}, follow_redirects=True, buffered=True)
    return client.get(page, buffered=True)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="How long the pages take at size.")
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    chosen = parser.parse_args(arguments)
    with servers.postgres() as server, tempfile.TemporaryDirectory() as folder:
        url = sa.make_url(server).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        engine = database.connect(url)
        database.migrate(engine)
        engine.dispose()
        start = time.perf_counter()
        with a_large_company(url, Path(folder), chosen.customers) as company:
            print(f"filled in {time.perf_counter() - start:.0f} s: {', '.join(counted(company))}")
            app = create_app(company.runtime)
            app.config["WTF_CSRF_ENABLED"] = False  # a token a form is no work to speak of
            client = app.test_client()
            pages = some_pages(company, random.Random(1))
            found = {name: measure(client, address, chosen.rounds) for name, address in pages.items()}
    static = Path(__file__).parent.parent / "web" / "static"
    files = ("outreach.css", "outreach.js", "vendor/pico.min.css", "vendor/htmx.min.js", "vendor/lucide.svg")
    beside = sum(len(gzip.compress((static / name).read_bytes())) for name in files)
    yardstick = found["/readyz"]["p50"]
    for name, told in found.items():
        slow = told["p95"] > (AIM_OF_SEARCH if name.startswith("search") else AIM)
        heavy = told["bytes"] + beside > AIM_OF_WEIGHT
        told["ratio"] = told["p50"] / yardstick
        weight = f"{(told['bytes'] + beside) / 1000:6.1f} kB{'  SLOW' if slow else ''}{'  HEAVY' if heavy else ''}"
        print(f"{name:28} p50 {told['p50']:7.1f} ms  p95 {told['p95']:7.1f} ms  {told['ratio']:6.1f}x  {weight}")
    if chosen.json:
        print(json.dumps(found))


def counted(company: Company) -> Iterator[str]:
    with company.runtime.reading() as session:
        for table in ("customers", "contact_events", "intents", "decisions", "ledger", "replies"):
            count = session.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one()
            yield f"{count:,} {table}"


if __name__ == "__main__":
    main()
