"""An act told as an event: the body of it, with its hash as its id.

CBV 2.0 has no words for much of what a plant does, so each event also carries our own word for the deed; a reader who
does not know it loses nothing of the standard.  Who did it is read from such words and never written: names of people
stay in the portal.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from agreements.epcis.events import Action, Kind
from agreements.epcis.hashing import event_id
from agreements.epcis.names import AREA, EQUIPMENT, is_one, own, uri_of
from agreements.epcis.units import code_of, measurement_of
from agreements.epcis.vocabulary import CBVMDA, OWN
from workflows.acts import Act, Item, Quantity, Value
from workflows.lineage import Deed, Thing

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """How a deed stands in an event: its business step, the disposition of what it is about, its action."""

    step: str
    disposition: str = ""
    action: Action = Action.OBSERVE


SHAPES: Mapping[Deed, Shape] = {
    Deed.RECEIVE: Shape("receiving", action=Action.ADD),
    Deed.STEP: Shape("other"),
    Deed.SPLIT: Shape("other"),
    Deed.MERGE: Shape("other"),
    Deed.COMMISSION: Shape("commissioning", "active", Action.ADD),
    Deed.REWORK: Shape("repairing"),
    Deed.REJECT: Shape("inspecting", "non_conformant"),
    Deed.SCRAP: Shape("destroying", "destroyed", Action.DELETE),
    Deed.INSPECT: Shape("inspecting"),
    Deed.STERILISE: Shape("other"),
    Deed.MONITOR: Shape("sensor_reporting"),
    Deed.PACK: Shape("packing", action=Action.ADD),
    Deed.UNPACK: Shape("unpacking", action=Action.DELETE),
    Deed.SHIP: Shape("shipping", "in_transit"),
    Deed.ARRIVE: Shape("arriving", "in_progress"),
    Deed.RETURN: Shape("receiving", "returned"),
    Deed.CORRECT: Shape("other"),
}
PACKING = frozenset({Deed.PACK, Deed.UNPACK})


@dataclass(frozen=True, slots=True)
class Declared:
    """That the act was told wrongly: when that was said, why, and which events take its place."""

    at: datetime
    reason: str
    corrective: Sequence[str] = ()


def body_of_act(
    act: Act,
    address: str,
    *,
    offset: str = "+08:00",
    declared: Declared | None = None,
    more: Mapping[str, str] | None = None,
) -> Body:
    """The body of the event that tells this act; its id is the act's own where that is a URI, else its hash.

    ``address`` is the portal's own; ``more`` are further words of ours.
    """
    shape = SHAPES[act.kind]
    body: Body = {"type": kind_of(act).value}
    body["eventTime"] = _moment(act.ended_at or act.began_at)
    body["eventTimeZoneOffset"] = offset
    _things(body, act, address)
    if body["type"] != Kind.TRANSFORMATION.value:
        body["action"] = shape.action.value
    body["bizStep"] = shape.step
    if shape.disposition:
        body["disposition"] = shape.disposition
    if act.area:
        body["readPoint"] = {"id": own(address, "loc", AREA, act.area)}
    if act.party:
        way, part = ("sourceList", "source") if act.kind is Deed.RETURN else ("destinationList", "destination")
        body[way] = [{"type": "possessing_party", part: uri_of(act.party, address)}]
    if act.values:
        body["sensorElementList"] = [{"sensorReport": [_report(each, address) for each in act.values]}]
    if act.batch and act.kind is Deed.COMMISSION:
        body["ilmd"] = {f"{{{CBVMDA}}}lotNumber": act.batch}
    body |= {f"{{{OWN}}}{name}": value for name, value in (*_own_words(act), *(more or {}).items()) if value}
    body["eventID"] = act.ref if _is_uri(act.ref) else event_id(body)
    if declared:
        body["errorDeclaration"] = _declaration(declared)
    return body


def kind_of(act: Act) -> Kind:
    if act.kind in PACKING:
        return Kind.AGGREGATION
    return Kind.TRANSFORMATION if act.uses and act.kind is not Deed.COMMISSION else Kind.OBJECT


def _things(body: Body, act: Act, address: str) -> None:
    batch = Item(Thing.BATCH, act.batch) if act.batch else None
    if act.kind in PACKING:
        if act.package:
            body["parentID"] = uri_of(act.package, address)
        _listed(body, act.moves, act.quantities, address, ("childEPCs", "childQuantityList"))
    elif kind_of(act) is Kind.TRANSFORMATION:
        came = (*act.makes, *act.touches)
        _listed(body, act.uses, act.quantities, address, ("inputEPCList", "inputQuantityList"))
        _listed(
            body, came or ([batch] if batch else []), act.quantities, address, ("outputEPCList", "outputQuantityList")
        )
    else:
        about = [*act.makes, *act.touches, *act.moves] or ([batch] if batch else [])
        _listed(body, about, act.quantities, address, ("epcList", "quantityList"))
        if act.kind is Deed.COMMISSION:
            of = [uri_of(each, address) for each in act.uses if (each.kind, each.code) != (Thing.BATCH, act.batch)]
            body |= {f"{{{OWN}}}madeOf": of} if of else {}


def _listed(
    body: Body, items: Iterable[Item], much: Mapping[Item, Quantity], address: str, names: tuple[str, str]
) -> None:
    ones = [uri_of(each, address) for each in items if is_one(each)]
    counted = [_counted(each, much.get(each), address) for each in items if not is_one(each)]
    for name, found in zip(names, (ones, counted), strict=True):
        if found:
            body[name] = found


def _counted(item: Item, much: Quantity | None, address: str) -> Body:
    told: Body = {"epcClass": uri_of(item, address)}
    code = code_of(much.unit) if much else None
    if much and code:
        told |= {"quantity": Decimal(much.number), "uom": code}
    return told


def _report(value: Value, address: str) -> Body:
    report: Body = {"type": measurement_of(value.unit)}
    if value.at:
        report["time"] = _moment(value.at)
    if value.instrument:
        report["deviceID"] = (
            value.instrument if _is_uri(value.instrument) else own(address, "obj", EQUIPMENT, value.instrument)
        )
    try:
        report["value"] = Decimal(value.value)
    except ArithmeticError:
        report["stringValue"] = value.value
    code = code_of(value.unit) if value.unit else None
    if code:
        report["uom"] = code
    elif value.unit:
        report[f"{{{OWN}}}unit"] = value.unit
    report[f"{{{OWN}}}parameter"] = value.name
    if value.subject:
        report[f"{{{OWN}}}subject"] = uri_of(value.subject, address)
    return report


def _own_words(act: Act) -> Iterable[tuple[str, str]]:
    yield "deed", act.kind.name.lower()
    yield "batch", "" if act.kind is Deed.COMMISSION else act.batch
    yield "step", act.step
    yield "operation", act.operation
    yield EQUIPMENT, act.equipment
    yield "beganAt", _moment(act.began_at) if act.ended_at else ""


def _declaration(declared: Declared) -> Body:
    told: Body = {"declarationTime": _moment(declared.at), "reason": declared.reason}
    return told | ({"correctiveEventIDs": list(declared.corrective)} if declared.corrective else {})


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _is_uri(text: str) -> bool:
    return text.startswith(("urn:", "ni:", "http://", "https://"))
