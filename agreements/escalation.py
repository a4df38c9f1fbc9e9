"""Who is told when a duty nears its end, or has passed it: step by step, until somebody sees to it.

Source: ``data/escalation.json``; the house's own, since neither the law nor the reference template counts such steps.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from agreements.reading import table


@dataclass(frozen=True, slots=True)
class Step:
    """``days`` after the end, or ``hours`` where the duty's own clock counts hours; before it when negative.

    ``side`` is the one that owes the duty, or the other; there the holders of each power or role of ``whom`` are told.
    """

    id: str
    days: int
    hours: int
    side: Literal["owing", "other"]
    whom: tuple[str, ...]
    urgent: bool

    def at(self, due_at: datetime, *, counts_hours: bool) -> datetime:
        return due_at + (timedelta(hours=self.hours) if counts_hours else timedelta(days=self.days))

    @property
    def warns(self) -> bool:
        """Whether it comes before the end, and says nothing any more after it."""
        return self.days < 0


STEPS = tuple(Step(**{**row, "whom": tuple(row["whom"])}) for row in table("escalation")["steps"])
# No step is due earlier than this before a duty's end.
AHEAD = -min(timedelta(days=each.days) for each in STEPS)


def steps_at(moment: datetime, *, started_at: datetime, due_at: datetime, counts_hours: bool) -> Iterator[Step]:
    """The steps that have come by ``moment`` for a duty that is still open.

    A warning whose time was before the duty began is left out, and so is every warning once it is too late; where
    several have come at once, only the last of them still warns.
    """
    come = [each for each in STEPS if each.at(due_at, counts_hours=counts_hours) <= moment]
    warnings = [each for each in come if each.warns and each.at(due_at, counts_hours=counts_hours) > started_at]
    yield from warnings[-1:] if moment < due_at else ()
    yield from (each for each in come if not each.warns)
