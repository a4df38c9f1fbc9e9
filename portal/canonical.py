"""The one form in which a value is hashed: canonical JSON (RFC 8785), without floats, alike on every engine."""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import rfc8785

# What every reader of JSON holds exactly: section 3.2.2.3 counts numbers as IEEE 754 does.
MOST = 2**53 - 1
# RFC 8785 sorts keys by UTF-16, where these come before some that Python sorts before them.
_SORTED_OTHERWISE = re.compile("[\U00010000-\U0010ffff]")
_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False).encode


def canonical(value: Any) -> bytes:
    """The bytes that are hashed.  Raises what :func:`plain` raises."""
    return encoded(plain(value))


def encoded(known: Any) -> bytes:
    """The same of what :func:`plain` gave."""
    text = _encode(known)
    return rfc8785.dumps(known) if _SORTED_OTHERWISE.search(text) else text.encode()


def plain(value: Any) -> Any:
    """The value as JSON that hashes alike everywhere: NFC text, UTC microseconds, no floats.

    Raises :class:`TypeError` for anything that has no exact form, :class:`ValueError` for a number too large for it.
    """
    if known := _BY_TYPE.get(type(value)):
        return known(value)
    for kind, written in _WRITTEN:
        if isinstance(value, kind):
            return written(value)
    raise TypeError(f"{value!r} has no canonical form")


def _whole(number: int) -> int:
    if -MOST <= number <= MOST:
        return number
    raise ValueError(f"{number} is not exact in every reader")


def _text(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _mapping(values: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key): plain(each) for key, each in values.items()}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _as_it_is(value: Any) -> Any:
    return value


# In this order: a datetime is a date, a bool is an int.
_WRITTEN: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (type(None) | bool, _as_it_is),
    (int, _whole),
    (str, _text),
    (UUID, str),
    (datetime, _moment),
    (date, date.isoformat),
    (dict, _mapping),
    (Mapping, _mapping),
    (list | tuple, lambda values: [plain(each) for each in values]),
)
_BY_TYPE = {each: written for kind, written in _WRITTEN for each in getattr(kind, "__args__", (kind,))}
