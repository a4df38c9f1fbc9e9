"""One line of the first page, and the groups that lines stand in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import gettext

from agreements.working_days import BeyondCalendar, working_days_between
from portal.db import CHINA, today
from portal.records.entrustment import Entrustment
from workflows.engine import Decision, Source

SOON = timedelta(days=7)
LONG_AGO = date(1, 1, 1)


@dataclass(frozen=True)
class Due:
    """By when.  ``days`` from today, negative when late; provisional where a year's calendar is not published."""

    on: date
    days: int
    kind: str
    provisional: bool = False


@dataclass(frozen=True)
class Line:
    """What waits, in which relation if in any, by when, on what ground, and the one click that leads to the act.

    ``since`` is the day the record was last written; ``decision`` is there for moves.
    """

    what: str
    url: str
    act: str
    entrustment: Entrustment | None
    sources: tuple[Source, ...] = ()
    note: str = ""
    due: Due | None = None
    decision: Decision[Any] | None = None
    theirs: bool = False
    since: date = field(default_factory=today)

    @property
    def is_possible(self) -> bool:
        return self.decision is None or self.decision.allowed


@dataclass(frozen=True)
class Group:
    label: str
    lines: Sequence[Line]
    late: bool = False


def in_working_days(on: date, *, certain: bool = True) -> Due:
    """Working days where the calendar is published; else calendar days, said to be provisional."""
    try:
        return Due(on, working_days_between(today(), on), "working", provisional=not certain)
    except BeyondCalendar:
        return Due(on, (on - today()).days, "calendar", provisional=True)


def in_calendar_days(on: date) -> Due:
    return Due(on, (on - today()).days, "calendar")


def day_of(event_id: UUID) -> date:
    """The day on which a record was last written, from the time inside its last event's UUIDv7."""
    return datetime.fromtimestamp((event_id.int >> 80) / 1000, UTC).astimezone(CHINA).date()


def grouped(lines: Iterable[Line]) -> list[Group]:
    """Overdue, to be done now, soon, later; possible before not yet, and the one that waits longest first."""
    ordered = sorted(lines, key=_urgency)
    late = [each for each in ordered if each.due and each.due.on < today()]
    undated = [each for each in ordered if each.due is None]
    soon = [each for each in ordered if each.due and today() <= each.due.on <= today() + SOON]
    later = [each for each in ordered if each.due and each.due.on > today() + SOON]
    groups = (
        Group(gettext("Overdue"), late, late=True),
        Group(gettext("Now; no date is set"), undated),
        Group(gettext("In the next seven days"), soon),
        Group(gettext("Later"), later),
    )
    return [each for each in groups if each.lines]


def _urgency(line: Line) -> tuple[date, bool, date, str]:
    return line.due.on if line.due else LONG_AGO, not line.is_possible, line.since, line.what
