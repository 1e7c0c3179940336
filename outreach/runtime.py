"""What every use case is given: the settings, the database, the clock, the ways out and the bell."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlmodel import Session

from channels.message import Sender
from outreach import database
from outreach.doorbell import Bell
from outreach.settings import Settings


@dataclass(frozen=True)
class Runtime:
    """Made once a process, by bootstrap. `now` gives whole epoch seconds; `senders` is by channel."""

    settings: Settings
    engine: Engine
    now: Callable[[], int]
    senders: Mapping[str, Sender]
    doorbell: Bell

    def writing(self) -> AbstractContextManager[Session]:
        """One write transaction: committed on leaving, rolled back on an error. Never call a provider inside."""
        return database.writing(self.engine)

    def reading(self) -> AbstractContextManager[Session]:
        """A session that can only read; the database itself refuses a write."""
        return database.reading(self.engine)
