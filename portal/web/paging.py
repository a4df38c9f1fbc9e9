"""Long lists, a page at a time: by key, so that the last page costs what the first one does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from flask import request
from sqlalchemy import Select

from portal.db import session

Row = TypeVar("Row")
SIZE = 25


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    rows: Sequence[Row]
    previous_url: str | None
    next_url: str | None


def page_of(wanted: Select[Row], key: Any, *, size: int = SIZE) -> Page[Row]:
    """The rows around ``?before=`` or ``?after=``, newest first.  ``key`` is the id by which they are ordered."""
    before, after = _bound("before"), _bound("after")
    if after is not None and before is None:
        found = list(session.scalars(wanted.where(key > after).order_by(key.asc()).limit(size + 1)).all())
        newer, older = len(found) > size, True
        rows = found[:size][::-1]
    else:
        bounded = wanted.where(key < before) if before is not None else wanted
        found = list(session.scalars(bounded.order_by(key.desc()).limit(size + 1)).all())
        newer, older = before is not None, len(found) > size
        rows = found[:size]
    return Page(
        rows,
        _url("after", rows[0]) if rows and newer else None,
        _url("before", rows[-1]) if rows and older else None,
    )


def _bound(name: str) -> UUID | None:
    try:
        return UUID(request.args.get(name, ""))
    except ValueError:
        return None


def _url(name: str, row: Any) -> str:
    kept = [(key, value) for key, value in request.args.items(multi=True) if key not in ("before", "after")]
    return f"{request.script_root}{request.path}?{urlencode([*kept, (name, str(row.id))])}"
