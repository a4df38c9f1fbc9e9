"""The statutory deadlines of ``data/deadlines.json``: what starts each, how long it runs, and when it ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from agreements.clocks import Clock, Due, Unit, due_at, midnight_after
from agreements.reading import table

# What these count is the way to an end that is known beforehand, so they count back from it.
_COUNTED_BACK = frozenset({"window_open", "window_close", "lead_time"})
_OPENS = "window_open"
_NEXT_YEAR = "date_next_year"
_ABROAD = frozenset({"fda", "eu"})


@dataclass(frozen=True, slots=True)
class Deadline:
    """One row.  ``clock`` is None where the law counts nothing (``promptly``, as the plan says, for ever).

    ``next_year_on`` is the month and day of the following year instead.  ``source`` is the citation as it was read.
    """

    id: str
    area: str
    trigger: str
    kind: str
    unit: str
    clock: Clock | None
    next_year_on: tuple[int, int] | None
    actor: str
    recipient: str
    source: str
    note: str
    confidence: str

    def due(self, start: datetime) -> Due | None:
        """By when it ends if it began at ``start``; for a window, when it opens or closes; None if nothing is counted.

        For a window or a lead time ``start`` is the end it leads to: the licence's last day, the new product's first.
        Raises what :func:`agreements.clocks.due_at` raises.
        """
        if self.next_year_on is not None:
            return Due(midnight_after(date(start.year + 1, *self.next_year_on), start))
        if self.clock is None:
            return None
        due = due_at(start, self.clock)
        if self.kind == _OPENS:
            return Due(datetime.combine(due.last_day, time.min, start.tzinfo), due.provisional)
        return due


def deadline(rule_id: str) -> Deadline:
    """Raise :class:`KeyError` for an id that is not in the table."""
    return DEADLINES[rule_id]


def _read(row: Mapping[str, str | int | None]) -> Deadline:
    value, unit, kind = row["value"], str(row["unit"]), str(row["kind"])
    clock = None
    if isinstance(value, int) and unit in {each.value for each in Unit}:
        clock = Clock(-value if kind in _COUNTED_BACK else value, Unit(unit), abroad=row["area"] in _ABROAD)
    return Deadline(
        clock=clock,
        next_year_on=_month_and_day(str(value)) if unit == _NEXT_YEAR else None,
        unit=unit,
        kind=kind,
        **{key: str(row[key]) for key in _TEXTS},
    )


def _month_and_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)


_TEXTS = ("id", "area", "trigger", "actor", "recipient", "source", "note", "confidence")
DEADLINES: Mapping[str, Deadline] = {row["id"]: _read(row) for row in table("deadlines")["deadlines"]}
