"""Many rows at once, through the walls: one statement on PostgreSQL, one prepared statement on SQLite."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Integer, SmallInteger, Table, Uuid

from portal.db import Moment

Row = Sequence[Any]
AT_ONCE = 20_000


def pour(connection: Connection, table: Table, columns: Sequence[Column[Any]], rows: Sequence[Row]) -> None:
    """Insert ``rows``, whose values stand in the order of ``columns``."""
    names = ", ".join(column.name for column in columns)
    if connection.dialect.name == "postgresql":
        arrays = ", ".join(f"%s::{_array(column)}" for column in columns)
        statement = f"INSERT INTO {table.name} ({names}) SELECT * FROM unnest({arrays})"  # noqa: S608  our own names
        for start in range(0, len(rows), AT_ONCE):
            some = rows[start : start + AT_ONCE]
            connection.exec_driver_sql(statement, tuple(list(values) for values in zip(*some, strict=True)))
    elif rows:
        places = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {table.name} ({names}) VALUES ({places})"  # noqa: S608  our own names
        connection.exec_driver_sql(statement, _bound(connection, columns, rows))


def _bound(connection: Connection, columns: Sequence[Column[Any]], rows: Sequence[Row]) -> list[tuple[Any, ...]]:
    """The rows as the driver takes them; whole numbers and text it takes as they are."""
    written = [
        (place, column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect))
        for place, column in enumerate(columns)
        if isinstance(column.type, Moment | Uuid)
    ]
    if not written:
        return [tuple(row) for row in rows]
    bound = []
    for row in rows:
        values = list(row)
        for place, process in written:
            if process is not None:
                values[place] = process(values[place])
        bound.append(tuple(values))
    return bound


def _array(column: Column[Any]) -> str:
    if isinstance(column.type, Moment):
        return "timestamptz[]"
    if isinstance(column.type, Uuid):
        return "uuid[]"
    if isinstance(column.type, SmallInteger):
        return "smallint[]"
    if isinstance(column.type, Integer) and not isinstance(column.type, BigInteger):
        return "integer[]"
    return "bigint[]" if isinstance(column.type, BigInteger) else "text[]"
