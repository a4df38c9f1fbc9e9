"""What a document of B2MML tells: steps of a batch with what went in and what was read, and results of a lot."""

import hashlib
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from agreements.b2mml.documents import RECORDS, below, children, has, named, opened, place, text
from agreements.safe_xml import NotRead
from agreements.tables.cells import Unreadable
from agreements.tables.telling import Fault, Told
from workflows.acts import Act, Item, Quantity, Value
from workflows.lineage import Deed, Thing
from workflows.words import N_, Said

CHINA = ZoneInfo("Asia/Shanghai")
# ISA-95 names them so; V6 has elements of their own for them too.
CONSUMED = frozenset({"Consumed", "Material Consumed", "Consumable"})
_USED = ("MaterialActual", "MaterialConsumedActual")
_MADE = "MaterialProducedActual"
_DATA = ("SegmentData", "ProductionData")
# What an element has to hold that anything is read of it.
_SAYS = {"SegmentResponse": ("ActualStartTime", *_DATA, *_USED), "MaterialLot": ("MaterialLotProperty",)}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?")


class _Wrong(ValueError):
    def __init__(self, element: Any, says: str, **values: str) -> None:
        super().__init__(says)
        self.fault = Fault(place(element), Said(says, values), element.sourceline or 0)


def told_in(content: bytes) -> Told:
    """Its acts by the ref of each, and its faults.  Raises :class:`agreements.tables.Unreadable`."""
    try:
        root = opened(content)
    except NotRead as wrong:
        raise Unreadable(wrong.says, wrong.place) from wrong
    records = [each for name in RECORDS for each in below(root, name)]
    if not records:
        says = N_("The document holds none of: %(names)s.")
        raise Unreadable(Said(says, {"names": ", ".join(RECORDS)}), "1:1")
    told = Told()
    for element in _of_interest(root):
        told.rows += 1
        try:
            act = _lot(element) if named(element) == "MaterialLot" else _segment(element)
        except _Wrong as wrong:
            told.faults.append(wrong.fault)
            continue
        _take(told, act, element)
    return told


def _of_interest(root: Any) -> Iterator[Any]:
    """In the order in which they stand: what was done in a segment, and lots that something is said of."""
    return (each for each in root.iter() if has(each, *_SAYS.get(named(each), ())))


def _take(told: Told, act: Act, element: Any) -> None:
    known = told.acts.get(act.ref)
    if known is None:
        told.acts[act.ref] = act
        told.rows_of[act.place] = [element.sourceline or 0]
    elif _content(known) == _content(act):
        told.twice += 1
    else:
        says = N_("It contradicts %(place)s, which bears the same number.")
        told.faults.append(Fault(act.place, Said(says, {"place": known.place}), element.sourceline or 0))


def _content(act: Act) -> Any:
    return (act.began_at, act.ended_at, act.equipment, act.operator, act.second, act.uses, dict(act.quantities)), [
        (each.name, each.value, each.unit, each.at) for each in act.values
    ]


def _segment(element: Any) -> Act:
    batch = _batch(element)
    began = _moment(element, "ActualStartTime")
    if began is None:
        raise _Wrong(element, N_("The segment has no ActualStartTime."))
    step = text(element, "ProcessSegmentID") or text(element, "ProductSegmentID")
    if not step:
        raise _Wrong(element, N_("The segment names no ProcessSegmentID: it is not known which step it was."))
    uses, quantities = _used(element)
    people = [text(each, "PersonID") for each in children(element, "PersonnelActual")]
    operator, second, *_ = (*filter(None, people), "", "")
    number = text(element, "ID") or began.isoformat()
    return Act(
        kind=Deed.STEP,
        place=place(element),
        began_at=began,
        ended_at=_moment(element, "ActualEndTime"),
        batch=batch,
        step=step,
        equipment=next((text(each, "EquipmentID") for each in children(element, "EquipmentActual")), ""),
        operator=operator,
        second=second,
        uses=uses,
        touches=(Item(Thing.BATCH, batch),),
        quantities=quantities,
        values=tuple(_values(element)),
        ref=_ref("segment", batch, step, number),
    )


def _lot(element: Any) -> Act:
    code = text(element, "ID")
    if not code:
        raise _Wrong(element, N_("The lot has no ID."))
    at = _published(element)
    if at is None:
        raise _Wrong(element, N_("The document does not say when it was written (PublishedDate)."))
    lot = Item(Thing.LOT, code)
    values = tuple(_value(each, lot) for each in children(element, "MaterialLotProperty"))
    ref = _ref("lot", code, at.isoformat())
    return Act(Deed.INSPECT, place(element), at, touches=(lot,), values=values, ref=ref)


def _batch(element: Any) -> str:
    """The batch of the record that it stands in, or the lot that its response says it made."""
    for record in element.iterancestors():
        for way in (("BatchID",), ("LotID",)):
            if found := text(record, *way):
                return found
    made = [each for each in element.iter() if named(each) == _MADE or _use_of(each) == "Produced"]
    if found := next(filter(None, (text(each, "MaterialLotID") for each in made)), ""):
        return found
    raise _Wrong(element, N_("No BatchID says which batch it belongs to."))


def _used(element: Any) -> tuple[tuple[Item, ...], dict[Item, Quantity]]:
    uses: dict[Item, Quantity | None] = {}
    for each in children(element, *_USED):
        if named(each) == "MaterialActual" and _use_of(each) not in CONSUMED:
            continue
        code = text(each, "MaterialLotID")
        if not code:
            raise _Wrong(each, N_("What was used names no MaterialLotID."))
        item = Item(Thing.LOT, code)
        if item in uses:
            raise _Wrong(each, N_("The same lot is used twice here; sum it up."))
        number = text(each, "Quantity", "QuantityString")
        uses[item] = Quantity(number, text(each, "Quantity", "UnitOfMeasure")) if number else None
    return tuple(uses), {item: quantity for item, quantity in uses.items() if quantity}


def _values(element: Any) -> Iterator[Value]:
    for each in children(element, *_DATA):
        yield _value(each, None)


def _value(element: Any, subject: Item | None) -> Value:
    name, value = text(element, "ID"), text(element, "Value", "ValueString")
    if not name or not value:
        raise _Wrong(element, N_("A value has an ID and a ValueString."))
    at = _moment(element, "TimeStamp")
    return Value(place(element), name, value, text(element, "Value", "UnitOfMeasure"), at, subject)


def _use_of(element: Any) -> str:
    return text(element, "MaterialUse") if named(element) in ("MaterialActual", "MaterialUse") else ""


def _published(element: Any) -> datetime | None:
    for record in (element, *element.iterancestors()):
        for way in (("PublishedDate",), ("ApplicationArea", "CreationDateTime")):
            if found := text(record, *way):
                return _read(element, found)
    return None


def _moment(element: Any, name: str) -> datetime | None:
    found = text(element, name)
    return _read(element, found) if found else None


def _read(element: Any, written: str) -> datetime:
    """With its zone, that of China where none is written."""
    if _MOMENT.fullmatch(written):
        try:
            at = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", written))
        except ValueError:
            pass
        else:
            return at if at.tzinfo else at.replace(tzinfo=CHINA)
    raise _Wrong(element, N_("“%(text)s” is no moment, such as 2026-11-20T08:00:00+08:00."), text=written[:60])


def _ref(*named_by: str) -> str:
    return f"b2mml:{hashlib.sha256(chr(31).join(named_by).encode()).hexdigest()[:40]}"
