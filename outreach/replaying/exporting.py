"""Writing the database's history as a data set in parts, in bounded memory: whole, or not at all."""

import os
import shutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
from sqlmodel import Session, col

from outreach import history
from outreach.lifecycle import PolicyState
from outreach.replaying.dataset import CONTACTS, CUSTOMERS, DataSet, contact_rows, customer_rows, paths
from outreach.replaying.material import THERE, Progress, Row, people_of, texts
from outreach.runtime import Runtime
from outreach.tables import ContactEvent, Customer, PolicyVersion
from policies.replay.history import Happened

LEAST_PARTS = 8
A_PART = 500_000  # contacts, about
AT_ONCE = 20_000  # rows kept in memory, of all parts together


class NotEmpty(Exception):
    """There is something at this place already; choose a folder that is not there yet."""


def export(runtime: Runtime, folder: Path, progress: Progress) -> DataSet:
    """Write the data set, as the database is at one moment. Raises NotEmpty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotEmpty(f"{folder} is not empty; choose a folder that is not there yet")
    beside = folder.with_name(f"{folder.name}.{os.getpid()}.part")
    beside.mkdir(parents=True)
    try:
        with runtime.reading() as session:
            _at_one_moment(session)
            _write(session, runtime, beside, progress)
        if folder.exists():
            folder.rmdir()
        beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return DataSet.of(folder)


def _at_one_moment(session: Session) -> None:
    """SQLite reads so anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _write(session: Session, runtime: Runtime, folder: Path, progress: Progress) -> None:
    events = session.execute(sa.select(sa.func.count()).select_from(ContactEvent)).scalar_one()
    parts = max(LEAST_PARTS, -(-events // A_PART))
    customers, contacts = _Writers(folder, parts, 0), _Writers(folder, parts, 1)
    people = 0
    with customers, contacts:
        for some in people_of(session, runtime, progress):
            people += len(some)
            for who, person in some:
                customers.add(_key(who.account_id, who.id), customer_rows([person])[0])
        done = 0
        for key, happened in _contacts(session):
            contacts.add(key, contact_rows([happened])[0])
            done += 1
            if done % AT_ONCE == 0:
                progress(done, events)
    documents = {row.name: row.document for row in session.execute(_DOCUMENTS)}
    DataSet(folder, parts, people, done, runtime.settings.key("chance").hex(), documents, *texts(session)).save()


_DOCUMENTS = sa.select(col(PolicyVersion.name), col(PolicyVersion.document)).where(
    col(PolicyVersion.state) == PolicyState.LIVE
)


def _key(account: int | None, customer: int) -> int:
    """People of one account hold each other back, so they stay together."""
    return customer if account is None else account


def _contacts(session: Session) -> Iterator[tuple[int, Happened]]:
    rows = session.execute(_CONTACTS, execution_options={"yield_per": AT_ONCE})
    for row in rows:
        yield _key(row.account_id, row.customer_id), Happened(row.owner, history.contact_of(row))


_CONTACTS = (
    sa.select(
        col(Customer.external_id).label("owner"), col(Customer.account_id), col(ContactEvent.customer_id),
        col(ContactEvent.source), col(ContactEvent.external_id), col(ContactEvent.kind), col(ContactEvent.touchpoint),
        col(ContactEvent.value), col(ContactEvent.occurred_at), col(ContactEvent.attributes),
    )
    .join(Customer, col(Customer.id) == col(ContactEvent.customer_id))
    .where(THERE)
    .order_by(col(ContactEvent.id))
)  # fmt: skip


class _Writers:
    """A file a part; rows wait in memory until there are many."""

    def __init__(self, folder: Path, parts: int, which: int) -> None:
        self._schema = (CUSTOMERS, CONTACTS)[which]
        self._files = [pq.ParquetWriter(paths(folder, n)[which], self._schema) for n in range(parts)]
        self._rows: dict[int, list[Row]] = defaultdict(list)
        self._waiting = 0

    def __enter__(self) -> "_Writers":
        return self

    def __exit__(self, *problem: Any) -> None:
        self._flush()
        for file in self._files:
            file.close()

    def add(self, key: int, row: Row) -> None:
        self._rows[key % len(self._files)].append(row)
        self._waiting += 1
        if self._waiting == AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        for part, rows in self._rows.items():
            self._files[part].write_table(pa.Table.from_pylist(rows, self._schema))
        self._rows.clear()
        self._waiting = 0
