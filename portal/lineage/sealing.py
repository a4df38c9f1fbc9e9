"""The hash of a recording's facts: over every row it wrote and every mark it set, so that none can be added or changed.

SHA-256 over the names and hashes of the tables; of each table over its rows as JSON arrays, one a line, in the order of
their key.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Table, select

from portal.canonical import plain
from portal.lineage.numbering import recording_of
from portal.records.lineage import Activity, Containment, Link, Movement, Node, Portion, Reading

Row = Sequence[Any]
# Each table's key, by which its rows are ordered, and the columns that say which recording wrote the row.  What is set
# later is no part of the row; what is disclosed follows from the rest and is hashed nowhere.
WRITTEN: dict[str, tuple[Any, tuple[str, ...], tuple[str, ...]]] = {
    "activity": (Activity.__table__, ("id",), ("id",)),
    "containment": (Containment.__table__, ("child", "activity"), ("activity",)),
    "link": (Link.__table__, ("source", "target"), ("source", "target")),
    "movement": (Movement.__table__, ("node", "activity"), ("activity",)),
    "node": (Node.__table__, ("id",), ("id",)),
    "portion": (Portion.__table__, ("node", "activity"), ("activity",)),
    "reading": (Reading.__table__, ("activity", "place"), ("activity",)),
}
STRUCK = ("activity", "link", "movement", "portion", "reading")
MARKS = {"containment": "ended_by", **dict.fromkeys(STRUCK, "struck_by")}
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Seal:
    """The hash of one recording, taken as its rows come by, each table's in the order of their key."""

    def __init__(self) -> None:
        self._tables: dict[str, Any] = {}
        self.facts = 0

    def add(self, table: str, rows: Iterable[Row]) -> None:
        hashed = self._tables.setdefault(table, hashlib.sha256())
        for row in rows:
            hashed.update(_line(row))
            self.facts += 1

    @property
    def hash(self) -> str:
        whole = hashlib.sha256(b"facts\0")
        for name in sorted(self._tables):
            whole.update(f"{name} {self._tables[name].hexdigest()}\n".encode())
        return whole.hexdigest()


def seals(connection: Connection, folios: Collection[int] | None = None) -> dict[int, Seal]:
    """The hash of each recording that has facts, by its number, taken anew from the rows; of some folios when asked."""
    found: dict[int, Seal] = {}
    for name, (table, key, told_by) in WRITTEN.items():
        wanted = select(*sealed_columns(table)).order_by(*(table.c[each] for each in key))
        if folios is not None:
            wanted = wanted.where(table.c.folio.in_(folios))
        at = [[column.name for column in sealed_columns(table)].index(each) for each in told_by]
        _gather(found, name, _rows(connection, wanted), at)
    for name, mark in MARKS.items():
        table, key, _ = WRITTEN[name]
        wanted = select(*(table.c[each] for each in key), table.c[mark]).where(table.c[mark].is_not(None))
        ordered = wanted.order_by(*(table.c[each] for each in key))
        _gather(found, f"{name} {mark}", _rows(connection, ordered), [len(key)])
    return found


def sealed_columns(table: Table) -> list[Any]:
    """The columns of a table that are written once, in their order."""
    return [column for column in table.c if column.name != MARKS.get(table.name)]


def _gather(found: dict[int, Seal], name: str, rows: Iterable[Row], told_by: Sequence[int]) -> None:
    for row in rows:
        found.setdefault(recording_of(*(row[place] for place in told_by)), Seal()).add(name, (row,))


def _rows(connection: Connection, wanted: Any) -> Iterator[Row]:
    yield from connection.execute(wanted, execution_options={"yield_per": 5000})


def _line(row: Row) -> bytes:
    values = [each if type(each) in (int, str, type(None)) else plain(each) for each in row]
    return _encode(values).encode() + b"\n"
