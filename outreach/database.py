"""The two ways this product talks to a database, and no third; the lock that holds the caps; migrations.

SQLite: BEGIN IMMEDIATE for whatever writes. PostgreSQL: READ COMMITTED and the customer's row locked. Every other
combination that was tried asked customers twice or failed under load.
"""

import json
import os
import time
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.pool import Pool
from sqlmodel import Session, col

from outreach import migrations
from outreach.listed import ListOfValues, among_values, listed
from outreach.tables import Account, Customer

BUSY_SECONDS = 30
MIGRATION_LOCK = 0x6F757472  # any number will do, as long as it is always the same one
_CLOCK_SECONDS = 30
_left_to_parent: list[Pool] = []


def connect(url: str) -> sa.Engine:
    """An engine for one of the two databases; it connects on first use. A fork may use it: the child connects anew."""
    known = sa.make_url(url)
    if known.get_backend_name() not in ("sqlite", "postgresql"):
        raise ValueError(f"only SQLite and PostgreSQL are supported, not {known.get_backend_name()}")
    engine = _sqlite(known) if known.get_backend_name() == "sqlite" else _postgresql(known)
    _forget_after_fork(engine)
    return engine


def is_there(engine: sa.Engine) -> bool:
    """Whether there may be something in it. Merely looking into a SQLite file that is not there would make it."""
    return engine.dialect.name != "sqlite" or Path(engine.url.database or "").is_file()


def _sqlite(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(
        url,
        json_serializer=_to_json,
        hide_parameters=True,
        connect_args={"timeout": BUSY_SECONDS, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, record: object) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _postgresql(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(
        url,
        isolation_level="READ COMMITTED",
        json_serializer=_to_json,
        hide_parameters=True,
        pool_size=10,
        max_overflow=10,
        pool_pre_ping=True,
        connect_args={"connect_timeout": 5, "application_name": "outreach"},
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, record: object) -> None:
        connection.execute(_KEEPS_ITS_WORD)
        connection.commit()

    return engine


_KEEPS_ITS_WORD = """SELECT set_config('synchronous_commit', 'on', false)
WHERE current_setting('synchronous_commit') = 'off'"""  # or a crash forgets who was asked a moment ago


_to_json = partial(json.dumps, allow_nan=False, separators=(",", ":"))


def _forget_after_fork(engine: sa.Engine) -> None:
    here = weakref.ref(engine)

    def forget() -> None:
        if (inherited := here()) is not None:
            _left_to_parent.append(inherited.pool)  # closing a connection here would end the parent's
            inherited.dispose(close=False)

    os.register_at_fork(after_in_child=forget)


@contextmanager
def writing(engine: sa.Engine) -> Iterator[Session]:
    """One write transaction: committed on leaving, rolled back on an error. Never call a provider inside."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: sa.Engine) -> Iterator[Session]:
    """A session that can only read; the database itself refuses a write."""
    with Session(_for_reading(engine)) as session:
        yield session


@lru_cache(maxsize=4)
def _for_reading(engine: sa.Engine) -> sa.Engine:
    return engine.execution_options(reading=True, postgresql_readonly=True)


def run_alone(engine: sa.Engine, statement: sa.Executable, parameters: Any) -> list[Any]:
    """Run one statement that is its own transaction, committed when this returns; its rows. On PostgreSQL that takes
    one trip instead of three. Of several sets of parameters some may be in when it fails: repeating must do no harm."""
    with _for_one_statement(engine).begin() as connection:
        return list(connection.execute(statement, parameters).all())


@lru_cache(maxsize=4)
def _for_one_statement(engine: sa.Engine) -> sa.Engine:
    return engine if engine.dialect.name == "sqlite" else engine.execution_options(isolation_level="AUTOCOMMIT")


def lock_customers(session: Session, ids: Iterable[int]) -> list[Customer]:
    """Lock customers, and then the accounts they belong to, until the transaction ends; both in order of id.

    Read a customer's history, and what is in force, only after this: nobody publishes before the transaction ends.
    Nothing that may reach a customer is decided without it. On SQLite the transaction itself is the lock. Returns the
    customers that exist, ordered by id; in the place of one who was merged into another, that one.
    """
    customers = list(session.execute(_LOCK_CUSTOMERS, {"ids": list(ids)}).scalars())
    if any(customer.merged_into for customer in customers):  # since their ids were read
        return lock_customers(session, {customer.merged_into or customer.id for customer in customers})
    if session.get_bind().dialect.name == "postgresql":  # only a locked customer stays with the account that is locked
        accounts = {customer.account_id for customer in customers if customer.account_id is not None}
        session.execute(_LOCK_ACCOUNTS, {"ids": accounts}).all()
        session.execute(_NOBODY_PUBLISHES)  # last: whoever holds this waits for no one, and publishing waits for them
    return customers


# key_share: locks out every other holder of this lock, but not the insert of a row that refers to the customer
_LOCK_ACCOUNTS = (
    sa.select(col(Account.id))
    .where(listed(Account.id, "ids"))
    .order_by(col(Account.id))
    .with_for_update(key_share=True)
)
_NOBODY_PUBLISHES = sa.text("LOCK TABLE intents IN ROW EXCLUSIVE MODE")
_LOCK_CUSTOMERS = (
    sa.select(Customer)
    .where(listed(Customer.id, "ids"))
    .order_by(col(Customer.id))
    .with_for_update(key_share=True)
    .execution_options(populate_existing=True)
)


def among(session: Session, column: Any, values: Iterable[Any]) -> sa.ColumnElement[bool]:
    """`column IN values` for any number of texts or whole numbers: they travel as one parameter."""
    return among_values(column, sa.bindparam(None, list(values), type_=ListOfValues()))


def clock(engine: sa.Engine) -> Callable[[], int]:
    """Whole epoch seconds: the database's own on PostgreSQL, so that machines with wrong clocks agree."""
    if engine.dialect.name == "sqlite":
        return lambda: int(time.time())
    return _ServerClock(engine)


class _ServerClock:
    """Asks the server now and then, and counts the seconds in between itself."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._asked: tuple[float, float] | None = None  # (monotonic seconds, epoch seconds), always set together

    def __call__(self) -> int:
        counted = time.monotonic()
        asked = self._asked
        if asked is None or counted - asked[0] > _CLOCK_SECONDS:
            with self._engine.connect() as connection:
                answer = connection.scalar(sa.text("SELECT extract(epoch FROM clock_timestamp())::float8"))
            asked = self._asked = (time.monotonic(), float(answer or 0))
            counted = asked[0]
        return int(asked[1] + counted - asked[0])


def migrate(engine: sa.Engine) -> None:
    """Bring the tables to the newest version. Two processes may do so at once: one waits for the other."""
    from alembic import command  # no process that stays needs it in its memory
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "outreach:migrations")
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATION_LOCK)))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def shred(engine: sa.Engine) -> bool:
    """Write the SQLite file anew, so that nothing can be found in it that was deleted or overwritten. False where it
    was in use all the time. PostgreSQL uses such space again by itself."""
    if engine.dialect.name != "sqlite":
        return True
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        for statement in ("PRAGMA query_only=OFF", "VACUUM"):
            cursor.execute(statement)
        (busy, *_) = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
    finally:
        connection.close()


def is_migrated(session: Session) -> bool:
    """Whether the tables are those of the newest version."""
    if not sa.inspect(session.connection()).has_table("alembic_version"):
        return False
    files = Path(migrations.__path__[0]).glob("versions/v*.py")
    newest = max(file.name for file in files).removeprefix("v").partition("_")[0]
    return bool(session.scalar(sa.text("SELECT version_num FROM alembic_version")) == newest)
