"""Whether a database is away, or only one piece of work in it failed."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import errors
from sqlalchemy.exc import InterfaceError, OperationalError

from outreach import database
from outreach.reports.health import is_away


@contextmanager
def failing() -> Iterator[list[Exception]]:
    """What is raised within, kept instead."""
    raised: list[Exception] = []
    try:
        yield raised
    except Exception as error:
        raised.append(error)
    assert raised


@pytest.mark.parametrize(
    "url",
    ["sqlite:////nowhere/at/all/outreach.db", "postgresql+psycopg://127.0.0.1:1/outreach"],
    ids=["no file", "no server"],
)
def test_a_database_that_cannot_be_reached_is_away(url: str) -> None:
    with failing() as raised, database.reading(database.connect(url)) as session:
        session.execute(sa.text("SELECT 1"))
    assert is_away(raised[0])


def test_a_connection_the_server_ended_is_away(postgres_url: str) -> None:
    engine = database.connect(postgres_url)
    with failing() as raised, database.writing(engine) as session:
        session.execute(sa.text("SELECT pg_terminate_backend(pg_backend_pid())"))
    assert is_away(raised[0])
    engine.dispose()


def test_a_file_that_somebody_keeps_locked_is_away(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0)
    one, other = database.connect(sqlite_url), database.connect(sqlite_url)
    with database.writing(one) as held:
        held.execute(sa.text("SELECT 1"))
        with failing() as raised, database.writing(other) as session:
            session.execute(sa.text("SELECT 1"))
    assert is_away(raised[0])
    one.dispose()
    other.dispose()


@pytest.mark.parametrize(
    "cause",
    [psycopg.OperationalError("connection failed"), errors.ConnectionTimeout(), errors.ConnectionFailure(),
     errors.AdminShutdown(), errors.CrashShutdown(), errors.CannotConnectNow()],
)  # fmt: skip
def test_a_server_that_does_not_answer_or_goes_down_is_away(cause: Exception) -> None:
    assert is_away(OperationalError("SELECT", {}, cause))


@pytest.mark.parametrize(
    "cause",
    [errors.DeadlockDetected(), errors.ProgramLimitExceeded(), errors.LockNotAvailable(), errors.QueryCanceled(),
     errors.DiskFull()],
)  # fmt: skip
def test_a_server_that_refuses_one_piece_of_work_is_not_away(cause: Exception) -> None:
    assert not is_away(OperationalError("SELECT", {}, cause))


def test_a_wrong_statement_is_not_a_database_that_is_away(database_url: str) -> None:
    engine = database.connect(database_url)
    with failing() as raised, database.reading(engine) as session:
        session.execute(sa.text("SELECT nothing FROM nowhere"))
    assert not is_away(raised[0])
    engine.dispose()


def test_a_mistake_with_a_cursor_is_not_a_database_that_is_away() -> None:
    assert not is_away(InterfaceError("SELECT", {}, psycopg.InterfaceError("the cursor is closed")))
    assert not is_away(ZeroDivisionError())
