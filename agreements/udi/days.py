"""Days as codes carry them: two or four digits of the year, month, day."""

import re
from datetime import date

from agreements.identifiers import Malformed
from agreements.udi.identification import PrintedDay
from workflows.words import N_, Said


def parse_yymmdd(text: str, on: date, *, may_lack_day: bool) -> PrintedDay:
    """Read six digits as GS1 does; ``on`` is the day of reading, which settles the century.  Raises Malformed.

    Source: GS1 General Specifications 7.12 for the century; the syntax dictionary (``yymmd0``) for the day 00.
    """
    if not re.fullmatch(r"[0-9]{6}", text):
        raise Malformed(Said(N_("A date in a code is six digits, year, month, day, not %(found)s."), {"found": text}))
    year, month, day = (int(text[place : place + 2]) for place in (0, 2, 4))
    return _checked(_century(year, on) + year, month, day, text, may_lack_day=may_lack_day)


def parse_digits(text: str, on: date) -> PrintedDay:
    """Read six or eight digits as MA prints them; a day is always there.  Raises Malformed."""
    if re.fullmatch(r"[0-9]{8}", text):
        return _checked(int(text[:4]), int(text[4:6]), int(text[6:]), text, may_lack_day=False)
    return parse_yymmdd(text, on, may_lack_day=False)


def in_six_digits(day: PrintedDay) -> str:
    """As GS1 carries it; which century is meant is not in it."""
    return f"{day.year % 100:02}{day.month:02}{day.day or 0:02}"


def _century(year: int, on: date) -> int:
    """The hundreds that put ``year`` between 49 years before and 50 years after the year of reading."""
    hundreds, current = on.year - on.year % 100, on.year % 100
    if year - current >= 51:
        return hundreds - 100
    if year - current <= -50:
        return hundreds + 100
    return hundreds


def _checked(year: int, month: int, day: int, text: str, *, may_lack_day: bool) -> PrintedDay:
    try:
        date(year, month, 1 if may_lack_day and day == 0 else day)
    except ValueError:
        raise Malformed(Said(N_("There is no such day as %(found)s."), {"found": text})) from None
    return PrintedDay(year, month, day or None)
