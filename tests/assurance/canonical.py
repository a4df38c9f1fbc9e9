"""RFC 8785 a second time, written from its text: what the ledger hashes, by somebody who has not seen the library."""

from typing import Any

SHORT = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}
MOST = 2**53 - 1


def canonical(value: Any) -> bytes:
    """Canonical JSON of text, whole numbers, truth values, null, lists and dictionaries; ValueError for the rest."""
    return _written(value).encode("utf-8")


def _written(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        if abs(value) > MOST:
            raise ValueError(f"{value} is not exact in every reader")
        return str(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list):
        return "[" + ",".join(map(_written, value)) + "]"
    if isinstance(value, dict):
        pairs = sorted(value.items(), key=lambda pair: pair[0].encode("utf-16-be"))
        return "{" + ",".join(f"{_text(key)}:{_written(each)}" for key, each in pairs) + "}"
    raise ValueError(f"{type(value)} has no canonical form")


def _text(text: str) -> str:
    """Section 3.2.2.2: the short escapes, \\u00xx for other controls, everything else as it is."""
    return '"' + "".join(SHORT.get(ord(each)) or (f"\\u{ord(each):04x}" if each < " " else each) for each in text) + '"'
