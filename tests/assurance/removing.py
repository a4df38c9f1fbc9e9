"""How a protection is taken away, in the running portal, for as long as a block lasts."""

import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from types import FunctionType
from typing import Any
from uuid import UUID

from flask import Flask

from portal import tenancy
from portal.db import engines, session
from portal.identity import actor
from portal.walls import sqlite
from portal.walls.postgresql import policies
from portal.walls.rules import walled_tables
from portal.web import doors
from tests.stage import behind_the_walls, sql


@contextmanager
def rewritten(function: FunctionType, old: str, new: str, _app: Flask | None = None) -> Iterator[None]:
    """The function without a few words of its source; whoever holds the function holds the changed one."""
    forgetting = (function, tenancy._open_to)
    function = inspect.unwrap(function)
    source = textwrap.dedent(inspect.getsource(function))
    source = source[re.search(r"^def ", source, re.MULTILINE).start() :]
    assert old in source, f"{function.__qualname__} does not say {old!r} any more: this mutant tries nothing"
    names = dict(function.__globals__)
    exec(compile(source.replace(old, new), inspect.getsourcefile(function) or "", "exec"), names)
    code, function.__code__ = function.__code__, inspect.unwrap(names[function.__name__]).__code__
    _forget(*forgetting)
    try:
        yield
    finally:
        function.__code__ = code
        _forget(*forgetting)


def _forget(*functions: Any) -> None:
    """What each of them remembers of its answers."""
    for each in functions:
        getattr(each, "cache_clear", lambda: None)()


@contextmanager
def put_in_place(owner: Any, name: str, stand_in: Any, _app: Flask | None = None) -> Iterator[None]:
    kept = getattr(owner, name)
    setattr(owner, name, stand_in)
    try:
        yield
    finally:
        setattr(owner, name, kept)


# A lot that led to anybody's work is shown to everybody; and a partner enters at every door.
_FOLIO = "folio.c.entrustment_id"
seen_wherever_it_led = partial(rewritten, tenancy._open_to, f"{_FOLIO}.in_(common)", f"{_FOLIO}.is_not(None)")
open_to_partners = partial(rewritten, doors.find, "if not upstream and", "if False and")


@contextmanager
def view_in_place(endpoint: str, view: Callable[..., object], app: Flask) -> Iterator[None]:
    kept, app.view_functions[endpoint] = app.view_functions[endpoint], view
    try:
        yield
    finally:
        app.view_functions[endpoint] = kept


class _Anything:
    """A power that everybody holds."""


@contextmanager
def any_power_will_do(endpoint: str, app: Flask) -> Iterator[None]:
    """This door asks for no power; every other door still does."""
    view = app.view_functions[endpoint]
    cell = view.__closure__[view.__code__.co_freevars.index("power")]
    asked, cell.cell_contents = cell.cell_contents, _Anything
    kept, actor.Actor.may = actor.Actor.may, lambda self, power: power is _Anything or power in self.powers
    try:
        yield
    finally:
        cell.cell_contents, actor.Actor.may = asked, kept


@contextmanager
def either_side_will_do(_app: Flask | None = None) -> Iterator[None]:
    """``find`` as every room holds it, deaf to the side it is asked for."""

    def deaf(kind: Any, record_id: Any, *, side: Any = None) -> Any:
        return doors.find(kind, record_id)

    rooms = [module for name, module in sys.modules.items() if name.startswith("portal.rooms.")]
    with ExitStack() as stack:
        for room in rooms:
            if getattr(room, "find", None) is doors.find:
                stack.enter_context(put_in_place(room, "find", deaf))
        yield


def stamped_only(_books: Any, record: Any, *, is_new: bool) -> None:
    if is_new and record.owner_id is None:
        record.owner_id = tenancy.current_tenant()


def acting_as_a_party(
    organisation_id: UUID, *, person_id: UUID | None = None, read_only: bool = False
) -> AbstractContextManager[None]:
    """``acting_for`` for an authority that has forgotten that it only looks."""
    return tenancy.acting_for(organisation_id, person_id=person_id)


@contextmanager
def without_walls(_app: Flask | None = None) -> Iterator[None]:
    """The database as it would be without this house's walls, so that the ORM's filter stands alone."""
    tables = [f'"{name}"' for name in walled_tables()]
    is_postgresql = engines().writing.dialect.name == "postgresql"
    with ExitStack() as stack:
        if is_postgresql:
            sql("; ".join(f"ALTER TABLE {each} DISABLE ROW LEVEL SECURITY" for each in tables))
        else:
            stack.enter_context(put_in_place(sqlite.Guard, "raise_on", lambda *_: None))
            stack.enter_context(put_in_place(sqlite, "aimed", lambda _guard, statement: statement))
            _open_anew()
        yield
    if is_postgresql:
        sql("; ".join(f"ALTER TABLE {each} ENABLE ROW LEVEL SECURITY" for each in tables))
    else:
        _open_anew()


@contextmanager
def without_the_wall_of(table: str, _app: Flask | None = None) -> Iterator[None]:
    """One table whose every row the database shows to everybody."""
    walls = walled_tables()
    if engines().writing.dialect.name == "postgresql":
        (kept,) = (each.sql for each in policies([table]) if each.name == "see")
        sql(f'DROP POLICY see ON "{table}"; CREATE POLICY see ON "{table}" FOR SELECT USING (true)')
        yield
        sql(f'DROP POLICY see ON "{table}"; {kept}')
        return
    described, rule = walls[table]
    opened = walls | {table: (described, replace(rule, see=lambda _: "1"))}
    with put_in_place(sqlite, "walled_tables", lambda: opened):
        _open_anew()
        yield
    _open_anew()


@contextmanager
def without_cases(_app: Flask | None = None) -> Iterator[None]:
    """Walls that let an authority look whether or not a case is open to the person."""
    asked, answered = "side <> 'authority'", "side IS NOT NULL"
    if engines().writing.dialect.name == "postgresql":
        ((kept,),) = sql("SELECT pg_get_functiondef('walls.common'::regproc)")
        assert asked in kept
        _define(kept.replace(asked, answered))
        yield
        _define(kept)
        return
    assert asked in sqlite.TONGUE.common
    opened = replace(
        sqlite.TONGUE,
        common=sqlite.TONGUE.common.replace(asked, answered),
        streams=sqlite.TONGUE.streams.replace(asked, answered),
    )
    with put_in_place(sqlite, "TONGUE", opened):
        _open_anew()
        yield
    _open_anew()


def _define(function: str) -> None:
    with behind_the_walls().begin() as books:
        books.exec_driver_sql(function.replace("%", "%%"))


def _open_anew() -> None:
    session.remove()
    engines().reading.dispose()
    engines().writing.dispose()
