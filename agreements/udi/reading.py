"""Any code of a label, whoever issued it and however it came: scanned, typed, printed in brackets, or as an address."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from agreements.identifiers import Malformed
from agreements.udi.ahm import build_ahm, parse_ahm
from agreements.udi.gs1 import SYMBOLOGIES, build_elements, parse_bracketed, parse_elements, print_elements
from agreements.udi.identification import Agency, Ambiguous, Identification
from agreements.udi.links import parse_link
from agreements.udi.ma import build_ma, parse_ma, print_ma
from workflows.words import N_, Said

_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]", re.ASCII)
# Brackets, an address, one of the other agencies, a key of GS1 with its digits, or a separator anywhere.
_OF_A_LABEL = re.compile(r"[(（]|https?://|MA\.|AHM|0[012][0-9]{14}|.*\x1d", re.IGNORECASE | re.DOTALL)


def read(text: str, on: date) -> Identification:
    """``on`` is the day of reading, which settles the century of two-digit years.

    Raises Malformed, or Ambiguous with every reading that is possible where a separator may be missing.
    """
    body = text.strip(" \t\r\n")
    symbology = _SYMBOLOGY.match(body)
    if symbology and symbology[0] not in SYMBOLOGIES:
        body = body[3:]
        if re.match(r"[0-9]", body):
            says = N_("The carrier (%(symbology)s) does not say that it holds GS1 elements: its first FNC1 is missing.")
            raise Malformed(Said(says, {"symbology": symbology[0]}))
    if re.match(r"https?://", body, re.IGNORECASE):
        return parse_link(body, on)
    if body.startswith("MA."):
        return parse_ma(body, on)
    if body.startswith("AHM"):
        return parse_ahm(body)
    if unicodedata.normalize("NFKC", body[:1]) == "(":
        return parse_bracketed(body, on)
    return parse_elements(body, on)


def is_code(text: str) -> bool:
    """Whether a text is meant as the code of a label, be it well formed or not: the number of a record is none."""
    body = text.strip(" \t\r\n")
    return body.startswith(SYMBOLOGIES) or _OF_A_LABEL.match(without_symbology(body)) is not None


def without_symbology(text: str) -> str:
    """What a scanner sends without the three signs by which it says what carrier it read."""
    return _SYMBOLOGY.sub("", text)


def settled(doubtful: Ambiguous, exists: Callable[[Identification], bool]) -> Identification:
    """The one reading that names what exists, so that a record and not a guess decides.  Raises ``doubtful`` again."""
    known = [each for each in doubtful.readings if exists(each)]
    if len(known) != 1 or not doubtful.are_all:
        raise doubtful
    return known[0]


def build(told: Identification, on: date) -> str:
    """What the carrier holds: with separators for GS1, after its first FNC1.  Raises Malformed."""
    match told.agency:
        case Agency.GS1:
            return build_elements(told, on)
        case Agency.MA:
            return build_ma(told, on)
        case Agency.AHM:
            return build_ahm(told)


def printed(told: Identification) -> str:
    """What people read beneath the carrier."""
    match told.agency:
        case Agency.GS1:
            return print_elements(told)
        case Agency.MA:
            return print_ma(told)
        case Agency.AHM:
            return build_ahm(told)
