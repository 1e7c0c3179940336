"""The company that most of these tests are about."""

from collections.abc import Iterator

import pytest

from tests.world import World, a_world


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """On SQLite, and on PostgreSQL."""
    with a_world(database_url) as made:
        yield made
