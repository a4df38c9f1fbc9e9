"""A payload of Sparkplug B: its moment, its place in the order, and its metrics; numbers as decimal text.

Source: Eclipse Sparkplug 3.0.0, 6.4 (payloads: field numbers and data types).
"""

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from agreements.sparkplug.wire import BYTES, FIXED32, FIXED64, VARINT, Malformed, field, fields

MOST = 10_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SIGNED = {1: 8, 2: 16, 3: 32, 4: 64}
BOOLEAN, FLOAT, DOUBLE, STRING, INT64 = 11, 9, 10, 12, 4
_DAYS_OF_A_CENTURY = 73_000


@dataclass(frozen=True, slots=True)
class Metric:
    """``value`` is decimal text, ``true`` or ``false``, or words; None where it has none that is kept.

    After its birth a metric may be named by its alias alone.
    """

    name: str
    value: str | None = None
    alias: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Payload:
    """``seq`` counts the messages of a node, modulo 256; None where it has none."""

    at: datetime | None
    seq: int | None
    metrics: Sequence[Metric]

    def value_of(self, name: str) -> str | None:
        return next((each.value for each in self.metrics if each.name == name), None)


def read_payload(data: bytes) -> Payload:
    """Raises :class:`Malformed`."""
    at, seq, metrics = None, None, list[Metric]()
    for number, kind, content in fields(data):
        if (number, kind) == (1, VARINT):
            at = _moment(content)
        elif (number, kind) == (2, BYTES):
            metrics.append(_metric(_bytes(content)))
        elif (number, kind) == (3, VARINT):
            seq = int(content) % 256
        if len(metrics) > MOST:
            raise Malformed(f"more than {MOST} metrics")
    return Payload(at, seq, metrics)


def written(payload: Payload) -> bytes:
    """The same as bytes, numbers as doubles and words as strings: for commands, and for those who play a machine."""
    out = field(1, VARINT, _milliseconds(payload.at)) if payload.at else b""
    for each in payload.metrics:
        told = field(1, BYTES, each.name.encode()) if each.name else b""
        if each.alias is not None:
            told += field(2, VARINT, each.alias)
        if each.at:
            told += field(3, VARINT, _milliseconds(each.at))
        out += field(2, BYTES, told + _value(each.value))
    return out + (field(3, VARINT, payload.seq) if payload.seq is not None else b"")


def _metric(data: bytes) -> Metric:
    told: dict[int, int | bytes] = {number: content for number, _, content in fields(data)}
    alias, sent = told.get(2), told.get(3)
    name = _text(_bytes(told.get(1, b"")))
    at = None if sent is None else _moment(sent)
    value = None if told.get(7) else _read(told)
    return Metric(name, value, alias if isinstance(alias, int) else None, at)


def _read(told: dict[int, int | bytes]) -> str | None:
    """What the value says, by the field in which it stands and the type that the metric names."""
    kind = told.get(4)
    for number in (10, 11):
        if isinstance(whole := told.get(number), int):
            bits = SIGNED.get(kind, 0) if isinstance(kind, int) else 0
            whole &= (1 << bits) - 1 if bits else -1
            return str(whole - (1 << bits) if bits and whole >> (bits - 1) else whole)
    if 12 in told:
        return _decimal(_bytes(told[12]), "<f", FIXED32)
    if 13 in told:
        return _decimal(_bytes(told[13]), "<d", FIXED64)
    if 14 in told:
        return "true" if told[14] else "false"
    return _text(_bytes(told[15])) if 15 in told else None


def _decimal(data: bytes, form: str, kind: int) -> str | None:
    """The shortest decimal text that is this number again; None for what is no number."""
    if len(data) != struct.calcsize(form):
        raise Malformed("a number of the wrong length")
    (number,) = struct.unpack(form, data)
    if not math.isfinite(number):
        return None
    for digits in range(6, 10) if kind == FIXED32 else range(15, 18):
        short = f"{number:.{digits}g}"
        if struct.pack(form, float(short)) == data:
            break
    return format(Decimal(short), "f")


def _value(value: str | None) -> bytes:
    if value is None:
        return field(7, VARINT, 1)
    if value in ("true", "false"):
        return field(4, VARINT, BOOLEAN) + field(14, VARINT, int(value == "true"))
    try:
        return field(4, VARINT, DOUBLE) + field(13, FIXED64, struct.pack("<d", float(value)))
    except ValueError:
        return field(4, VARINT, STRING) + field(15, BYTES, value.encode())


def _moment(milliseconds: int | bytes) -> datetime:
    if not isinstance(milliseconds, int) or milliseconds > _DAYS_OF_A_CENTURY * 86_400_000:
        raise Malformed("a moment that cannot be")
    return EPOCH + timedelta(milliseconds=milliseconds)


def _milliseconds(at: datetime) -> int:
    return (at - EPOCH) // timedelta(milliseconds=1)


def _bytes(content: int | bytes) -> bytes:
    if not isinstance(content, bytes):
        raise Malformed("a field of another kind than it has")
    return content


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Malformed("a text that is not UTF-8") from None
