"""GS1 keys as events name things by them: an EPC URN and a Digital Link address of the same thing are the same key.

Source: GS1 EPC Tag Data Standard (URI forms), GS1 Digital Link: URI Syntax (canonical form), CBV 2.0 8.9 (the finest
level of identification alone counts).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote

from agreements.identifiers import Malformed
from agreements.udi import check_digit
from workflows.words import N_, Said

HOST = "https://id.gs1.org"
GTIN, SSCC, LOCATION, PARTY, DOCUMENT = "01", "00", "414", "417", "253"
SERIAL, LOT = "21", "10"
LONGEST = 500

# Digits of a key before whatever is its own: with the check digit last.
_CHECKED = {"00": 18, "01": 14, "414": 13, "417": 13, "253": 13, "255": 13, "8017": 18, "8018": 18, "402": 17}
_SHAPES = {
    "00": r"\d{18}",
    "01": r"\d{14}|\d{13}|\d{12}|\d{8}",
    "253": r"\d{13}[^/]{0,60}",
    "255": r"\d{13,25}",
    "401": r"[^/]{1,90}",
    "402": r"\d{17}",
    "414": r"\d{13}",
    "417": r"\d{13}",
    "8003": r"\d{14}[^/]{0,60}",
    "8004": r"[^/]{1,90}",
    "8006": r"\d{18}",
    "8010": r"[^/]{1,90}",
    "8017": r"\d{18}",
    "8018": r"\d{18}",
}
# Which qualifiers count beside a key; where several stand there, the first of them.
_FINEST: Mapping[str, tuple[str, ...]] = {
    "01": ("21", "10", "235"),
    "414": ("254",),
    "8006": ("21", "10"),
    "8010": ("8011",),
}
_KEYS = "|".join(f"{ai}/(?:{shape})" for ai, shape in _SHAPES.items())
_LINK = re.compile(
    rf"https?://[^/?#]+(?:/[^?#]*?)?/({_KEYS})((?:/(?:10|21|22|235|254|8011)/[^/?#]+)*)/?(?:[?#].*)?", re.IGNORECASE
)
# The same at the address that the standard itself writes: found at once, where any other is looked through for it.
_CANONICAL = re.compile(rf"{HOST}/({_KEYS})((?:/(?:10|21|22|235|254|8011)/[^/?#]+)*)")
_URN = re.compile(r"urn:epc:(?:id|class|idpat):([a-z]+):([0-9]{6,12})\.(.+)")
# What GS1 Digital Link writes in percent and an EPC URN does not.
_UNSAFE = str.maketrans({each: f"%{ord(each):02X}" for each in "!()*+,:"})


@dataclass(frozen=True, slots=True)
class Key:
    """``ai`` says what kind of key it is; ``number`` with its check digit; ``qualifier`` under ``part``, its AI.

    A GTIN has fourteen digits.  The qualifier is plain, the text of an address is :attr:`link`.
    """

    ai: str
    number: str
    part: str = ""
    qualifier: str = ""

    @property
    def link(self) -> str:
        path = f"{HOST}/{self.ai}/{self.number}"
        return f"{path}/{self.part}/{quote(self.qualifier, safe='')}" if self.part else path


def canonical(uri: str) -> str:
    """The address of the key at id.gs1.org, whichever way it is written; what holds no key stays as it is."""
    if uri.startswith("urn:epc:"):
        return _from_urn(uri) or uri
    if uri[:4].lower() == "http":
        return _from_link(uri) or uri
    return uri


@lru_cache(maxsize=4096)
def key_in(uri: str) -> Key | None:
    """The key that a URI holds, or None where it is none of GS1.  Raises Malformed for a wrong check digit."""
    told = canonical(uri)
    if not told.startswith(HOST + "/"):
        if uri.startswith("urn:epc:"):
            raise Malformed(Said(N_("This EPC cannot be read: %(uri)s."), {"uri": uri[:LONGEST]}))
        return None
    ai, *parts = told.removeprefix(HOST + "/").split("/")
    if not parts:
        return None
    number, rest = unquote(parts[0]), parts[1:]
    digits = _CHECKED.get(ai)
    if digits and not _fits(number[:digits]):
        says = N_("The last digit of %(number)s does not fit the others; look for a slip: %(uri)s.")
        raise Malformed(Said(says, {"number": number[:digits], "uri": uri[:LONGEST]}))
    part, qualifier = rest if len(rest) == 2 else ("", "")
    return Key(ai, number, part, unquote(qualifier))


@lru_cache(maxsize=4096)
def _fits(number: str) -> bool:
    return check_digit(number[:-1]) == number[-1]


def _from_link(uri: str) -> str | None:
    found = _CANONICAL.fullmatch(uri) or _LINK.fullmatch(uri) if len(uri) <= LONGEST else None
    if found is None:
        return None
    ai, number = found[1].split("/")
    if ai == GTIN:
        number = number.zfill(14)
    path = f"{HOST}/{ai}/{number}"
    if found[2] and (wanted := _FINEST.get(ai)):
        parts = found[2].strip("/").split("/")
        given = dict(zip(parts[::2], parts[1::2], strict=True))
        if finest := next((each for each in wanted if each in given), None):
            path = f"{path}/{finest}/{given[finest]}"
    return path


def _from_urn(uri: str) -> str | None:
    found = _URN.fullmatch(uri) if len(uri) <= LONGEST else None
    if found is None or found[1] not in _WRITTEN:
        return None
    path = _WRITTEN[found[1]](found[2], found[3])
    return None if path is None else f"{HOST}/{path}"


@lru_cache(maxsize=4096)
def _digits(digits: str, length: int) -> str | None:
    """The number with its check digit, or None unless it has ``length`` digits before that."""
    return digits + check_digit(digits) if len(digits) == length and digits.isdigit() else None


def _item(company: str, rest: str, ai: str) -> str | None:
    reference, _, qualifier = rest.partition(".")
    number = _digits(reference[:1] + company + reference[1:], 13)
    if number is None or not qualifier:
        return None
    return f"01/{number}" if qualifier == "*" else f"01/{number}/{ai}/{qualifier.translate(_UNSAFE)}"


def _asset(company: str, rest: str, ai: str, zero: str = "", *, join: str = "") -> str | None:
    """Thirteen digits, and a serial number that follows them at once, or as a part of its own."""
    reference, dot, serial = rest.partition(".")
    number = _digits(company + reference, 12)
    if number is None or not dot:
        return None
    if serial == "*" or (join and serial == "0"):
        return f"{ai}/{zero}{number}"
    return f"{ai}/{zero}{number}{join}{serial.translate(_UNSAFE)}"


def _whole(company: str, rest: str, ai: str, length: int) -> str | None:
    number = _digits(company + rest, length)
    return number and f"{ai}/{number}"


def _sscc(company: str, rest: str) -> str | None:
    number = _digits(rest[:1] + company + rest[1:], 17)
    return number and f"00/{number}"


def _component(company: str, rest: str) -> str | None:
    reference, dot, serial = rest.rpartition(".")
    if not dot:
        return None
    path = f"8010/{company}{reference.translate(_UNSAFE)}"
    return path if serial == "*" else f"{path}/8011/{serial}"


def _piece(company: str, rest: str) -> str | None:
    reference, _, others = rest.partition(".")
    piece, _, others = others.partition(".")
    total, _, serial = others.partition(".")
    number = _digits(reference[:1] + company + reference[1:], 13)
    if number is None or not serial:
        return None
    path = f"8006/{number}{piece}{total}"
    return path if serial == "*" else f"{path}/21/{serial.translate(_UNSAFE)}"


_WRITTEN: Mapping[str, Callable[[str, str], str | None]] = {
    "sgtin": lambda company, rest: _item(company, rest, SERIAL),
    "lgtin": lambda company, rest: _item(company, rest, LOT),
    "upui": lambda company, rest: _item(company, rest, "235"),
    "sscc": _sscc,
    "sgln": lambda company, rest: _asset(company, rest, LOCATION, join="/254/"),
    "pgln": lambda company, rest: _whole(company, rest, PARTY, 12),
    "gdti": lambda company, rest: _asset(company, rest, DOCUMENT),
    "sgcn": lambda company, rest: _asset(company, rest, "255"),
    "grai": lambda company, rest: _asset(company, rest, "8003", "0"),
    "giai": lambda company, rest: f"8004/{company}{rest.translate(_UNSAFE)}",
    "ginc": lambda company, rest: f"401/{company}{rest.translate(_UNSAFE)}",
    "gsin": lambda company, rest: _whole(company, rest, "402", 16),
    "gsrn": lambda company, rest: _whole(company, rest, "8018", 17),
    "gsrnp": lambda company, rest: _whole(company, rest, "8017", 17),
    "cpi": _component,
    "itip": _piece,
}
