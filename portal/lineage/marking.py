"""Marking what stands: the one change that a fact takes, and who may make it just now."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

from portal.db import session
from portal.lineage.sealing import MARKS, WRITTEN


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
