"""Reading the JSON-LD of EPCIS 2.0: plain JSON, and the prefixes that its context gives to names of others."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NoReturn

from agreements.epcis.parts import DEEPEST, Document, Unreadable
from agreements.epcis.vocabulary import CBVMDA, CURIES
from workflows.words import N_, Said

GS1_CONTEXT = "epcis-context.jsonld"
_PREFIXES = CURIES | {"cbvmda": CBVMDA}
_LONGEST_NUMBER = 40
_DOCUMENTS = ("EPCISDocument", "EPCISQueryDocument")
_NESTED = frozenset({"readPoint", "bizLocation", "ilmd", "sensorElementList", "sensorMetadata", "sensorReport"})


def read_json(data: bytes) -> Document:
    """Read an EPCISDocument, or an EPCISQueryDocument.  Raises Unreadable."""
    return _document(_parsed(data))


def read_json_event(data: bytes) -> Document:
    """Read an event that stands by itself and brings its context along, or a document.  Raises Unreadable."""
    whole = _parsed(data)
    if not isinstance(whole, dict) or _type_of(whole) in _DOCUMENTS:
        return _document(whole)
    prefixes, warnings = _prefixes(whole.get("@context"))
    return Document([_read(whole, prefixes, 1)], warnings)


def _type_of(whole: Mapping[str, Any]) -> Any:
    return whole.get("type", whole.get("isA"))


def _document(whole: Any) -> Document:
    if not isinstance(whole, dict) or _type_of(whole) not in _DOCUMENTS:
        raise Unreadable("type", Said(N_("This is not an EPCISDocument.")))
    version = str(whole.get("schemaVersion", ""))
    if not version.startswith("2"):
        says = N_("JSON-LD has the schema version 2.0, not “%(version)s”; older versions are XML.")
        raise Unreadable("schemaVersion", Said(says, {"version": version[:20]}))
    prefixes, warnings = _prefixes(whole.get("@context"))
    events = _events_of(whole)
    if not isinstance(events, list):
        raise Unreadable("epcisBody.eventList", Said(N_("A list of events is missing.")))
    return Document([_read(each, prefixes, place) for place, each in enumerate(events, start=1)], warnings)


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig"), parse_float=_exact, parse_constant=_no_number)
    except UnicodeDecodeError:
        raise Unreadable("", Said(N_("The text is not UTF-8."))) from None
    except json.JSONDecodeError as wrong:
        place = f"{wrong.lineno}:{wrong.colno}"
        raise Unreadable(place, Said(N_("This is not JSON: line %(line)s."), {"line": wrong.lineno})) from None
    except RecursionError:
        raise Unreadable("", _too_deep()) from None
    except ValueError:
        raise Unreadable("", Said(N_("A number is too long to be one."))) from None


def _exact(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite() or abs(number.adjusted()) > _LONGEST_NUMBER or len(text) > _LONGEST_NUMBER:
        raise ValueError(text)
    return number


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _prefixes(context: Any) -> tuple[dict[str, str], list[Said]]:
    given = context if isinstance(context, list) else [context]
    prefixes, warnings = dict(_PREFIXES), []
    if not any(isinstance(each, str) and GS1_CONTEXT in each for each in given):
        raise Unreadable("@context", Said(N_("The context names no EPCIS context of GS1.")))
    for each in given:
        if isinstance(each, Mapping):
            prefixes |= {name: uri for name, uri in each.items() if isinstance(uri, str)}
        elif isinstance(each, str) and GS1_CONTEXT not in each:
            says = N_("The context %(uri)s is not fetched; what it defines is read as it is written.")
            warnings.append(Said(says, {"uri": each[:200]}))
    return prefixes, warnings


def _events_of(whole: Mapping[str, Any]) -> Any:
    body = whole.get("epcisBody")
    if not isinstance(body, dict):
        return None
    results = body.get("queryResults")
    if isinstance(results, dict) and isinstance(results.get("resultsBody"), dict):
        body = results["resultsBody"]
    return body.get("eventList")


def _read(event: Any, prefixes: Mapping[str, str], number: int) -> dict[str, Any]:
    if not isinstance(event, dict):
        raise Unreadable(f"eventList[{number}]", Said(N_("An event is an object with named values.")))
    own = event.get("@context")
    if own is not None:
        prefixes = {**prefixes, **{k: v for each in _listed(own) if isinstance(each, dict) for k, v in each.items()}}
    read = dict(_names(event, prefixes, number, 1))
    read.pop("@context", None)
    if "type" not in read and "isA" in read:
        read["type"] = read.pop("isA")
    return read


def _names(value: Mapping[str, Any], prefixes: Mapping[str, str], number: int, depth: int) -> Iterator[tuple[str, Any]]:
    """The names of others written out; of the standard's own fields only those are entered that may hold such."""
    for name, each in value.items():
        if ":" in name and not name.startswith("@"):
            prefix, _, local = name.partition(":")
            yield f"{{{prefixes.get(prefix, prefix + ':')}}}{local}", _value(each, prefixes, number, depth)
        elif name in _NESTED:
            yield name, _value(each, prefixes, number, depth)
        else:
            yield name, each


def _value(value: Any, prefixes: Mapping[str, str], number: int, depth: int) -> Any:
    if depth > DEEPEST:
        raise Unreadable(f"eventList[{number}]", _too_deep())
    if isinstance(value, dict):
        return dict(_names(value, prefixes, number, depth + 1))
    if isinstance(value, list):
        return [_value(each, prefixes, number, depth + 1) for each in value]
    return value


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _too_deep() -> Said:
    return Said(N_("It is nested too deeply: at most %(count)s levels."), {"count": DEEPEST})
