"""Contacts from the database into columns, about as fast as the database hands them out.

PostgreSQL copies them as text, which Arrow takes apart; SQLite gives rows. Without Arrow both give rows, and the same
columns come of them, later.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from outreach.replaying.window import Window
from outreach.tables import ContactEvent
from policies.replay.compiling import is_fast
from policies.replay.contacts import Contacts, Texts, Words

try:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import csv
except ImportError:  # the extra `fast` is not installed
    pa = None

AT_ONCE = 1_000  # rows
COLUMNS = ("customer", "moment", "value", "kind", "touchpoint", "id", "attributes")


def contacts(session: Session, customers: Sequence[int], window: Window) -> Contacts:
    """The contacts of these customers (their ids, in order) inside the window, in the order in which they came in."""
    query = _query(session, window)
    if pa is None or not is_fast():
        return _from_rows(_rows(session, query), customers)
    if session.get_bind().dialect.name == "postgresql":
        return _from_arrow(_copied(session, query), customers)
    return _from_arrow(_gathered(session, query), customers)


def _query(session: Session, window: Window) -> str:
    """As SQL text: both databases are asked by their own drivers."""
    event = ContactEvent
    attributes = sa.cast(col(event.attributes), sa.Text)
    query = sa.select(
        col(event.customer_id), col(event.occurred_at), col(event.value), col(event.kind), col(event.touchpoint),
        col(event.source) + sa.literal("/") + col(event.external_id), sa.func.nullif(attributes, sa.literal("{}")),
    ).order_by(col(event.id))  # fmt: skip
    if window.since is not None:
        query = query.where(col(event.occurred_at) >= window.since)
    if window.until is not None:
        query = query.where(col(event.occurred_at) < window.until)
    return str(query.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))


def _driver(session: Session) -> Any:
    return session.connection().connection.driver_connection


def _rows(session: Session, query: str) -> Iterable[tuple[Any, ...]]:
    rows: Iterable[tuple[Any, ...]] = _driver(session).execute(query).fetchall()
    return rows


def _gathered(session: Session, query: str) -> Any:
    """Some rows at a time: all of them at once would be looked through by the garbage collector again and again."""
    cursor, schema, parts = _driver(session).execute(query), pa.schema(_types()), []
    while rows := cursor.fetchmany(AT_ONCE):
        columns = [pa.array([row[n] for row in rows], kind) for n, kind in enumerate(schema.types)]
        parts.append(pa.record_batch(columns, schema))
    return pa.Table.from_batches(parts, schema)


def _copied(session: Session, query: str) -> Any:
    text = bytearray()
    with _driver(session).cursor() as cursor, cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as copy:
        for line in copy:
            text += line
    if not text:
        return pa.schema(_types()).empty_table()
    return csv.read_csv(
        pa.BufferReader(pa.py_buffer(text)),
        csv.ReadOptions(column_names=COLUMNS),
        csv.ParseOptions(newlines_in_values=True),
        csv.ConvertOptions(
            column_types=_types(), strings_can_be_null=True, null_values=[""], quoted_strings_can_be_null=False
        ),
    )


def _types() -> dict[str, Any]:
    numbers = {"customer": pa.int64(), "moment": pa.int64(), "value": pa.float64()}
    return numbers | dict.fromkeys(COLUMNS[3:], pa.large_string())


def _from_arrow(table: Any, customers: Sequence[int]) -> Contacts:
    known, whose = np.asarray(customers, np.int64), table.column("customer").to_numpy()
    place = np.full(max(known.max(initial=0), whose.max(initial=0)) + 1, -1)
    place[known] = np.arange(len(known))
    owners = place[whose]
    there = owners >= 0
    if not there.all():
        table, owners = table.filter(pa.array(there)), owners[there]
    return Contacts(
        owners,
        table.column("moment").to_numpy(),
        table.column("value").to_numpy(),
        _words(table.column("kind")),
        _words(table.column("touchpoint")),
        _texts(table.column("id")),
        _attributes(table.column("attributes")),
    )


def _words(column: Any) -> Words:
    encoded = column.combine_chunks().dictionary_encode()
    names = encoded.dictionary.to_pylist()
    order = sorted(range(len(names)), key=lambda n: names[n])
    place = np.argsort(order) if order else np.zeros(0, np.int64)
    return Words([names[n] for n in order], place[encoded.indices.to_numpy()].astype(np.int64))


def _texts(column: Any) -> Texts:
    array = column.combine_chunks()
    _, starts, octets = array.buffers()
    begins = np.frombuffer(starts, np.int64)[array.offset : array.offset + len(array) + 1]
    return Texts(octets.to_pybytes() if octets else b"", begins, np.arange(len(array)))


def _attributes(column: Any) -> dict[int, str]:
    there = np.flatnonzero(pc.is_valid(column).to_numpy())
    return dict(zip(there.tolist(), column.take(pa.array(there)).to_pylist(), strict=True))


def _from_rows(rows: Iterable[tuple[Any, ...]], customers: Sequence[int]) -> Contacts:
    place = {customer: n for n, customer in enumerate(customers)}
    some = [row for row in rows if row[0] in place]
    owners, moments, values, kinds, touchpoints, ids, known = list(zip(*some, strict=True)) or [()] * len(COLUMNS)
    return Contacts.from_columns(
        [place[owner] for owner in owners], moments, values, (kinds, touchpoints, ids),
        {n: text for n, text in enumerate(known) if text is not None},
    )  # fmt: skip
