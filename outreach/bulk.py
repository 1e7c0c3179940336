"""Many rows at once: loaded into a temporary table as fast as each database can, then handled by one SQL for both."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable
from sqlmodel import Session

from outreach.tables import Table


def columns(table: type[Table]) -> sa.Table:
    """The table as SQL sees it, for statements about many rows."""
    return Table.metadata.tables[str(table.__tablename__)]


def insert_into(session: Session, table: type[Table]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT of the database at hand, which knows ON CONFLICT."""
    return insert_on(session.get_bind().dialect.name, table)


def insert_on(dialect: str, table: type[Table]) -> postgresql.Insert | sqlite.Insert:
    """The same, by the name of the dialect."""
    if dialect == "postgresql":
        return postgresql.insert(columns(table))
    return sqlite.insert(columns(table))


def temporary(name: str, *of: sa.Column[Any]) -> sa.Table:
    """A table that every connection has for itself, to be filled with `load`."""
    return sa.Table(name, sa.MetaData(), *of, prefixes=["TEMPORARY"], postgresql_on_commit="DELETE ROWS")


def load(session: Session, into: sa.Table, rows: Iterable[Sequence[Any]]) -> None:
    """Have exactly these rows in a temporary table. Their cells are in the order of its columns; JSON is text."""
    session.execute(CreateTable(into, if_not_exists=True))
    session.execute(sa.delete(into))
    connection = session.connection()
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        driver.executemany(f"INSERT INTO {into.name} VALUES ({', '.join('?' * len(into.columns))})", rows)  # noqa: S608
        return
    with driver.cursor() as cursor, cursor.copy(f"COPY {into.name} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
