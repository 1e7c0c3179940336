"""Many rows in one statement: on PostgreSQL they travel as one parameter, on SQLite one by one, which is near."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.dml import ReturningInsert
from sqlmodel import Session

from outreach.bulk import columns, insert_into
from outreach.tables import Table

Row = Mapping[str, Any]


def insert_all(session: Session, table: type[Table], rows: Sequence[Row], *returning: str) -> Sequence[Any]:
    """Insert rows, all with the same keys, and return these columns of each, in any order. Every constraint holds."""
    if not rows:
        return []
    if session.get_bind().dialect.name == "sqlite":
        return session.execute(_insert_each(table, returning or ("id",)), rows).all()
    insert = insert_into(session, table).returning(*(columns(table).c[name] for name in returning or ("id",)))
    arrived = _arrived(table, rows)
    names = list(rows[0])
    return session.execute(insert.from_select(names, sa.select(*(arrived.c[name] for name in names)))).all()


@cache
def _insert_each(table: type[Table], returning: tuple[str, ...]) -> ReturningInsert[Any]:
    target = columns(table)
    return target.insert().returning(*(target.c[name] for name in returning))


def update_all(session: Session, table: type[Table], rows: Sequence[Row]) -> None:
    """Set the columns in each row, all with the same keys, where the table has its `id`."""
    if not rows:
        return
    if session.get_bind().dialect.name == "sqlite":
        statement = _update_each(table, tuple(rows[0]))
        session.connection().execute(statement, [{f"to_{name}": value for name, value in row.items()} for row in rows])
        return
    target, arrived = columns(table), _arrived(table, rows)
    changed = {name: arrived.c[name] for name in rows[0] if name != "id"}
    session.execute(sa.update(target).where(target.c.id == arrived.c.id).values(changed))


@cache
def _update_each(table: type[Table], names: tuple[str, ...]) -> sa.Update:
    target = columns(table)
    changed = {name: sa.bindparam(f"to_{name}", type_=target.c[name].type) for name in names if name != "id"}
    return target.update().where(target.c.id == sa.bindparam("to_id")).values(changed)


def _arrived(table: type[Table], rows: Sequence[Row]) -> Any:
    """The rows as PostgreSQL sees them: a table out of one JSON text."""
    return (
        sa.func.json_to_recordset(sa.literal(_cleaned(rows), sa.JSON))
        .table_valued(*(sa.column(name, columns(table).c[name].type) for name in rows[0]))
        .render_derived(with_types=True)
    )


def _cleaned(rows: Sequence[Row]) -> list[Row]:
    """PostgreSQL keeps no NUL in a text; like everywhere, it becomes U+FFFD."""
    return [
        {k: v.replace("\0", "\ufffd") if isinstance(v, str) and "\0" in v else v for k, v in row.items()}
        for row in rows
    ]
