"""What both sides settle when an entrustment ends, and how long its records are kept.

Source: ``data/ending_points.json``, whose rows name theirs; retention is row RT-01 of ``data/deadlines.json``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from agreements.clocks import months_after
from agreements.reading import table
from workflows.engine import Source

# GMP 2025 art. 45: for the lifetime of the device, and at least two years from its release.
_AFTER_RELEASE = 24


@dataclass(frozen=True, slots=True)
class EndingPoint:
    """One point; ``id`` is for ever.  ``follows``: it may be settled after the end, the others come before."""

    id: str
    owes: Literal["registrant", "manufacturer"]
    follows: bool
    zh: str
    en: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Released:
    """A batch that was released, as far as the keeping of its record goes."""

    on: date
    expires_on: date | None


def ending_point(point_id: str) -> EndingPoint:
    """Raise :class:`KeyError` for a point that was never asked."""
    return ENDING_POINTS[point_id]


def keep_at_least_until(batches: Iterable[Released]) -> date | None:
    """The first day on which no record has to be kept any more, as far as the batches tell; None without any.

    What is known of a device's lifetime is the day it expires; a longer lifetime is for people to enter.
    """
    ends = [max(months_after(each.on, _AFTER_RELEASE), each.expires_on or each.on) for each in batches]
    return max(ends, default=None)


ENDING_POINTS: Mapping[str, EndingPoint] = {
    row["id"]: EndingPoint(
        **{name: row[name] for name in ("id", "owes", "follows", "zh", "en")},
        sources=tuple(Source(**each) for each in row["sources"]),
    )
    for row in table("ending_points")["points"]
}
BEFORE_THE_END = frozenset(each.id for each in ENDING_POINTS.values() if not each.follows)
