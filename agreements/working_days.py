"""Working days of mainland China, and the renewal windows counted in them.

The State Council publishes holidays and make-up working days one year at a time; beyond the last published year these
functions refuse to answer.  Counting: Civil Code Art. 201, the first day is not counted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import chinese_calendar

from workflows.words import N_, Said

RENEWAL_OPENS = 90
RENEWAL_CLOSES = 30

_FIRST = date(min(day.year for day in chinese_calendar.holidays), 1, 1)
_LAST = date(max(day.year for day in chinese_calendar.holidays), 12, 31)
_ONE_DAY = timedelta(days=1)


class BeyondCalendar(ValueError):
    """The count would touch a year whose working days are not published."""

    def __init__(self, day: date) -> None:
        self.says = Said(
            N_("The working days of %(year)s are not published; the calendar ends on %(last)s."),
            {"year": day.year, "last": _LAST.isoformat()},
        )
        super().__init__(str(self.says))


@dataclass(frozen=True, slots=True)
class Counted:
    """A day reached by counting.  Not ``certain``: a year on the way is not published."""

    on: date
    certain: bool


@dataclass(frozen=True, slots=True)
class RenewalWindow:
    """First and last day on which renewal may be applied for.  Not ``certain``: a year in it is not published."""

    opens_on: date
    closes_on: date
    certain: bool

    def state_on(self, day: date) -> Literal["not-yet", "open", "closed"]:
        if day < self.opens_on:
            return "not-yet"
        return "open" if day <= self.closes_on else "closed"


def last_published_day() -> date:
    return _LAST


def is_working_day(day: date) -> bool:
    """Make-up working days included.  Raises :class:`BeyondCalendar` outside the published years."""
    if not _FIRST <= day <= _LAST:
        raise BeyondCalendar(day)
    return bool(chinese_calendar.is_workday(day))


def add_working_days(day: date, count: int) -> date:
    """Return the ``count``-th working day after ``day``, or before it when negative; ``day`` itself is not counted.

    Zero gives ``day`` back, working or not.  Raises :class:`BeyondCalendar` when the way leads out of the calendar.
    """
    counted = counted_working_days(day, count)
    if not counted.certain:
        raise BeyondCalendar(counted.on)
    return counted.on


def counted_working_days(day: date, count: int) -> Counted:
    """The same, but counting Monday to Friday, and saying so, where a year is not published."""
    return _counted(day, count, published=lambda on: _FIRST <= on <= _LAST)


def counted_weekdays(day: date, count: int) -> Counted:
    """Count Monday to Friday, for a country whose calendar is not kept here; certain only when nothing is counted."""
    return _counted(day, count, published=lambda _: False)


def working_days_between(start: date, end: date) -> int:
    """Count the working days after ``start`` up to and including ``end``; negative when ``end`` is the earlier.

    Raises :class:`BeyondCalendar` when a counted day is not published.
    """
    if end < start:
        return -working_days_between(end, start)
    days = range(1, (end - start).days + 1)
    return sum(is_working_day(start + timedelta(days=each)) for each in days)


def renewal_window(valid_until: date) -> RenewalWindow:
    """The 90th to the 30th working day before a production licence ends.  Source: Order 53 Art. 17.

    Where the year is not published yet, Monday to Friday are counted and ``certain`` is False.  The true days can then
    only be known later, and holidays move both of them earlier: plan with room.
    """
    opens, closes = (counted_working_days(valid_until, -days) for days in (RENEWAL_OPENS, RENEWAL_CLOSES))
    return RenewalWindow(opens.on, closes.on, opens.certain and closes.certain)


def _counted(day: date, count: int, *, published: Callable[[date], bool]) -> Counted:
    step = _ONE_DAY if count > 0 else -_ONE_DAY
    left, certain = abs(count), True
    while left:
        day += step
        certain = certain and published(day)
        left -= is_working_day(day) if published(day) else day.weekday() < 5
    return Counted(day, certain)
