"""The id of an event that is made of the event itself: ``ni:///sha-256;…?ver=CBV2.0``.

Two documents that tell the same event, in JSON or XML, in whatever order and spelling, give it the same id.

Source: CBV 2.0 8.9 (EPCIS event hash id), and where its text leaves something open the expected values that its
reference implementation is tested with: fields of others inside standard fields come after all of these, a sensor
element stands without the name of its list, milliseconds are rounded.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from agreements.epcis.keys import canonical
from agreements.epcis.vocabulary import Words, address

Body = Mapping[str, Any]

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_TIMES = frozenset({"eventTime", "time", "startTime", "endTime"})
_WORDS: Mapping[str, Words | None] = {
    "bizStep": Words.STEP,
    "disposition": Words.DISPOSITION,
    "set": Words.DISPOSITION,
    "unset": Words.DISPOSITION,
    "component": Words.COMPONENT,
    "exception": None,
}
_QUANTITY = ("epcClass", "quantity", "uom")
_METADATA = (
    "time",
    "startTime",
    "endTime",
    "deviceID",
    "deviceMetadata",
    "rawData",
    "dataProcessingMethod",
    "bizRules",
)
_REPORT = (
    *("type", "exception", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "time", "microorganism"),
    *("chemicalSubstance", "value", "component", "stringValue", "booleanValue", "hexBinaryValue", "uriValue"),
    *("minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue", "uom", "coordinateReferenceSystem"),
)
_TYPED = {
    "bizTransactionList": ("bizTransaction", Words.TRANSACTION),
    "sourceList": ("source", Words.PARTY),
    "destinationList": ("destination", Words.PARTY),
}
_ORDER = (
    *("eventTime", "eventTimeZoneOffset", "epcList", "parentID", "inputEPCList", "childEPCs", "quantityList"),
    *("childQuantityList", "inputQuantityList", "outputEPCList", "outputQuantityList", "action", "transformationID"),
    *("bizStep", "disposition", "persistentDisposition", "readPoint", "bizLocation", "bizTransactionList"),
    *("sourceList", "destinationList", "sensorElementList"),
)
_PLACES = ("readPoint", "bizLocation")
# They say when and as what an event was told, not what happened.
_LEFT_OUT = frozenset({"type", "isA", "eventID", "recordTime", "errorDeclaration", "certificationInfo", "@context"})


def event_id(body: Body) -> str:
    """The hash id of an event, whose names of others are written ``{namespace}name``."""
    return f"ni:///sha-256;{hashlib.sha256(prehash(body).encode()).hexdigest()}?ver=CBV2.0"


def prehash(body: Body) -> str:
    """What is hashed: names and values in the order of the standard."""
    told = [f"eventType={body['type']}"]
    told += [_field(name, body[name]) for name in _ORDER if name in body]
    return "".join(told) + "".join(sorted(_rest(body)))


def moment(text: str) -> str:
    """A moment in UTC to the millisecond, rounded."""
    at = datetime.fromisoformat(text).astimezone(UTC)
    at = at + timedelta(microseconds=500)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def _field(name: str, value: Any) -> str:
    write = _WRITTEN.get(name)
    return _pair(name, value) if write is None else write(name, value)


def _epcs(name: str, value: Sequence[str]) -> str:
    return _after(name, [f"epc={canonical(each.strip())}" for each in value])


def _quantities(name: str, value: Sequence[Body]) -> str:
    return _after(name, [_pairs("quantityElement", each, _QUANTITY) for each in value])


def _parties(name: str, value: Sequence[Body]) -> str:
    return _after(name, [_typed(each, *_TYPED[name]) for each in value])


def _place(name: str, value: Body) -> str:
    return f"{name}id={canonical(value['id'].strip())}" if value.get("id") else ""


def _lasting(name: str, value: Body) -> str:
    told = [f"{way}={_value(way, each)}" for way in ("set", "unset") for each in sorted(value.get(way, ()))]
    return _after(name, told, is_sorted=True)


def _sensors(_name: str, value: Sequence[Body]) -> str:
    return "".join(sorted(_sensor(each) for each in value))


def _after(name: str, told: Sequence[str], *, is_sorted: bool = False) -> str:
    return name + "".join(told if is_sorted else sorted(told)) if told else ""


def _sensor(element: Body) -> str:
    metadata = element.get("sensorMetadata")
    told = _pairs("sensorMetadata", metadata, _METADATA) if metadata else ""
    reports = sorted(
        "sensorReport" + "".join(_of_report(name, each[name]) for name in _REPORT if name in each)
        for each in element.get("sensorReport", ())
    )
    return "sensorElement" + told + "".join(reports)


def _of_report(name: str, value: Any) -> str:
    return f"type={address(str(value), None)}" if name == "type" else _pair(name, value)


def _typed(value: Body, name: str, words: Words) -> str:
    kind = f"type={address(value['type'], words)}" if "type" in value else ""
    return f"{kind}{name}={canonical(value[name].strip())}"


def _pairs(name: str, value: Body, order: Sequence[str]) -> str:
    told = "".join(_pair(each, value[each]) for each in order if each in value)
    return name + told if told else ""


def _pair(name: str, value: Any) -> str:
    text = _value(name, value)
    return f"{name}={text}" if text else ""


def _value(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value).strip()
    if name in _TIMES:
        return moment(text)
    if name in _WORDS:
        return address(text, _WORDS[name])
    if _NUMBER.fullmatch(text):
        return _number(text)
    return canonical(text)


def _number(text: str) -> str:
    number = f"{Decimal(text):f}"
    number = number.rstrip("0").rstrip(".") if "." in number else number
    return "0" if number == "-0" else number


def _rest(body: Body) -> list[str]:
    """What stands beside the fields of the standard: in these, in ``ilmd``, and at the event itself."""
    told = [_other(name, value) for name, value in body.items() if name.startswith("{") for value in _many(value)]
    if body.get("ilmd"):
        told.append("ilmd" + "".join(sorted(_others(body["ilmd"]))))
    told += [name + "".join(sorted(others)) for name in _PLACES if (others := _others(body.get(name, {})))]
    for element in body.get("sensorElementList", ()):
        others = _others(element)
        if inside := _others(element.get("sensorMetadata", {})):
            others.append("sensorMetadata" + "".join(sorted(inside)))
        others += [
            "sensorReport" + "".join(sorted(inside))
            for report in element.get("sensorReport", ())
            if (inside := _others(report))
        ]
        if others:
            told.append("sensorElement" + "".join(sorted(others)))
    return told


def _others(value: Body) -> list[str]:
    return [_other(name, each) for name, many in value.items() if name.startswith("{") for each in _many(many)]


def _other(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return name + "".join(sorted(_others(value)))
    text = _value("", value)
    return f"{name}={text}" if text else name


def _many(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else (value,)


_WRITTEN: Mapping[str, Callable[[str, Any], str]] = {
    **dict.fromkeys(("epcList", "inputEPCList", "childEPCs", "outputEPCList"), _epcs),
    **dict.fromkeys(("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"), _quantities),
    **dict.fromkeys(_TYPED, _parties),
    **dict.fromkeys(_PLACES, _place),
    "persistentDisposition": _lasting,
    "sensorElementList": _sensors,
}
