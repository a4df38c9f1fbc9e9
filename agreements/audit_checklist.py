"""What the registrant asks when it audits: points of Order 53 and GMP 2025, each with its source.

Source: ``data/audit_checklist.json``; the points of Order 53 are those of :mod:`agreements.focus`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from agreements.focus import focus_list
from agreements.reading import table
from agreements.sources import instrument
from workflows.engine import Source


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the checklist; ``id`` is for ever, ``kinds`` are the kinds of audit in which it is asked."""

    id: str
    source: Source
    zh: str
    en: str
    kinds: frozenset[str]


def checklist(kind: str, on: date) -> tuple[Point, ...]:
    """The points that an audit of this kind asks on a day: those whose instrument is in force then."""
    return tuple(each for each in _POINTS.values() if kind in each.kinds and _in_force(each.source, on))


def point(point_id: str) -> Point:
    """Raise :class:`KeyError` for a point that was never asked."""
    return _POINTS[point_id]


def _in_force(source: Source, on: date) -> bool:
    since = instrument(source.instrument).in_force_from
    return since is None or since <= on


def _read() -> Iterator[Point]:
    told = table("audit_checklist")
    for each in told["focus"]:
        for found in focus_list(each["article"]):
            if found.item in each["items"]:
                point_id = f"order-53-{each['article']}-{found.item}"
                yield Point(point_id, found.source, found.zh, found.en, frozenset(each["kinds"]))
    for row in told["points"]:
        source = Source(row["instrument"], row["article"])
        yield Point(row["id"], source, row["zh"], row["en"], frozenset(row["kinds"]))


_POINTS: Mapping[str, Point] = {each.id: each for each in _read()}
