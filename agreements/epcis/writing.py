"""Writing events as JSON-LD: one body, or a document that is sent piece by piece."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from agreements.epcis.vocabulary import CBVMDA, CONTEXT, OWN

Body = Mapping[str, Any]

# ``cbvmda`` is in the context of GS1 already.
OURS = "weituo"
_PREFIXES = {OWN: OURS, CBVMDA: "cbvmda"}
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def body_of(body: Body) -> dict[str, Any]:
    """The body as it is sent: the names of others with the prefixes of our context."""
    return {_short(name): _sent(value) for name, value in body.items()}


def document_of(bodies: Iterable[Body], made_at: datetime) -> Iterator[str]:
    """An EPCISDocument of any length, in pieces; bodies as :func:`body_of` gives them."""
    head = {
        "@context": context(),
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": made_at.isoformat(timespec="milliseconds"),
    }
    yield _encode(head)[:-1] + ',"epcisBody":{"eventList":['
    for place, body in enumerate(bodies):
        yield ("," if place else "") + _encode(body)
    yield "]}}"


def query_document(bodies: Iterable[Body], made_at: datetime, name: str = "SimpleEventQuery") -> str:
    """The answer to a query, whole."""
    return _encode(
        {
            "@context": context(),
            "type": "EPCISQueryDocument",
            "schemaVersion": "2.0",
            "creationDate": made_at.isoformat(timespec="milliseconds"),
            "epcisBody": {"queryResults": {"queryName": name, "resultsBody": {"eventList": list(bodies)}}},
        }
    )


def written(body: Body) -> str:
    """One event by itself, with the context that it needs then."""
    return _encode({"@context": context(), **body})


def context() -> list[str | dict[str, str]]:
    return [CONTEXT, {OURS: OWN}]


def _short(name: str) -> str:
    if not name.startswith("{"):
        return name
    namespace, _, local = name[1:].partition("}")
    return f"{_PREFIXES[namespace]}:{local}"


def _sent(value: Any) -> Any:
    if isinstance(value, Mapping):
        return body_of(value)
    if isinstance(value, Decimal):
        # At most fifteen digits, which a number of JSON keeps as they are.
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, list | tuple):
        return [_sent(each) for each in value]
    return value
