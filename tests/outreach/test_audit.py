"""The audit log: what people do is in it, and nobody can change it unnoticed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select

from outreach import audit, database, policy_book, tokens
from outreach.doorbell import SilentDoorbell
from outreach.runtime import Runtime
from outreach.settings import Settings
from outreach.tables import AuditEntry
from policies import library

NOON = 1_750_000_000


@pytest.fixture
def runtime(database_url: str, tmp_path: Path) -> Iterator[Runtime]:
    settings = Settings(database_url=database_url, data_dir=tmp_path, secret="for tests")
    engine = database.connect(settings.database_url)
    database.migrate(engine)
    yield Runtime(settings, engine, lambda: NOON, {}, SilentDoorbell())
    engine.dispose()


def done(runtime: Runtime) -> list[tuple[str, dict[str, object]]]:
    with runtime.reading() as session:
        return [(row.actor, row.what) for row in session.exec(select(AuditEntry).order_by("seq"))]


def test_publishing_and_retiring_and_tokens_are_written_down_with_who_did_it(runtime: Runtime) -> None:
    policy_book.publish(runtime, library.text("relationship"), "ann")
    policy_book.retire(runtime, "relationship", "bob")
    tokens.create(runtime, "shop", "ann")
    assert done(runtime) == [
        ("ann", {"published": "relationship", "before": None, "after": 1}),
        ("bob", {"retired": "relationship", "before": "live", "after": "retired"}),
        ("ann", {"token_created": 1, "before": None, "after": "shop"}),
    ]


def test_what_changes_nothing_is_not_written_down(runtime: Runtime) -> None:
    policy_book.publish(runtime, library.text("guard"), "ann")
    policy_book.publish(runtime, library.text("guard"), "ann")
    policy_book.retire(runtime, "nobody", "ann")
    assert len(done(runtime)) == 1


def test_the_chain_shows_where_it_was_tampered_with(runtime: Runtime) -> None:
    for name in ("guard", "relationship", "something-useful"):
        policy_book.publish(runtime, library.text(name), "ann")
    with runtime.reading() as session:
        assert audit.first_broken(session) is None
    with runtime.engine.begin() as connection:
        _without_triggers(connection, "UPDATE audit SET actor = 'eve' WHERE seq = 2")
    with runtime.reading() as session:
        assert audit.first_broken(session) == 2


def test_the_database_itself_refuses_to_change_the_log(runtime: Runtime) -> None:
    policy_book.publish(runtime, library.text("guard"), "ann")
    with pytest.raises(sa.exc.DBAPIError), runtime.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM audit"))


def _without_triggers(connection: sa.Connection, statement: str) -> None:
    """What somebody could do who owns the database."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.text("ALTER TABLE audit DISABLE TRIGGER ALL"))
    else:
        for name in (
            connection.execute(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
        ):
            connection.execute(sa.text(f"DROP TRIGGER {name}"))
    connection.execute(sa.text(statement))
