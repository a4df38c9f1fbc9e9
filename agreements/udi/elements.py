"""GS1 elements, an application identifier with its value: checked one by one, and together as one identification.

Which identifiers there are and how each is written comes from biip's table.  What biip lets pass is checked here:
digits of other scripts, check digits, days, repeated elements, elements that need another one.

Source: GS1 General Specifications 3 and 7.9, GS1's syntax dictionary; the elements of UDI: identifiers.json "udi".
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from agreements.identifiers import EXAMPLE_GTIN, Malformed, normalise
from agreements.udi.days import in_six_digits, parse_yymmdd
from agreements.udi.identification import Agency, Identification, PrintedDay
from workflows.words import N_, Said

EXAMPLE_SSCC = "106141412345678908"
# Fixed before variable: identifiers.json "GS1_rules".
FIELD_OF = {
    "00": "sscc",
    "01": "di",
    "02": "contents",
    "11": "made_on",
    "15": "best_before",
    "17": "expires_on",
    "37": "count",
    "10": "lot",
    "21": "serial",
    "240": "additional",
}
DAYS = ("11", "15", "17")
BRACKETED = re.compile(r"\(([0-9]{2,4})\)")

Element = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Form:
    """How an element is written: ``length`` is None where it varies and a separator ends it."""

    ai: str
    length: int | None
    pattern: re.Pattern[str]


def form_at(text: str) -> Form | None:
    """The form of the element that ``text`` begins with, or None where no application identifier stands there."""
    for size in (2, 3, 4):
        ai = text[:size]
        if len(ai) == size and ai.isascii() and ai.isdigit() and (form := _form(ai)):
            return form
    return None


def identify(elements: Iterable[Element], on: date) -> Identification:
    """Check elements one by one and together; ``on`` settles the century.  Raises Malformed."""
    found: dict[str, str] = {}
    for ai, value in elements:
        if ai in found:
            raise Malformed(Said(N_("The element (%(ai)s) is there twice."), {"ai": ai}))
        _refuse_ill_formed(ai, value)
        found[ai] = value
    given: dict[str, Any] = {}
    for ai, name in FIELD_OF.items():
        if ai in found:
            given[name] = _meant(ai, found[ai], on)
    others = tuple(sorted(each for each in found.items() if each[0] not in FIELD_OF))
    told = Identification(Agency.GS1, others=others, **given)
    _refuse_odd_company(told)
    return told


def spell(told: Identification) -> tuple[Element, ...]:
    """The elements of an identification, fixed before variable; not checked."""
    named = [(ai, getattr(told, name)) for ai, name in FIELD_OF.items()]
    texts = [
        (ai, in_six_digits(value) if isinstance(value, PrintedDay) else str(value))
        for ai, value in named
        if value is not None
    ]
    return tuple(sorted((*texts, *told.others), key=lambda each: ends_by_separator(each[0])))


def ends_by_separator(ai: str) -> bool:
    form = form_at(ai)
    return form is None or form.length is None


def sscc_problem(text: str) -> Said | None:
    """Say what is wrong with the number of a logistic unit (SSCC), or None."""
    try:
        _refuse_wrong_digits("00", normalise(text), 18)
    except Malformed as wrong:
        return wrong.says
    return None


def check_digit(digits: str) -> str:
    """The digit that ends a GTIN or SSCC, from those before it (GS1 General Specifications 7.9)."""
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


@cache
def _form(ai: str) -> Form | None:
    if (known := _table().get(ai)) is None:
        return None
    length = None if known["separator_required"] else int(known["format"].partition("+N")[2])
    return Form(ai, length, re.compile(known["pattern"].removeprefix("^" + ai).removesuffix("$"), re.ASCII))


@cache
def _table() -> dict[str, Any]:
    """Biip's table as a file: the package itself also reads the prefixes of all companies, 15 MiB in each process."""
    package = find_spec("biip")
    assert package is not None
    assert package.origin is not None
    table = Path(package.origin).parent / "gs1_application_identifiers" / "_application_identifiers.json"
    return {each["ai"]: each for each in json.loads(table.read_text())}


def _meant(ai: str, value: str, on: date) -> PrintedDay | str | int:
    if ai in DAYS:
        return parse_yymmdd(value, on, may_lack_day=True)
    return int(value) if ai == "37" else value


def _refuse_ill_formed(ai: str, value: str) -> None:
    form = _form(ai)
    if form is None:
        raise Malformed(Said(N_("GS1 has no element (%(ai)s)."), {"ai": ai}))
    if ai in ("00", "01", "02"):
        _refuse_wrong_digits(ai, value, form.length or 0)
    elif ai not in DAYS and not form.pattern.fullmatch(value):
        says = N_("The value of (%(ai)s) is too short, too long or has signs that do not belong there: %(value)s.")
        raise Malformed(Said(says, {"ai": ai, "value": value}))
    if ai == "37" and not int(value):
        raise Malformed(Said(N_("A count (37) is one or more.")))
    if BRACKETED.search(value):
        says = N_("The value of (%(ai)s) has digits in brackets, which in print look like the next element: %(value)s.")
        raise Malformed(Said(says, {"ai": ai, "value": value}))


def _refuse_wrong_digits(ai: str, value: str, length: int) -> None:
    values: dict[str, str | int] = {"ai": ai, "length": length, "example": EXAMPLE_SSCC if ai == "00" else EXAMPLE_GTIN}
    if not re.fullmatch(rf"[0-9]{{{length}}}", value) or not int(value):
        says = N_("The number of (%(ai)s) has %(length)s digits, not all of them 0. Example: %(example)s.")
        raise Malformed(Said(says, values))
    if check_digit(value[:-1]) != value[-1]:
        says = N_("The last digit of (%(ai)s) does not fit the others; look for a slip. Example: %(example)s.")
        raise Malformed(Said(says, values))


def _refuse_odd_company(told: Identification) -> None:
    """Which elements go together: GS1's syntax dictionary, "req" and "ex" of the elements of :data:`FIELD_OF`."""
    if told.di and (told.contents or told.count):
        raise Malformed(Said(N_("A code names an item (01), or what lies in a logistic unit (02, 37), never both.")))
    if not (told.di or told.sscc or told.contents):
        raise Malformed(Said(N_("The code names neither an item (01) nor a logistic unit (00).")))
    if (told.contents is None) != (told.count is None) or (told.contents and not told.sscc):
        raise Malformed(Said(N_("What lies in a logistic unit is told by (00), (02) and (37) together.")))
    if told.serial and not told.di:
        raise Malformed(Said(N_("A serial number (21) belongs to an item (01).")))
    if (told.lot or told.made_on or told.expires_on or told.best_before or told.additional) and not (
        told.di or told.contents
    ):
        raise Malformed(Said(N_("Lot and dates belong to an item (01) or to what lies in a logistic unit (02).")))
    if told.made_on and told.expires_on and told.expires_on.last < told.made_on.first:
        raise Malformed(Said(N_("The code says that it expired before it was made.")))
