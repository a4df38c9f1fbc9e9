"""The rows of a mapped sheet as acts, each with its place and a number by which it is known when it comes again."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import Any

from agreements.tables.cells import Line, place
from agreements.tables.heads import Head, is_head
from agreements.tables.mapping import NOTHING, Mapped
from agreements.tables.rows import BadCell, Row, read_row
from agreements.tables.sorts import Sort
from workflows.acts import Act, Item, Quantity, Value
from workflows.lineage import Thing
from workflows.words import N_, Said

_SSCC = re.compile(r"(?:\(00\)|00)?(\d{18})")
_RESULT = "result"
_OF_ANY = ("batch", "step", "equipment", "area", "operator", "second")


@dataclass(frozen=True, slots=True)
class Fault:
    """``place`` is a cell or a row, such as ``Sheet1!C7``; ``row`` the number of the row, 0 for none."""

    place: str
    says: Said
    row: int = 0


@dataclass
class Told:
    """What a sheet tells: acts by the ref of each, faults, how many rows were looked at and how many stood there twice.

    ``rows_of`` are the numbers of the rows behind each act, by its place.
    """

    acts: dict[str, Act] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    rows: int = 0
    twice: int = 0
    rows_of: dict[str, list[int]] = field(default_factory=dict)


def told_by(sheet: str, head: Head, mapped: Mapped, lines: Iterable[Line], *, since_1904: bool | None = None) -> Told:
    """Read what stands below the head.  Raises what the reader of the file raises."""
    told, rows = Told(), dict[str, Row]()
    if mapped.sort == NOTHING:
        return told
    for line in lines:
        if line.number <= head.row or is_head(head, line):
            continue
        told.rows += 1
        try:
            row = read_row(mapped, line, since_1904=since_1904)
            _take(told, rows, sheet, mapped.of_sort, row)
        except BadCell as bad:
            told.faults.append(
                Fault(place(sheet, line.number) if not bad.column else _at(sheet, bad, line), bad.says, line.number)
            )
    return told


def act_of(sheet: str, sort: Sort, row: Row) -> Act:
    """The act that a row tells of."""
    at = place(sheet, row.number)
    if row.began is None:  # a row without its moment has been refused
        raise BadCell("", Said(N_("The row has no moment.")))
    told: dict[str, Any] = {name: said for name in _OF_ANY if (said := row.said(name))}
    told |= _FILLED[sort.name](row, sheet)
    return Act(kind=sort.deed, place=at, began_at=row.began, ended_at=row.ended, ref=ref_of(sort, row), **told)


def ref_of(sort: Sort, row: Row) -> str:
    """The same for the same row of whatever file: a digest of the fields that name it."""
    began = row.began.astimezone(UTC).isoformat() if row.began else ""
    named = (f"{name}={began if name == sort.moment else row.said(name)}" for name in sort.identity)
    text = "\x1f".join((sort.name, *named))
    return f"{sort.name}:{hashlib.sha256(text.encode()).hexdigest()[:40]}"


def _at(sheet: str, bad: BadCell, line: Line) -> str:
    where = f"{bad.column}{line.number}"
    return f"{sheet}!{where}" if sheet else where


def _take(told: Told, rows: dict[str, Row], sheet: str, sort: Sort, row: Row) -> None:
    """A row that tells of an act that another one has begun to tell of adds to it, or says the same again."""
    act = act_of(sheet, sort, row)
    known = told.acts.get(act.ref)
    if known is None:
        told.acts[act.ref], rows[act.ref] = act, row
        told.rows_of[act.place] = [row.number]
        return
    if rows[act.ref].told() != row.told():
        says = N_("Row %(row)s tells the same in another way. Keep the one that is right.")
        raise BadCell("", Said(says, {"row": rows[act.ref].number}))
    told.rows_of[known.place].append(row.number)
    added = [each for each in act.uses if each not in known.uses]
    if not added:
        if any(known.quantities.get(each) != act.quantities.get(each) for each in act.uses):
            says = N_("Row %(row)s tells another quantity of the same lot. Sum them up in one row.")
            raise BadCell("", Said(says, {"row": rows[act.ref].number}))
        told.twice += 1
        return
    quantities = {**known.quantities, **act.quantities}
    told.acts[act.ref] = replace(known, uses=(*known.uses, *added), quantities=quantities)


def _step(row: Row, sheet: str) -> dict[str, Any]:
    lots = (Item(Thing.LOT, row.said("lot")),) if row.said("lot") else ()
    quantities = {lots[0]: Quantity(*row.quantity)} if lots and row.quantity else {}
    batch = Item(Thing.BATCH, row.said("batch"))
    return {"uses": lots, "touches": (batch,), "quantities": quantities, "values": _wide(row, sheet)}


def _reading(row: Row, sheet: str) -> dict[str, Any]:
    subject = _device(row)
    about = subject or Item(Thing.BATCH, row.said("batch"))
    value = Value(
        place=_cell(sheet, row, "value"),
        name=row.said("parameter"),
        value=row.said("value"),
        unit=row.said("unit"),
        at=row.began,
        subject=subject,
        instrument=row.said("instrument"),
    )
    return {"touches": (about,), "values": (value,)}


def _of_a_room(row: Row, sheet: str) -> dict[str, Any]:
    at, instrument = _cell(sheet, row, "value"), row.said("instrument")
    value = Value(at, row.said("parameter"), row.said("value"), row.said("unit"), row.began, None, instrument)
    return {"batch": "", "values": (value,)}


def _serial(row: Row, _sheet: str) -> dict[str, Any]:
    batch = row.said("batch")
    made = Item(Thing.UNIT, row.said("serial"), di=row.said("di"), batch=batch)
    return {"uses": (Item(Thing.BATCH, batch),), "makes": (made,)}


def _inspection(row: Row, sheet: str) -> dict[str, Any]:
    lot = Item(Thing.LOT, row.said("lot")) if row.said("lot") else None
    about = _device(row) or lot or Item(Thing.BATCH, row.said("batch"))
    instrument = row.said("instrument")
    values = [replace(each, subject=about, instrument=instrument) for each in _wide(row, sheet)]
    named = row.said("characteristic")
    if row.said("value"):
        at = _cell(sheet, row, "value")
        values.append(Value(at, named or _RESULT, row.said("value"), row.said("unit"), None, about, instrument))
    if row.said("result"):
        at, name = _cell(sheet, row, "result"), named if named and not row.said("value") else _RESULT
        values.append(Value(at, name, row.said("result"), "", None, about, instrument))
    if not values:
        raise BadCell("", Said(N_("The row holds no result.")))
    return {"touches": (about,), "values": tuple(values)}


def _packing(row: Row, _sheet: str) -> dict[str, Any]:
    return {"package": _package(row.said("package")), "moves": (_inside(row),), "batch": ""}


def _shipment(row: Row, _sheet: str) -> dict[str, Any]:
    moved = tuple(filter(None, (_package(row.said("package")), _device(row))))
    if len(moved) > 1:  # a list of all pieces with the box of each: the piece is what the row is about
        moved = moved[1:]
    party = Item(Thing.PARTY, row.said("consignee") or row.said("sender"))
    return {"moves": moved, "party": party, "batch": ""}


# What a row of each sort says beside what any row may say.
_FILLED: Mapping[str, Callable[[Row, str], dict[str, Any]]] = {
    "steps": _step,
    "readings": _reading,
    "environment": _of_a_room,
    "serials": _serial,
    "inspections": _inspection,
    "packing": _packing,
    "shipments": _shipment,
    "returns": _shipment,
}


def _wide(row: Row, sheet: str) -> tuple[Value, ...]:
    return tuple(
        Value(
            place=f"{sheet}!{column}{row.number}" if sheet else f"{column}{row.number}",
            name=name,
            value=said,
            unit=unit,
        )
        for column, name, said, unit in row.wide
    )


def _device(row: Row) -> Item | None:
    serial = row.said("serial")
    return Item(Thing.UNIT, serial, di=row.said("di"), batch=row.said("batch")) if serial else None


def _inside(row: Row) -> Item:
    """What was packed: a package where it bears the number of one, else a device."""
    code = row.said("child")
    if _SSCC.fullmatch(code):
        return Item(Thing.PACKAGE, _number_of(code))
    return Item(Thing.UNIT, code, di=row.said("di"), batch=row.said("batch"))


def _package(code: str) -> Item | None:
    return Item(Thing.PACKAGE, _number_of(code)) if code else None


def _number_of(code: str) -> str:
    """An SSCC without its application identifier, as it is kept everywhere; any other number as it is."""
    found = _SSCC.fullmatch(code.replace(" ", ""))
    return found[1] if found else code


def _cell(sheet: str, row: Row, name: str) -> str:
    where = f"{row.where.get(name, '')}{row.number}"
    return f"{sheet}!{where}" if sheet else where
