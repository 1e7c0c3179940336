"""What tests ask for: databases, a Redis, a browser and the sample data.

What this machine cannot offer is skipped with the reason; with REQUIRE_POSTGRES=1, REQUIRE_REDIS=1, REQUIRE_BROWSER=1
or REQUIRE_PRISM=1 it fails instead.
"""

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

os.environ.setdefault("NUMBA_DISABLE_JIT", "1")  # one test compiles, and holds that to what is interpreted

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from redis import Redis

from outreach import database
from outreach.tables import Table
from tests import servers

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parent.parent
_BROWSER_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_NEVER_EMPTIED = ("consent_events", "audit", "policy_versions")  # by triggers
_numbers = itertools.count(1)

settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile("house")


def unavailable(reason: str, requirement: str) -> NoReturn:
    """Skip a test for what this machine cannot offer, or fail it where that is required."""
    if os.environ.get(requirement) == "1":
        pytest.fail(f"{requirement}=1, but {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real input beside the project; OUTREACH_SHARED_DATA names another."""
    folder = Path(os.environ.get("OUTREACH_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"the sample data is not here: {folder}")
    return folder


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[sa.URL]:
    """A server's maintenance database: TEST_DATABASE_URL, else that of a private server."""
    with ExitStack() as stack:
        try:
            url = os.environ.get("TEST_DATABASE_URL") or stack.enter_context(servers.postgres())
        except servers.Unavailable as problem:
            unavailable(str(problem), "REQUIRE_POSTGRES")
        yield sa.make_url(url).set(drivername="postgresql+psycopg")


@pytest.fixture(scope="session")
def _kept_postgres_url(postgres_server: sa.URL) -> Iterator[str]:
    with postgres_database(postgres_server) as url:
        _migrate(url)
        yield url


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "outreach.db"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture
def sqlite_url(tmp_path: Path, _sqlite_template: Path) -> str:
    """A new SQLite database with the tables of today."""
    return f"sqlite:///{shutil.copy(_sqlite_template, tmp_path / 'outreach.db')}"


@pytest.fixture
def postgres_url(_kept_postgres_url: str) -> str:
    """A PostgreSQL database with the tables of today, and nothing in them: always the same one, for that is quick."""
    _empty(_kept_postgres_url)
    return _kept_postgres_url


@pytest.fixture
def empty_postgres_url(postgres_server: sa.URL) -> Iterator[str]:
    """A new PostgreSQL database without any table."""
    with postgres_database(postgres_server) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A new database with the tables of today, once on SQLite and once on PostgreSQL."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new database without any table, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    return str(request.getfixturevalue("empty_postgres_url"))


@pytest.fixture(scope="session")
def _redis_server() -> Iterator[str]:
    with ExitStack() as stack:
        try:
            url = stack.enter_context(servers.redis())
        except servers.Unavailable as problem:
            unavailable(str(problem), "REQUIRE_REDIS")
        yield url


@pytest.fixture
def redis_url(_redis_server: str) -> str:
    """A Redis with nothing in it. A test that stops or kills its Redis starts one with `servers.redis()`."""
    with Redis.from_url(_redis_server) as client:
        client.flushall()
    return _redis_server


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium; CHROMIUM names another."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    return found or unavailable("no Chromium is installed here", "REQUIRE_BROWSER")


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator["Browser"]:
    """A running Chromium, driven by Playwright; each test opens a context of its own in it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(_BROWSER_OPTIONS))
        yield started
        started.close()


def _migrate(url: str) -> None:
    engine = database.connect(url)
    database.migrate(engine)
    engine.dispose()


def _empty(postgres_url: str) -> None:
    engine = sa.create_engine(postgres_url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        run = connection.exec_driver_sql
        run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid()")  # fmt: skip
        tables = ", ".join(table.name for table in Table.metadata.sorted_tables)
        for table in _NEVER_EMPTIED:
            run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        run(f"TRUNCATE {tables} RESTART IDENTITY")
        for table in _NEVER_EMPTIED:
            run(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@contextmanager
def postgres_database(server: sa.URL) -> Iterator[str]:
    """A new database without any table."""
    name = f"outreach_{os.getpid()}_{next(_numbers)}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    try:
        yield server.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
