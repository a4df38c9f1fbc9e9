"""Readings of one kind as a control chart: values beside their moving range, Nelson's tests, capability."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from agreements.capability import Capability, capability
from agreements.control_charts import Chart, Charts, NoChart, individuals
from agreements.environment import MEASURES
from agreements.nelson import RULES, failed
from portal.records.definition import Definition
from portal.records.lineage import Reading
from workflows.criterion import range_in
from workflows.lineage import MICRO
from workflows.words import Said

WIDE, HIGH, EDGE, LETTER, BESIDE = 640, 160, 16, 12, 64
MOST_POINTS = 200
Limits = tuple[Decimal | None, Decimal | None]


@dataclass(frozen=True, slots=True)
class Point:
    """In pixels; ``tests`` are the numbers of Nelson's tests that it made fire, ``judgement`` as in the rows."""

    x: int
    y: int
    reading: Reading
    tests: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A level across the drawing, in pixels, what it stands for, and where beside it its name is written."""

    y: int
    kind: str
    value: str
    name_y: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """One parameter.  ``why_not`` says why nothing is drawn, ``unjudged`` why there is no capability."""

    name: str
    unit: str
    readings: Sequence[Reading]
    points: Sequence[Point] = ()
    lines: Sequence[Line] = ()
    tests: Mapping[int, str] | None = None
    is_settled: bool = False
    capability: Capability | None = None
    why_not: Said | None = None
    unjudged: Said | None = None
    size: tuple[int, int] = (WIDE + BESIDE, HIGH)
    across: int = WIDE


def charts_of_room(readings: Sequence[Reading], grade: str) -> list[Drawn]:
    """A chart for each thing that is measured, against what the grade allows; the readings in the order of time."""
    bounds = {each.name: each.bounds_in(grade) for each in MEASURES.values()}
    found: dict[tuple[str, str], list[Reading]] = {}
    for each in readings:
        found.setdefault((each.name, each.unit), []).append(each)
    return [
        _drawn(name, unit, some[-MOST_POINTS:], bounds.get(name, (None, None))) for (name, unit), some in found.items()
    ]


def charts_of(readings: Sequence[Reading], definition: Definition | None) -> list[Drawn]:
    """A chart for each parameter, in the order of its first reading."""
    limits = _limits_of(definition) if definition else {}
    found: dict[tuple[UUID | None, str, str], list[Reading]] = {}
    for each in readings:
        found.setdefault((each.line_id, each.name, each.unit), []).append(each)
    return [
        _drawn(name, unit, some[-MOST_POINTS:], limits.get(line, (None, None)) if line else (None, None))
        for (line, name, unit), some in found.items()
    ]


def _drawn(name: str, unit: str, readings: Sequence[Reading], specified: Limits) -> Drawn:
    values = [Decimal(each.micro or 0) / MICRO for each in readings]
    try:
        charts = individuals(values)
    except NoChart as wrong:
        return Drawn(name, unit, readings, why_not=wrong.says)
    fired = failed(charts.where)
    tests = {each.number: each.says for each in RULES if each.number in fired}
    limits = _levels(charts.where, specified)
    scale = _Scale([Decimal(each) for each in values] + [level for _, level in limits])
    points = [
        Point(
            scale.x(place, len(values)),
            scale.y(value),
            reading,
            tuple(number for number, places in fired.items() if place in places),
        )
        for place, (value, reading) in enumerate(zip(values, readings, strict=True))
    ]
    able, unjudged = _capable(charts, specified)
    return Drawn(
        name,
        unit,
        readings,
        points,
        _lines(limits, scale),
        tests,
        charts.where.is_settled,
        able,
        None,
        unjudged,
    )


def _limits_of(definition: Definition) -> dict[UUID, Limits]:
    """The specification of each parameter, and the range that the criterion of each inspection writes."""
    found: dict[UUID, Limits] = {}
    for each in definition.standing("parameters"):
        low, high = (Decimal(end) if end else None for end in (each.specification_low, each.specification_high))
        found[each.id] = low, high
    for each in definition.standing("inspections"):
        if written := range_in(each.criterion):
            found[each.id] = written.low, written.high
    return found


def _lines(levels: Sequence[tuple[str, Decimal]], scale: "_Scale") -> list[Line]:
    """From above to below, no name on top of another."""
    lines: list[Line] = []
    for kind, level in sorted(levels, key=lambda each: -each[1]):
        y = scale.y(level)
        lines.append(Line(y, kind, _plain(level), max(y + 4, lines[-1].name_y + LETTER if lines else 0)))
    return lines


def _capable(charts: Charts, specified: Limits) -> tuple[Capability | None, Said | None]:
    try:
        return capability(charts, *specified), None
    except NoChart as wrong:
        return None, wrong.says


def _levels(chart: Chart, specified: Limits) -> list[tuple[str, Decimal]]:
    levels = [("centre", chart.centre), ("control", chart.low), ("control", chart.high)]
    found = [(kind, Decimal(level.numerator) / level.denominator) for kind, level in levels]
    return found + [("specification", level) for level in specified if level is not None]


def _plain(value: Decimal) -> str:
    return f"{value.quantize(Decimal('0.0001')).normalize():f}"


class _Scale:
    """From values to pixels, with everything that is drawn inside."""

    def __init__(self, values: Sequence[Decimal]) -> None:
        self._low, high = min(values), max(values)
        self._reach = (high - self._low) or Decimal(1)

    def y(self, value: Decimal) -> int:
        return int(HIGH - EDGE - (value - self._low) / self._reach * (HIGH - 2 * EDGE))

    def x(self, place: int, count: int) -> int:
        return EDGE + place * (WIDE - 2 * EDGE) // max(count - 1, 1)
