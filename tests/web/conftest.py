"""A company that was lived through once, and a copy of it for each test."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.seed import Company, a_company
from web.app import create_app

NOW = int(datetime(2026, 5, 12, 10, 0, tzinfo=UTC).timestamp())  # a Tuesday, noon in Amsterdam
PEOPLE = 14


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a company with two months behind it; never written to again."""
    folder = tmp_path_factory.mktemp("company")
    company = a_company(f"sqlite:///{folder / 'outreach.db'}", folder, NOW, people=PEOPLE, days=50)
    company.runtime.engine.dispose()
    return folder


@pytest.fixture
def company(lived: Path, tmp_path: Path) -> Iterator[Company]:
    """A copy of that company, to do with as a test likes."""
    folder = tmp_path / "company"
    shutil.copytree(lived, folder)
    copy = Company(f"sqlite:///{folder / 'outreach.db'}", folder, NOW)
    yield copy
    copy.runtime.engine.dispose()


@pytest.fixture
def empty(sqlite_url: str, tmp_path: Path) -> Iterator[Company]:
    """An installation in which nothing has happened yet, not even a policy."""
    nobody = Company(sqlite_url, tmp_path, NOW)
    yield nobody
    nobody.runtime.engine.dispose()


@pytest.fixture
def app(company: Company) -> Flask:
    return create_app(company.runtime)


class Reader(FlaskClient):
    """Reads every answer to its end, so that no file stays open."""

    def open(self, *args: Any, **options: Any) -> TestResponse:
        return super().open(*args, **{"buffered": True, **options})


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    app.test_client_class = Reader
    return app.test_client()


@dataclass(frozen=True)
class Contents:
    """Everything a database holds, to compare before and after."""

    rows: tuple[str, ...]

    @classmethod
    def of(cls, company: Company) -> "Contents":
        with sqlite3.connect(company.runtime.settings.database_url.removeprefix("sqlite:///")) as connection:
            return cls(tuple(connection.iterdump()))


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """The application on a port of its own; its address."""
    with served(app) as address:
        yield address


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """An application on a port of its own; its address."""
    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", 0, app, threaded=True)
    serving = Thread(target=server.serve_forever)
    serving.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
