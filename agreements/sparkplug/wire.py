"""The wire format of protocol buffers, as far as a payload needs it: fields by number, each bounded by what there is.

Source: the encoding of Protocol Buffers (varints, fixed32, fixed64, length-delimited).
"""

from collections.abc import Iterator

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
LONGEST_VARINT = 10


class Malformed(ValueError):
    """The bytes are no such message."""


def fields(data: bytes) -> Iterator[tuple[int, int, int | bytes]]:
    """Number, kind and content of each field, in their order; fixed ones as bytes.  Raises :class:`Malformed`."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        number, kind = tag >> 3, tag & 7
        if kind == VARINT:
            value, at = _varint(data, at)
            yield number, kind, value
            continue
        if kind == BYTES:
            size, at = _varint(data, at)
        elif kind in (FIXED32, FIXED64):
            size = 4 if kind == FIXED32 else 8
        else:
            raise Malformed(f"field {number} is of kind {kind}")
        if number == 0 or at + size > len(data):
            raise Malformed(f"field {number} goes beyond its end")
        yield number, kind, data[at : at + size]
        at += size


def field(number: int, kind: int, content: int | bytes) -> bytes:
    """One field, written."""
    tag = _written(number << 3 | kind)
    if isinstance(content, int):
        return tag + _written(content)
    return tag + (_written(len(content)) if kind == BYTES else b"") + content


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place, byte in enumerate(data[at : at + LONGEST_VARINT]):
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, at + place + 1
    raise Malformed("a number has no end")


def _written(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
