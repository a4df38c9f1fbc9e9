"""A month as weeks of days, each with what stands in it."""

from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext

from agreements.clocks import months_after
from portal.db import today
from portal.rooms.calendars.entries import Entry

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MonthDay:
    """``inside``: it belongs to the month, and not to the one before or after."""

    on: date
    inside: bool
    is_today: bool
    entries: list[Entry]


def last_of(first: date) -> date:
    return months_after(first, 1) - DAY


def weeks_of(first: date, entries: Sequence[Entry]) -> list[list[MonthDay]]:
    """From Monday to Sunday, the first and the last week filled up with days of the months beside."""
    return [
        [
            MonthDay(
                on, on.month == first.month, on == today(), [each for each in entries if each.first <= on <= each.last]
            )
            for on in week
        ]
        for week in Calendar().monthdatescalendar(first.year, first.month)
    ]


def weekdays() -> list[str]:
    return [
        gettext("Monday"),
        gettext("Tuesday"),
        gettext("Wednesday"),
        gettext("Thursday"),
        gettext("Friday"),
        gettext("Saturday"),
        gettext("Sunday"),
    ]
