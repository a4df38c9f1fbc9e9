"""Long lists, a page at a time: by key, so that the last page costs what the first one does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from flask import request
from sqlalchemy import ColumnElement, ScalarSelect, Select, Uuid, literal, select, tuple_

from portal.db import session, today
from portal.tenancy import current_tenant, entrustments_of

Row = TypeVar("Row")
SIZE = 25
FIRST, LAST = UUID(int=0), UUID(int=(1 << 128) - 1)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    rows: Sequence[Row]
    previous_url: str | None
    next_url: str | None


def page_of(wanted: Select[Row], key: Any, *, size: int = SIZE, across: bool = False) -> Page[Row]:
    """The rows around ``?before=`` or ``?after=``, newest first.  ``key`` is the id by which they are ordered.

    ``across`` says that they may belong to any entrustment that the reader takes part in.
    """
    before, after = _bound("before"), _bound("after")
    up, among = after is not None and before is None, entrustments_of(current_tenant(), today()) if across else None
    found = rows_from(wanted, key, after if up else before, size + 1, up=up, among=among)
    rows, further = found[:size], len(found) > size
    if up:
        rows.reverse()
    newer, older = (further, True) if up else (before is not None, further)
    return Page(
        rows,
        _url("after", rows[0]) if rows and newer else None,
        _url("before", rows[-1]) if rows and older else None,
    )


def rows_from(
    wanted: Select[Row], key: Any, bound: UUID | None, size: int, *, up: bool, among: Select[tuple[UUID]] | None = None
) -> list[Row]:
    """The next rows above an id or below it, or from the first or the last, by id.

    ``among`` are the entrustments that they belong to: no database reads an index in the order of its second column for
    whatever is "in one of these", so each is read by itself, as far as a page reaches.
    """
    if among is not None:
        wanted = wanted.where(key.in_(list(session.scalars(_walked(wanted, key, bound, size, up=up, among=among)))))
    elif bound is not None:
        wanted = wanted.where(_beyond(key, bound, up=up))
    ordered = wanted.order_by(_turned(key, up=up)).limit(size)
    return list(session.scalars(ordered).unique())


def _walked(
    wanted: Select[Row], key: Any, bound: UUID | None, size: int, *, up: bool, among: Select[tuple[UUID]]
) -> Select[UUID]:
    """The ids of a page: in each entrustment from one row to the next one."""
    each, end = among.subquery(), literal(bound or (FIRST if up else LAST), Uuid)
    (of,) = each.c
    start = select(of.label("of"), _next(wanted, key, of, end, up=up).label("id"), literal(1).label("nth"))
    walk = start.select_from(each).cte("walk", recursive=True)
    further = _next(wanted, key, walk.c.of, walk.c.id, up=up)
    walk = walk.union_all(select(walk.c.of, further, walk.c.nth + 1).where(walk.c.id.is_not(None), walk.c.nth < size))
    return select(walk.c.id).where(walk.c.id.is_not(None)).order_by(_turned(walk.c.id, up=up)).limit(size)


def _next(wanted: Select[Row], key: Any, of: Any, then: Any, *, up: bool) -> ScalarSelect[UUID]:
    """The next id of one entrustment.

    PostgreSQL would go through the ids of all entrustments for it, unless both columns are compared at once; compared
    so, SQLite would sort all ids of one.
    """
    home = key.class_.entrustment_id
    one = wanted.with_only_columns(key).correlate(of.table)
    if session.get_bind().dialect.name == "sqlite":
        one = one.where(home == of, _beyond(key, then, up=up)).order_by(_turned(key, up=up))
    else:
        one = one.where(_beyond(tuple_(home, key), tuple_(of, then), up=up), home <= of if up else home >= of)
        one = one.order_by(_turned(home, up=up), _turned(key, up=up))
    return one.limit(1).scalar_subquery()


def _beyond(column: Any, bound: Any, *, up: bool) -> ColumnElement[bool]:
    return column > bound if up else column < bound  # type: ignore[no-any-return]


def _turned(column: Any, *, up: bool) -> Any:
    return column.asc() if up else column.desc()


def _bound(name: str) -> UUID | None:
    try:
        return UUID(request.args.get(name, ""))
    except ValueError:
        return None


def _url(name: str, row: Any) -> str:
    kept = [(key, value) for key, value in request.args.items(multi=True) if key not in ("before", "after")]
    return f"{request.script_root}{request.path}?{urlencode([*kept, (name, str(row.id))])}"
