"""Builders: each makes something ordinary, and a test names only what it is about."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from outreach import database
from outreach.doorbell import Bell, SilentDoorbell
from outreach.lifecycle import PolicyKind
from outreach.runtime import Runtime
from outreach.settings import Settings
from outreach.tables import PolicyVersion

NOON = 1_750_000_000
"""A moment in June 2025, in epoch seconds."""
HOUR = 60 * 60
DAY = 24 * HOUR


class RecordingBell:
    """Hears every ring: (queue, job, ids)."""

    def __init__(self) -> None:
        self.rings: list[tuple[str, str, list[int]]] = []

    def ring(self, queue: str, job_name: str, ids: Any) -> bool:
        self.rings.append((queue, job_name, list(ids)))
        return True


@contextmanager
def a_runtime(url: str, now: int = NOON, doorbell: Bell | None = None) -> Iterator[Runtime]:
    """A runtime on a database with tables, with a clock that stands still."""
    settings = Settings.model_validate({"database_url": url, "secret": "for tests"})
    engine = database.connect(settings.database_url)
    yield Runtime(settings, engine, lambda: now, {}, doorbell or SilentDoorbell())
    engine.dispose()


def a_customer(**said: Any) -> dict[str, Any]:
    return {"external_id": "K1", "name": "Anna", **said}


def a_contact(**said: Any) -> dict[str, Any]:
    ordinary = {"external_id": "B1", "customer": "K1", "kind": "delivery", "touchpoint": "courier", "value": 80}
    return {**ordinary, "occurred_at": moment(NOON - HOUR), **said}


def moment(at: int) -> str:
    """Epoch seconds as the API and files write them."""
    return datetime.fromtimestamp(at, UTC).isoformat()


def a_policy_after_contacts(
    name: str = "after-contact", minimum: int = 40, kinds: str = "[]", settle: str = "1d", expires: str = "14d"
) -> PolicyVersion:
    document = (
        f'name = "{name}"\ntitle = "After a contact"\nsurvey = "contact"\n'
        f'[contact]\nkinds = {kinds}\nminimum_value = {minimum}\nsettle = "{settle}"\nexpires = "{expires}"\n'
    )
    return PolicyVersion(
        name=name, version=1, kind=PolicyKind.POLICY, document=document, published_at=0, published_by="test"
    )
