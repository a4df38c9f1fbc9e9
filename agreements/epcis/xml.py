"""Reading the XML of EPCIS 1.2 and 2.0, with no document type, no entity and no network."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lxml import etree

from agreements.epcis.parts import DEEPEST, Document, Unreadable
from agreements.safe_xml import NotRead, root_of
from workflows.words import N_, Said

_NAMESPACES = ("urn:epcglobal:epcis:xsd:2", "urn:epcglobal:epcis:xsd:1", "urn:epcglobal:epcis-query:xsd:2")
_WRAPPERS = frozenset({"extension", "baseExtension"})
_LISTS = {
    "epcList": "epc",
    "inputEPCList": "epc",
    "outputEPCList": "epc",
    "childEPCs": "epc",
    "correctiveEventIDs": "correctiveEventID",
}
_TYPED = {"bizTransactionList": "bizTransaction", "sourceList": "source", "destinationList": "destination"}
_EVENTS = frozenset({"ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent"})


def read_xml(data: bytes) -> Document:
    """Read an EPCISDocument.  Raises Unreadable, for a DOCTYPE before anything of it is read."""
    try:
        root = root_of(data)
    except NotRead as wrong:
        raise Unreadable(wrong.place, wrong.says) from None
    name = etree.QName(root)
    if name.localname not in ("EPCISDocument", "EPCISQueryDocument") or name.namespace not in _NAMESPACES:
        raise Unreadable("1:1", Said(N_("This is not an EPCISDocument.")))
    events = next((each for each in root.iter("EventList", "{*}EventList")), None)
    if events is None:
        raise Unreadable("EventList", Said(N_("A list of events is missing.")))
    return Document([_event(each) for each in _flat(events, 1)])


def _event(element: Any) -> dict[str, Any]:
    name = etree.QName(element).localname
    read: dict[str, Any] = {"type": name if name in _EVENTS else name[:100]}
    for child in _flat(element, 1):
        _put(read, _name(child), _field(child))
    return read


def _field(element: Any) -> Any:
    name = _name(element)
    if name.startswith("{"):
        return _value(element, 2)
    read = _READ.get(name)
    return _text(element) if read is None else read(element)


def _listed(element: Any) -> list[str]:
    return [_text(each) for each in element if _name(each) == _LISTS[_name(element)]]


def _counted(element: Any) -> list[dict[str, str]]:
    return [{_name(part): _text(part) for part in each} for each in element]


def _typed(element: Any) -> list[dict[str, str]]:
    return [_attributes(each) | {_TYPED[_name(element)]: _text(each)} for each in element]


def _lasting(element: Any) -> dict[str, list[str]]:
    return {way: [_text(each) for each in element if _name(each) == way] for way in ("set", "unset")}


def _sensors(element: Any) -> list[dict[str, Any]]:
    return [_sensor(each) for each in element]


def _declared(element: Any) -> dict[str, Any]:
    return {_name(each): _field(each) for each in _flat(element, 2)}


def _sensor(element: Any) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for child in element:
        name = _name(child)
        if name == "sensorReport":
            read.setdefault(name, []).append(_attributes(child))
        elif name == "sensorMetadata":
            read[name] = _attributes(child)
        else:
            _put(read, name, _value(child, 3))
    return read


def _attributes(element: Any) -> dict[str, str]:
    return {str(name): str(value) for name, value in element.attrib.items()}


def _parts(element: Any, depth: int) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for child in _flat(element, depth):
        _put(read, _name(child), _value(child, depth + 1))
    return read


def _value(element: Any, depth: int) -> Any:
    return _parts(element, depth) if len(element) else _text(element)


def _put(read: dict[str, Any], name: str, value: Any) -> None:
    """A name that comes again makes a list."""
    if name not in read:
        read[name] = value
    elif isinstance(read[name], list) and name.startswith("{"):
        read[name].append(value)
    else:
        read[name] = [read[name], value]


def _flat(element: Any, depth: int) -> Iterator[Any]:
    """The children, those in the wrappers of the older schema among them."""
    if depth > DEEPEST:
        says = N_("It is nested too deeply: at most %(count)s levels.")
        raise Unreadable(f"{element.sourceline}:1", Said(says, {"count": DEEPEST}))
    for child in element:
        if child.tag in _WRAPPERS:
            yield from _flat(child, depth + 1)
        else:
            yield child


def _name(element: Any) -> str:
    return str(element.tag)


def _text(element: Any) -> str:
    return (element.text or "").strip()


_READ: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(_LISTS, _listed),
    **dict.fromkeys(("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"), _counted),
    **dict.fromkeys(_TYPED, _typed),
    **dict.fromkeys(("readPoint", "bizLocation", "ilmd"), lambda element: _parts(element, 2)),
    "persistentDisposition": _lasting,
    "sensorElementList": _sensors,
    "errorDeclaration": _declared,
}
