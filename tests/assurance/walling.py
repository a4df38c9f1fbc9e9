"""The walls of the database, taken down table by table: somebody must then see a row that was not there before."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, Connection, Date, Integer, Table, Uuid

from portal.db import Moment, engine_for, engines, new_id, now, session, today
from portal.demo.story import World
from portal.tenancy import acting_for, beyond_tenants
from portal.walls.rules import walled_tables
from tests.assurance.removing import without_the_wall_of
from tests.breaking import without_keys
from tests.stage import sql, stored

HOUSES = ("lantai", "qihe")
REFUSED = "refused"


def unnoticed_walls(world: World) -> tuple[list[str], int]:
    """The tables whose open wall nobody would notice, and how many tables there are."""
    tables = walled_tables()
    for name, (table, _rule) in tables.items():
        if sql(f'SELECT count(*) FROM "{name}"')[0][0] == 0:
            _put_a_row_in(table, world)
    before, unnoticed = {name: seen(name, world) for name in tables}, []
    for name in tables:
        with without_the_wall_of(name):
            if seen(name, world) == before[name]:
                unnoticed.append(f"the wall of {name}")
    unnoticed += [f"what was put back of {name}" for name in tables if seen(name, world) != before[name]]
    return unnoticed, len(tables)


def seen(table: str, world: World) -> list[int | str]:
    """How many rows there are for each of two houses, for whoever asks who somebody is, and for nobody."""
    session.remove()
    found = []
    for house in HOUSES:
        with acting_for(world.org[house]), engines().reading.connect() as books:
            found.append(_counted(books, table))
    with beyond_tenants("test: who is this"), engines().reading.connect() as books:
        found.append(_counted(books, table))
    with _in_nobodys_name() as count:
        found.append(count(table))
    return found


def _counted(books: Connection, table: str) -> int | str:
    try:
        return len(books.exec_driver_sql(f'SELECT {_last(table)} FROM "{table}"').all())
    except Exception:  # noqa: BLE001  each driver has its own
        return REFUSED


def _last(table: str) -> str:
    """The last column: a table of facts may have no id, and SQLite's guard lets nobody count without naming one."""
    return list(walled_tables()[table][0].c)[-1].name


@contextmanager
def _in_nobodys_name() -> Iterator[Any]:
    """A connection that says nothing of who asks, as somebody has who holds the portal's own password or file."""
    engine = engines().reading
    if engine.dialect.name == "postgresql":
        bare = engine_for(engine.url.render_as_string(hide_password=False))
        with bare.connect() as books:
            yield lambda table: _counted(books, table)
        bare.dispose()
        return
    raw = engine.raw_connection()

    def count(table: str) -> int | str:
        try:
            return len(raw.cursor().execute(f'SELECT {_last(table)} FROM "{table}"').fetchall())
        except Exception:  # noqa: BLE001
            return REFUSED

    try:
        yield count
    finally:
        raw.close()


def _put_a_row_in(table: Table, world: World) -> None:
    """Some row of a third house, where the world has none."""
    row = {each.name: _some(each, world) for each in table.c}
    names = ", ".join(row)
    without_keys(f'INSERT INTO "{table.name}" ({names}) VALUES ({", ".join(f":{each}" for each in row)})', **row)


def _word_for(column: Any) -> str | None:
    """The first of the words that a rule of the table lets stand in the column."""
    rules = [str(each.sqltext) for each in column.table.constraints if isinstance(each, CheckConstraint)]
    listed = (re.match(rf"{column.name} IN \('(\w+)'", rule) for rule in rules)
    return next((found[1] for found in listed if found), None)


def _says_one_thing(column: Any) -> bool:
    """Whether a rule of the table wants this column filled where another one is empty."""
    rules = [str(each.sqltext) for each in column.table.constraints if isinstance(each, CheckConstraint)]
    return any(f"IS NULL) <> ({column.name} IS NULL)" in rule for rule in rules)


def _some(column: Any, world: World) -> Any:
    if column.nullable and not _says_one_thing(column):
        return None
    if column.name in ("owner_id", "organisation_id"):
        return stored(world.org["chengyue"])
    if column.name == "person_id":
        return stored(world.person["chengyue/registrant-quality-manager"])
    if word := _word_for(column):
        return word
    kinds = ((JSON, "{}"), (Moment, stored(now())), (Boolean, False), (Date, stored(today())), (Integer, 1))
    kinds += ((Uuid, stored(new_id())),)
    return next((value for kind, value in kinds if isinstance(column.type, kind)), "x" * 64)
