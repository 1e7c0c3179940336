"""Any number of values as one parameter: `column IN` a list, for statements that are built once and used all day.

Building a statement costs ten times what it costs to run one that is there already; the busiest ones are constants.
"""

import json
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction
from sqlalchemy.types import TypeDecorator


class ListOfValues(TypeDecorator[Iterable[Any]]):
    """Texts or whole numbers, on their way to the database as one JSON text."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: Iterable[Any] | None, dialect: sa.Dialect) -> str:
        return json.dumps(list(value or ()))


class _Each(GenericFunction[Any]):
    """The values of a list, as the rows of a subquery."""

    inherit_cache = True


@compiles(_Each, "sqlite")
def _each_on_sqlite(each: _Each, compiler: Any, **options: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(each.clauses, **options)}))"


@compiles(_Each, "postgresql")
def _each_on_postgresql(each: _Each, compiler: Any, **options: Any) -> str:
    wanted = compiler.dialect.type_compiler_instance.process(each.type)
    listed = f"json_array_elements_text(CAST({compiler.process(each.clauses, **options)} AS JSON))"
    return f"(SELECT CAST(listed.value AS {wanted}) FROM {listed} AS listed (value))"


def listed(column: Any, parameter: str) -> sa.ColumnElement[bool]:
    """`column IN` the values of this parameter, given when the statement is executed."""
    return among_values(column, sa.bindparam(parameter, type_=ListOfValues()))


def among_values(column: Any, values: sa.BindParameter[Any]) -> sa.ColumnElement[bool]:
    # The database's own type of the column is compared, not what Python makes of it.
    return sa.type_coerce(column, column.type).op("IN", is_comparison=True)(_Each(values, type_=column.type))
