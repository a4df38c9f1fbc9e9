"""Codes of the agency MA (中关村工信二维码技术研究院): parts between full stops, those of production begun by a letter.

Source: identifiers.json "udi" "MA".  How the last character of the device identifier is computed was not found, so it
is not checked.
"""

import re
from datetime import date

from agreements.identifiers import Malformed
from agreements.reading import table
from agreements.udi.days import parse_digits
from agreements.udi.identification import Agency, Identification, PrintedDay
from workflows.words import N_, Said

CHECK_CHARACTER_CONFIDENCE = "UNKNOWN"
EXAMPLE_TEXT = "MA.156.M0.100000.0ABC0010.LA213B1.S1234.M20261123"
LONGEST = 400

# .D is the lot of STERILISATION, no date.
_FIELD_OF = {
    "L": "lot",
    "S": "serial",
    "M": "made_on",
    "D": "sterilisation_lot",
    "V": "valid_until",
    "E": "expires_on",
}
_DAYS = ("M", "V", "E")
_FORM = re.compile(table("identifiers")["udi"]["MA"]["regex"], re.ASCII)


def parse_ma(text: str, on: date) -> Identification:
    """Read MA.156.M0.100000.0ABC0010.LA213B1; ``on`` settles the century of a year of two digits.  Raises Malformed."""
    body = text.strip()
    found = _FORM.fullmatch(body) if len(body) <= LONGEST and re.fullmatch(r"[!-~]*", body) else None
    if not found:
        raise Malformed(
            Said(N_("This is not a code of the agency MA. Example: %(example)s."), {"example": EXAMPLE_TEXT})
        )
    given: dict[str, str | PrintedDay] = {}
    for part in found[7].split(".")[1:]:
        name, value = _FIELD_OF[part[0]], part[1:]
        if name in given:
            raise Malformed(Said(N_("The part .%(letter)s is there twice."), {"letter": part[0]}))
        given[name] = parse_digits(value, on) if part[0] in _DAYS else value
    return Identification(Agency.MA, di=body.removesuffix(found[7]), **given)  # type: ignore[arg-type]  # by _FIELD_OF


def print_ma(told: Identification) -> str:
    """The same text for print and for the carrier; days in eight digits, which no century has to settle."""
    parts = [(letter, getattr(told, name)) for letter, name in _FIELD_OF.items()]
    texts = [
        f".{letter}" + (f"{value.year:04}{value.month:02}{value.day or 0:02}" if letter in _DAYS else value)
        for letter, value in parts
        if value is not None
    ]
    return (told.di or "") + "".join(texts)


def build_ma(told: Identification, on: date) -> str:
    """Raises Malformed for what MA has no part for, or would read otherwise: a lot with a full stop, a day left out."""
    text = print_ma(told)
    if parse_ma(text, on) != told:
        raise Malformed(Said(N_("MA has no part for some of these data, or would read them otherwise.")))
    return text
