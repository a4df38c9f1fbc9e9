"""When a duty falls due: clocks that count hours, working days, calendar days, months and years."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from agreements.working_days import counted_weekdays, counted_working_days

_A_MOMENT = timedelta(microseconds=1)


class NaiveMoment(ValueError):
    """A moment without a time zone reached code that counts days."""


class Unit(StrEnum):
    HOUR = "hour"
    WORKING_DAY = "working_day"
    CALENDAR_DAY = "calendar_day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Clock:
    """``length`` is in ``unit``; below zero it counts back from the moment, as towards the end of a licence.

    ``abroad``: the working days are another country's, and no calendar of it is kept here.
    """

    length: int
    unit: Unit
    abroad: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """``at`` is the first moment that is too late.

    ``provisional``: the working days on the way are not published, or another country's, so Monday to Friday were
    counted; ask again once they are, or look them up.
    """

    at: datetime
    provisional: bool = False

    @property
    def last_day(self) -> date:
        """The last day on which the duty can be met in time."""
        return (self.at - _A_MOMENT).date()


def due_at(start: datetime, clock: Clock) -> Due:
    """Say by when a duty that began at ``start`` has to be met.

    Hours run from the moment, through nights and holidays.  Everything else counts whole days in the zone of ``start``:
    the first day is not counted, a month or year ends on the day of the same number or on the last of its month, and
    the last day ends at midnight.  No last day moves because it is a day of rest, though Civil Code Art. 203 would let
    some: safety reports do not wait, and whoever keeps the strict day is in time for either.

    Raises :class:`NaiveMoment` if ``start`` has no zone, :class:`OverflowError` past the year 9999.
    Source: Civil Code Art. 200-202.
    """
    if start.tzinfo is None:
        raise NaiveMoment(f"{start!r} has no time zone")
    if clock.unit is Unit.HOUR:
        return Due((start.astimezone(UTC) + timedelta(hours=clock.length)).astimezone(start.tzinfo))
    last_day, certain = _last_day(start.date(), clock)
    return Due(midnight_after(last_day, start), provisional=not certain)


def midnight_after(day: date, like: datetime) -> datetime:
    """The end of ``day`` in the zone of ``like``."""
    return datetime.combine(day + timedelta(days=1), time.min, like.tzinfo)


def months_after(day: date, count: int) -> date:
    """The same day ``count`` months later, or earlier when negative; the month's last where there is no such day."""
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError(f"no year {year}")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _last_day(first: date, clock: Clock) -> tuple[date, bool]:
    if clock.unit is Unit.WORKING_DAY:
        counted = counted_weekdays(first, clock.length) if clock.abroad else counted_working_days(first, clock.length)
        return counted.on, counted.certain
    if clock.unit is Unit.CALENDAR_DAY:
        return first + timedelta(days=clock.length), True
    months = clock.length * (12 if clock.unit is Unit.YEAR else 1)
    return months_after(first, months), True
