"""Where a rehearsal is played: a database that is thrown away, a moved clock, and the sandbox to send with."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Engine, event

from channels.message import Channel
from channels.sandbox import Sandbox
from outreach import database, policy_book, starter
from outreach.doorbell import SilentDoorbell
from outreach.rehearsal.play import MovedClock
from outreach.runtime import Runtime
from outreach.sandbox import DatabaseDrawer
from outreach.settings import Settings
from policies.said import worded


def runtime_at(settings: Settings, time: MovedClock) -> Runtime:
    """The product as it is, but for the moved clock, the sandbox on every channel, and a bell that nobody hears."""
    engine = database.connect(settings.database_url)
    sender = Sandbox(DatabaseDrawer(engine, time))
    return Runtime(settings, engine, time, dict.fromkeys(Channel, sender), SilentDoorbell())


@contextmanager
def temporary(settings: Settings, seed: int, time: MovedClock) -> Iterator[Runtime]:
    """A fresh database in a folder of its own. All chance follows from the seed: the same draws fall each time."""
    with TemporaryDirectory(prefix="outreach-rehearsal-") as folder:
        away = {
            "database_url": f"sqlite:///{folder}/rehearsal.db",
            "data_dir": Path(folder),
            "secret": SecretStr(f"rehearsal {seed}"),
        }
        Path(folder, "rehearsal.db").write_bytes(_blank())
        runtime = runtime_at(settings.model_copy(update=away), time)
        never_wait_for_the_disk(runtime.engine)
        try:
            yield runtime
        finally:
            runtime.engine.dispose()


@cache
def _blank() -> bytes:
    """A database with every table and no customer in it; making one takes longer than a short play."""
    with TemporaryDirectory(prefix="outreach-rehearsal-") as folder:
        file = Path(folder, "blank.db")
        engine = database.connect(f"sqlite:///{file}")
        never_wait_for_the_disk(engine)
        database.migrate(engine)
        engine.dispose()
        return file.read_bytes()


def never_wait_for_the_disk(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _configure(connection: Any, record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")  # nobody misses a rehearsal that a power cut ended


@dataclass(frozen=True)
class Furniture:
    """What the stage holds: the guard and the policies as TOML, and the texts, as rows of `contents` and `surveys`."""

    documents: Sequence[str]
    contents: Sequence[starter.Row]
    surveys: Sequence[starter.Row]


def furnish(runtime: Runtime, furniture: Furniture, by: str) -> None:
    """Publish the documents, in the name of `by`, and put the texts on the shelf. Raises PolicyRefused, NoSurvey."""
    for document in furniture.documents:
        policy_book.publish(runtime, document, by)
    with runtime.writing() as session:
        starter.add_contents(session, list(furniture.contents))
        starter.add_surveys(session, list(furniture.surveys))
    with runtime.reading() as session:
        book = policy_book.in_force(session)
    there = {survey["name"] for survey in furniture.surveys}
    for live in book.policies.values():
        if live.policy.survey not in (None, *there):
            named = {"policy": live.policy.name, "survey": live.policy.survey}
            raise NoSurvey(worded("%(policy)s asks with the survey %(survey)s, and there is no such survey", **named))


class NoSurvey(Exception):
    """A policy names a survey that is not there, so it could never ask."""
