"""The kinds of column the tables are made of."""

import re
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

CHANNELS = ("email", "sms")
BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # SQLite numbers rows only in an INTEGER PRIMARY KEY
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class Text(TypeDecorator[str]):
    """Text on both databases alike: NUL and unpaired surrogates, which PostgreSQL cannot keep, become U+FFFD."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        return value if value is None else _UNSTORABLE.sub("\ufffd", value)


class Table(SQLModel):
    """What every table shares: names of constraints that are the same on both databases."""

    metadata = sa.MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        }
    )


def row_id() -> Any:
    """A number the database gives out."""
    return Field(default=None, primary_key=True, sa_type=BIG)


def string(**options: Any) -> Any:
    return Field(sa_type=Text, **options)


def number(**options: Any) -> Any:
    """A 64-bit whole number; a moment when its name ends in `_at`."""
    return Field(sa_type=BIG, **options)


def reference(table: str, **options: Any) -> Any:
    """The id of a row of another table."""
    return Field(sa_type=BIG, foreign_key=f"{table}.id", **options)


def mapping() -> Any:
    return Field(default_factory=dict, sa_type=sa.JSON, nullable=False)


def one_of(column: str, words: type[StrEnum] | tuple[str, ...]) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} IN ({listed(words)})", name=column)


def listed(words: type[StrEnum] | tuple[str, ...]) -> str:
    """Words as SQL text: 'planned', 'accepted'."""
    return ", ".join(f"'{word}'" for word in words)


def in_any_part(table: str, column: str) -> sa.Index:
    """An index by which rows are found that hold some characters: PostgreSQL's by three in a row, SQLite's is read
    from end to end."""
    name, how = f"ix_{table}_{column}_parts", {column: "gin_trgm_ops"}
    return sa.Index(name, column, postgresql_using="gin", postgresql_ops=how)


def only_where(condition: str) -> dict[str, Any]:
    """Options of an index over the rows that fulfil the condition."""
    return {"postgresql_where": sa.text(condition), "sqlite_where": sa.text(condition)}
