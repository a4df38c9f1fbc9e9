"""Writing the answer to a query as the XML of EPCIS 2.0: the fields of an event in the order of its schema.

Source: EPCIS 2.0, EPCglobal-epcis-2_0.xsd and EPCglobal-epcis-query-2_0.xsd; words of CBV stand as web addresses.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from lxml import etree

from agreements.epcis.vocabulary import CBVMDA, OWN, Words, address
from agreements.epcis.writing import OURS

Body = Mapping[str, Any]

EPCIS, QUERY = "urn:epcglobal:epcis:xsd:2", "urn:epcglobal:epcis-query:xsd:2"
_PREFIXES = {"epcis": EPCIS, "epcisq": QUERY, "cbvmda": CBVMDA, OURS: OWN}
# What the schema asks of every kind, the fields of each kind in between, and what follows them.
_FIRST = ("eventTime", "recordTime", "eventTimeZoneOffset", "eventID", "errorDeclaration")
_WHERE = ("bizStep", "disposition", "readPoint", "bizLocation", "bizTransactionList")
_LAST = ("sourceList", "destinationList", "sensorElementList", "persistentDisposition", "ilmd")
_FIELDS: Mapping[str, Sequence[str]] = {
    "ObjectEvent": ("epcList", "action", *_WHERE, "quantityList"),
    "AggregationEvent": ("parentID", "childEPCs", "action", *_WHERE, "childQuantityList"),
    "TransformationEvent": (
        *("inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList", "transformationID"),
        *_WHERE,
    ),
}
# A list that the schema wants there though nothing stands in it.
_ALWAYS = {"ObjectEvent": "epcList", "AggregationEvent": "childEPCs"}
_EPCS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
_COUNTED = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
_TYPED = {"bizTransactionList": "bizTransaction", "sourceList": "source", "destinationList": "destination"}
_TYPES = {"bizTransaction": Words.TRANSACTION, "source": Words.PARTY, "destination": Words.PARTY}
_WORDS = {"bizStep": Words.STEP, "disposition": Words.DISPOSITION, "reason": Words.REASON}


def query_document_xml(bodies: Iterable[Body], made_at: datetime, name: str = "SimpleEventQuery") -> bytes:
    """The answer to a query, whole; bodies as :func:`agreements.epcis.telling.body_of_act` gives them."""
    root = etree.Element(f"{{{QUERY}}}EPCISQueryDocument", nsmap=_PREFIXES)
    root.set("schemaVersion", "2.0")
    root.set("creationDate", made_at.isoformat(timespec="milliseconds"))
    results = etree.SubElement(etree.SubElement(root, "EPCISBody"), f"{{{QUERY}}}QueryResults")
    etree.SubElement(results, "queryName").text = name
    events = etree.SubElement(etree.SubElement(results, "resultsBody"), "EventList")
    for body in bodies:
        _event(events, body)
    written: bytes = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written


def _event(into: Any, body: Body) -> None:
    kind = body["type"]
    event, told = etree.SubElement(into, kind), dict(body)
    told.setdefault(_ALWAYS.get(kind, ""), [])
    for name in (*_FIRST, *_FIELDS[kind], *_LAST):
        if name in told:
            _field(event, name, told[name])
    for name, value in told.items():
        if name.startswith("{"):
            _any(event, name, value)


def _field(into: Any, name: str, value: Any) -> None:
    element = etree.SubElement(into, name)
    if name in _WRITTEN:
        _WRITTEN[name](element, value)
    elif isinstance(value, Mapping):
        for part, told in value.items():
            _any(element, part, told)
    else:
        element.text = address(value, _WORDS[name]) if name in _WORDS else _text(value)


def _listed(element: Any, value: Iterable[str]) -> None:
    for each in value:
        etree.SubElement(element, "epc").text = each


def _counted(element: Any, value: Iterable[Body]) -> None:
    for each in value:
        counted = etree.SubElement(element, "quantityElement")
        for part in ("epcClass", "quantity", "uom"):
            if part in each:
                etree.SubElement(counted, part).text = _text(each[part])


def _typed(element: Any, value: Iterable[Body]) -> None:
    part = _TYPED[element.tag]
    for each in value:
        etree.SubElement(element, part, type=address(each["type"], _TYPES[part])).text = each[part]


def _sensors(element: Any, value: Iterable[Body]) -> None:
    for each in value:
        _sensor(element, each)


def _sensor(into: Any, told: Body) -> None:
    element = etree.SubElement(into, "sensorElement")
    for report in told["sensorReport"]:
        written = {name: address(value, None) if name == "type" else _text(value) for name, value in report.items()}
        etree.SubElement(element, "sensorReport", written)


def _declared(into: Any, told: Body) -> None:
    etree.SubElement(into, "declarationTime").text = told["declarationTime"]
    etree.SubElement(into, "reason").text = address(told["reason"], Words.REASON)
    if "correctiveEventIDs" in told:
        ids = etree.SubElement(into, "correctiveEventIDs")
        for each in told["correctiveEventIDs"]:
            etree.SubElement(ids, "correctiveEventID").text = each


def _any(into: Any, name: str, value: Any) -> None:
    """A name of others, once for each of its values."""
    for each in value if isinstance(value, list | tuple) else [value]:
        etree.SubElement(into, name).text = _text(each)


def _text(value: Any) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


_WRITTEN: Mapping[str, Callable[[Any, Any], None]] = {
    **dict.fromkeys(_EPCS, _listed),
    **dict.fromkeys(_COUNTED, _counted),
    **dict.fromkeys(_TYPED, _typed),
    "sensorElementList": _sensors,
    "errorDeclaration": _declared,
}
