"""Many rows at once, through the walls: one statement on PostgreSQL, one prepared statement on SQLite."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Integer, SmallInteger, Table, Uuid

from portal.db import Moment, session
from portal.lineage.sealing import MARKS, WRITTEN

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


def mark(connection: Connection, marks: dict[str, list[tuple[Any, ...]]]) -> None:
    """Set the mark of rows that stand: each is given as its key and the deed that marks it."""
    place = "%s" if connection.dialect.name == "postgresql" else "?"
    for name, rows in marks.items():
        key = WRITTEN[name][1]
        which = " AND ".join(f"{name}.{each} = {place}" for each in key)
        statement = f"UPDATE {name} SET {MARKS[name]}={place} WHERE {which}"  # noqa: S608  our own names
        if rows:
            connection.exec_driver_sql(statement, [(row[-1], *row[:-1]) for row in rows])


def locked(nodes: Iterable[int]) -> None:
    """Let nobody else tell of these until this is written.  SQLite has one writer at a time anyway."""
    connection = session.connection()
    if connection.dialect.name == "postgresql" and (held := sorted(set(nodes))):
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(each) FROM unnest(%s::bigint[]) AS each", (held,))


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
