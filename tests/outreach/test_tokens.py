"""Tokens for other systems."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from outreach import database, tokens
from outreach.doorbell import SilentDoorbell
from outreach.runtime import Runtime
from outreach.settings import Settings


@pytest.fixture
def runtime(sqlite_url: str, tmp_path: Path) -> Iterator[Runtime]:
    settings = Settings(database_url=sqlite_url, data_dir=tmp_path, _env_file=None)
    engine = database.connect(sqlite_url)
    yield Runtime(settings, engine, lambda: 1_000, {}, SilentDoorbell())
    engine.dispose()


def test_a_token_that_was_made_is_known_again(runtime: Runtime) -> None:
    plain = tokens.create(runtime, "shop")
    found = tokens.verify(runtime, plain)
    assert found is not None
    assert (found.name, found.created_at, found.revoked_at) == ("shop", 1_000, None)


def test_two_tokens_are_never_alike(runtime: Runtime) -> None:
    assert tokens.create(runtime, "shop") != tokens.create(runtime, "shop")


@pytest.mark.parametrize("sent", [None, "", "outreach_", "outreach_x", "x" * 10_000, "\0", "ü"])
def test_nothing_else_is(runtime: Runtime, sent: str | None) -> None:
    tokens.create(runtime, "shop")
    assert tokens.verify(runtime, sent) is None


def test_the_token_itself_is_kept_nowhere(runtime: Runtime, tmp_path: Path) -> None:
    plain = tokens.create(runtime, "shop")
    runtime.engine.dispose()
    with sqlite3.connect(tmp_path / "outreach.db") as connection:
        everything = "\n".join(connection.iterdump())
    connection.close()
    assert "shop" in everything
    assert plain not in everything
    assert plain.removeprefix(tokens.PREFIX) not in everything


def test_a_revoked_token_is_known_no_more_and_revoked_once(runtime: Runtime) -> None:
    plain = tokens.create(runtime, "shop")
    found = tokens.verify(runtime, plain)
    assert found is not None
    assert tokens.revoke(runtime, found.id)
    assert tokens.verify(runtime, plain) is None
    assert not tokens.revoke(runtime, found.id)
