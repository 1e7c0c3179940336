"""The ground that other tests stand on."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from redis import Redis

from outreach import database
from outreach.settings import Settings


def test_a_database_comes_with_the_tables_of_today(database_url: str) -> None:
    engine = database.connect(database_url)
    tables = sa.inspect(engine).get_table_names()
    engine.dispose()
    assert {"customers", "contact_events", "outreaches", "ledger"} <= set(tables)


def test_an_empty_database_has_no_table(empty_database_url: str) -> None:
    engine = database.connect(empty_database_url)
    tables = sa.inspect(engine).get_table_names()
    engine.dispose()
    assert tables == []


def test_the_url_of_a_database_is_one_the_settings_take(database_url: str, tmp_path: Path) -> None:
    assert Settings(database_url=database_url, data_dir=tmp_path).database_url == database_url


@pytest.mark.parametrize("round_", [1, 2])
def test_every_test_finds_its_database_untouched(database_url: str, round_: int) -> None:
    engine = database.connect(database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO accounts (external_id, name) VALUES ('a', 'A')"))
        found = connection.scalar(sa.text("SELECT count(*) FROM accounts"))
    engine.dispose()
    assert found == 1, f"round {round_}"


@pytest.mark.parametrize("round_", [1, 2])
def test_every_test_finds_an_empty_redis(redis_url: str, round_: int) -> None:
    with Redis.from_url(redis_url) as client:
        assert client.incr("rounds") == 1, f"round {round_}"
