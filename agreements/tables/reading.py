"""What a cell says, as a word, a number, an amount or a moment; what can be read in two ways is told, never guessed."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from agreements.tables.cells import Cell, Kind
from workflows.words import N_, Said

CHINA = ZoneInfo("Asia/Shanghai")
EARLIEST, LATEST = date(1990, 1, 1), date(2100, 1, 1)
_DAY_ONE = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
NOTHING_IN = {
    Kind.ERROR: N_("The cell shows the error %(found)s. Mend the formula, save the file, and send it again."),
    Kind.UNCOUNTED: N_("The formula was saved without its value. Open the file in Excel or WPS, save it, and send it."),
    Kind.WORN: N_("The number has over 15 digits, and a workbook loses the last. Format the column as text first."),
    Kind.BYTES: N_("The cell is neither UTF-8 nor GB18030. Save the file as CSV UTF-8."),
}
_AMBIGUOUS = N_("“%(found)s” can be read in more than one way. Write year, month, day: %(example)s.")
_NO_DAY = N_("There is no day “%(found)s”. Write it as %(example)s.")
_NO_MOMENT = N_("“%(found)s” is no moment. Write it as %(example)s.")
_NO_NUMBER = N_("“%(found)s” is no number. Write digits and a point, such as %(example)s.")
_EXAMPLE = "2026-11-23 08:30"
# As machines write it; read at once.
_EXACT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{3}|\.[0-9]{6})?[+-][0-9]{2}:[0-9]{2}"
)
_YEAR_FIRST = re.compile(
    r"(\d{4})\s*([-/.年])\s*(\d{1,2})\s*(?:\2|月)\s*(\d{1,2})\s*日?(?:\s*[T,]?\s*(.*))?", re.DOTALL
)
_IN_DIGITS = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(?:[T\s]*(\d\d):?(\d\d)(?::?(\d\d))?)?")
_YEAR_LAST = re.compile(r"\d{1,2}\s*[-/.]\s*(?:\d{1,2}|[A-Za-z]{3,9})\s*[-/.,]\s*\d{2,4}(?:\D.*)?", re.DOTALL)
_TIME = re.compile(
    r"(?P<half>上午|下午|AM|PM)?\s*(?P<hour>\d{1,2})\s*[:时点]\s*(?:(?P<minute>\d{1,2})\s*分?)?"
    r"(?:\s*:?\s*(?P<second>\d{1,2})(?:\.(?P<part>\d{1,6})\d*)?\s*秒?)?\s*(?P<late>AM|PM)?\s*(?P<zone>Z|UTC|[+-]\d\d:?\d\d)?",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_POWER = re.compile(r"([+-]?\d+(?:\.\d+)?)[eE]([+-]?\d{1,2})")
_WITH_UNIT = re.compile(r"([+-]?[\d,]*\.?\d+)\s*([^\d\s.,+-].*)?")


class Unclear(ValueError):
    """A cell cannot be read, or not in one way only; ``says`` tells what to write."""

    def __init__(self, says: str, **values: str | int) -> None:
        self.says = Said(says, values)
        super().__init__(str(self.says))


def word(cell: Cell) -> str:
    """The text, in letters and digits of ordinary width.  Raises :class:`Unclear` where the cell cannot be read."""
    if cell.kind in NOTHING_IN:
        raise Unclear(NOTHING_IN[cell.kind], **({"found": cell.text} if cell.kind is Kind.ERROR else {}))
    return " ".join(unicodedata.normalize("NFKC", cell.text).split())


def number(cell: Cell) -> str:
    """Decimal text.  Raises :class:`Unclear`, also where a comma may part thousands or decimals."""
    return _number(word(cell).replace("−", "-"))


def amount(cell: Cell) -> tuple[str, str]:
    """Decimal text and the unit that stands behind it, which may be empty.  Raises :class:`Unclear`."""
    text = word(cell).replace("−", "-")
    found = _WITH_UNIT.fullmatch(text)
    if not found or _POWER.fullmatch(text):
        return _number(text), ""
    return _number(found[1]), (found[2] or "").strip()


def day(cell: Cell, *, since_1904: bool | None = None) -> date:
    """A day, of which a time may be left out.  Raises :class:`Unclear`."""
    return moment(cell, since_1904=since_1904).astimezone(CHINA).date()


def moment(cell: Cell, *, on: date | None = None, since_1904: bool | None = None) -> datetime:
    """The moment with its zone, that of China where none is written; a day alone is its beginning.

    ``on`` is the day that a time alone is of.  ``since_1904`` is how a workbook counts days, None where bare numbers
    are no days.  Raises :class:`Unclear`, also where day and month can be taken for each other.
    """
    text = word(cell)
    if cell.kind is Kind.MOMENT:
        return _checked(datetime.fromisoformat(text).replace(tzinfo=CHINA), text)
    if _EXACT.fullmatch(text):
        return _exactly(text)
    if found := _IN_DIGITS.fullmatch(text):
        given = [int(each or 0) for each in found.groups()]
        return _put_together(text, (given[0], given[1], given[2]), (given[3], given[4], given[5], 0))
    if cell.kind is Kind.NUMBER and since_1904 is not None:
        return _checked(_by_serial(text, since_1904=since_1904), text)
    if found := _YEAR_FIRST.fullmatch(text):
        clock, zone = _time(found[5], text) if (found[5] or "").strip() else ((0, 0, 0, 0), None)
        return _put_together(text, (int(found[1]), int(found[3]), int(found[4])), clock, zone)
    if _YEAR_LAST.fullmatch(text):
        raise Unclear(_AMBIGUOUS, found=text[:40], example=_EXAMPLE)
    if on is not None and text:
        clock, zone = _time(text, text)
        return _put_together(text, (on.year, on.month, on.day), clock, zone)
    raise Unclear(_NO_MOMENT, found=text[:40], example=_EXAMPLE)


def is_time_alone(cell: Cell) -> bool:
    """Whether a cell holds the time of a day and not the day."""
    return cell.kind is Kind.TIME or bool(_TIME.fullmatch(unicodedata.normalize("NFKC", cell.text).strip()))


def _exactly(text: str) -> datetime:
    try:
        return _checked(datetime.fromisoformat(text), text)
    except ValueError as wrong:
        if isinstance(wrong, Unclear):
            raise
        raise Unclear(_NO_DAY, found=text[:40], example=_EXAMPLE) from None


def _number(text: str) -> str:
    if _NUMBER.fullmatch(text):
        sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text.lstrip("+"))
        whole, point, part = digits.partition(".")
        return f"{sign}{whole.lstrip('0') or '0'}{point if part else ''}{part}"
    if _GROUPED.fullmatch(text) and (text.count(",") > 1 or "." in text):
        return _number(text.replace(",", ""))
    if _GROUPED.fullmatch(text):
        both = {"found": text, "one": text.replace(",", ""), "other": text.replace(",", ".")}
        raise Unclear(N_("“%(found)s” may be %(one)s or %(other)s. Write the one that is meant."), **both)
    if power := _POWER.fullmatch(text):
        return _shifted(power[1], int(power[2]))
    raise Unclear(_NO_NUMBER, found=text[:40], example="12.5")


def _shifted(digits: str, places: int) -> str:
    """A number with a power of ten, written out."""
    sign, digits = ("-", digits[1:]) if digits.startswith("-") else ("", digits.lstrip("+"))
    whole, _, part = digits.partition(".")
    if places >= 0:
        part = part.ljust(places, "0")
        return _number(f"{sign}{whole}{part[:places]}.{part[places:]}".rstrip("."))
    whole = whole.rjust(1 - places, "0")
    return _number(f"{sign}{whole[:places]}.{whole[places:]}{part}")


def _by_serial(text: str, *, since_1904: bool) -> datetime:
    """Days since the beginning of the workbook's calendar, with the part of the day behind the point."""
    whole, _, part = text.partition(".")
    if not whole.isdigit() or len(whole) > 6:
        raise Unclear(_NO_MOMENT, found=text[:40], example=_EXAMPLE)
    seconds = round(int((part or "0")[:12].ljust(12, "0")) * 86_400 / 10**12)
    begins = datetime.combine(_DAY_ONE[since_1904], time(), CHINA)
    return begins + timedelta(days=int(whole), seconds=seconds)


def _time(text: str, whole: str) -> tuple[tuple[int, int, int, int], timezone | None]:
    found = _TIME.fullmatch(text.strip())
    if not found:
        raise Unclear(_NO_MOMENT, found=whole[:40], example=_EXAMPLE)
    hour, half = int(found["hour"]), (found["half"] or found["late"] or "").upper()
    if half and not 1 <= hour <= 12:
        raise Unclear(_NO_MOMENT, found=whole[:40], example=_EXAMPLE)
    if half:
        hour = hour % 12 + (12 if half in ("下午", "PM") else 0)
    part = int((found["part"] or "").ljust(6, "0"))
    return (hour, int(found["minute"] or 0), int(found["second"] or 0), part), _zone(found["zone"])


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text.upper() in ("Z", "UTC"):
        return timezone(timedelta())
    ahead = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(ahead if text[0] == "+" else -ahead)


def _put_together(
    text: str, day_of: tuple[int, int, int], clock: tuple[int, int, int, int], zone: timezone | None = None
) -> datetime:
    try:
        return _checked(datetime.combine(date(*day_of), time(*clock), zone or CHINA), text)
    except ValueError as wrong:
        if isinstance(wrong, Unclear):
            raise
        raise Unclear(_NO_DAY, found=text[:40], example=_EXAMPLE) from None


def _checked(found: datetime, text: str) -> datetime:
    if not EARLIEST <= found.date() < LATEST:
        raise Unclear(_NO_DAY, found=text[:40], example=_EXAMPLE)
    return found
