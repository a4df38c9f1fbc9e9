"""A value as it was written, read by the definition that its batch is made under, and judged."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from agreements.environment import MEASURES, measure_called
from portal.making.books import Books
from portal.records.definition import DefinitionInspection, DefinitionParameter
from workflows.acts import Act, Value
from workflows.criterion import folded, range_in
from workflows.judging import Bounds, Judgement, meets
from workflows.limits import LIMITS, exact
from workflows.lineage import JUDGEMENTS, MICRO, Deed, Impossible
from workflows.units import Immeasurable, quantity_in
from workflows.words import N_, Said

Line = DefinitionParameter | DefinitionInspection
# What is written for a result where no figure is taken; compared as folded text.
PASSED = frozenset({"合格", "符合", "通过", "pass", "passed", "ok", "conforms"})
FAILED = frozenset({"不合格", "不符合", "未通过", "fail", "failed", "ng", "does not conform"})


@dataclass(frozen=True, slots=True)
class Read:
    """A value that was understood: ``micro`` millionths of ``unit``, or what was ``said``."""

    name: str
    unit: str
    at: datetime
    micro: int | None
    said: str | None
    judgement: Judgement | None
    line_id: UUID | None
    limits: str


class Reader:
    """Reads values against the lines of definitions, each line's limits worked out once."""

    def __init__(self, books: Books, now: datetime) -> None:
        self._books, self._now = books, now
        self._lines: dict[tuple[str, str, bool], dict[str, list[Line]] | None] = {}
        self._bounds: dict[UUID, Bounds] = {}
        self._before: dict[tuple[str, str, Deed, Value], Read] = {}

    def read(self, act: Act, value: Value) -> Read:
        """Raises :class:`workflows.lineage.Impossible` with the place of the value, the reason and what would do.

        A value with a moment of its own is read once, whether its act is looked at alone or together with others.
        """
        if value.at is None:
            return self._read(act, value)
        key = (act.batch, act.step, act.kind, value)
        if key not in self._before:
            self._before[key] = self._read(act, value)
        return self._before[key]

    def _read(self, act: Act, value: Value) -> Read:
        at = value.at or act.ended_at or act.began_at
        if at > self._now:
            raise Impossible(value.place, Said(N_("The reading lies in the future.")))
        if act.kind is Deed.MONITOR and act.area and not act.batch:
            return self._of_a_room(act, value, at)
        if not act.batch and (load := self._books.about(act)):
            return self._of_a_load(act, value, load)
        line = self._line(act, value)
        if isinstance(line, DefinitionInspection):
            return self._result(line, value, at)
        number = _number(value)
        if line is None:
            micro = _micro(value, number)
            return Read(value.name.strip(), value.unit.strip(), at, micro, None, None, None, "")
        number = _in_unit(value, number, line.unit)
        judged = self._bounds_of(line).judge(number)
        return Read(line.name, line.unit, at, _micro(value, number), None, judged, line.id, line.specified)

    def _of_a_load(self, act: Act, value: Value, load: Sequence[str]) -> Read:
        """By the definition of each batch in it; what is worst for one of them counts for the load."""
        read = [self._read(replace(act, batch=each), value) for each in load]
        return max(read, key=lambda each: JUDGEMENTS[each.judgement])

    def _of_a_room(self, act: Act, value: Value, at: datetime) -> Read:
        """By the grade of the room."""
        measure = measure_called(value.name)
        if measure is None:
            known = ", ".join(each.also[0] for each in MEASURES.values())
            says = N_("%(name)s is not measured of a room. Known: %(known)s.")
            raise Impossible(value.place, Said(says, {"name": value.name, "known": known}))
        number = _in_unit(value, _number(value), measure.unit)
        area = self._books.areas.get(act.area)
        grade = area.grade if area else ""
        judged = measure.judge(grade, number)
        micro = _micro(value, number)
        return Read(measure.name, measure.unit, at, micro, None, judged, None, measure.limits_in(grade))

    def _line(self, act: Act, value: Value) -> Line | None:
        """What the value is judged by; None where nothing is laid down for the act's batch."""
        key = (act.batch, act.step, act.kind is Deed.INSPECT)
        if key not in self._lines:
            self._lines[key] = _by_name(self._candidates(act)) if self._books.definition_of(act.batch) else None
        lines = self._lines[key]
        if lines is None:
            return None
        found = lines.get(folded(value.name), [])
        if len(found) == 1:
            return found[0]
        if found:
            raise Impossible(
                value.place, Said(N_("Several steps have a %(name)s: name the step."), {"name": value.name})
            )
        definition = self._books.definition_of(act.batch)
        known = ", ".join(sorted({_called(each) for some in lines.values() for each in some}))
        called = {"version": definition.called if definition else "", "name": value.name, "known": known or "–"}
        raise Impossible(value.place, Said(N_("%(version)s lays down no %(name)s here. Known: %(known)s."), called))

    def _candidates(self, act: Act) -> list[Line]:
        definition = self._books.definition_of(act.batch)
        step = self._books.step_of(act)
        if definition is None:
            return []
        lines: list[Line] = list(definition.standing("inspections")) if act.kind is Deed.INSPECT else []
        if step is not None:
            return [*lines, *(each for each in step.parameters if each.struck_at is None)]
        return [*lines, *definition.standing("parameters")]

    def _bounds_of(self, line: DefinitionParameter) -> Bounds:
        if line.id not in self._bounds:
            self._bounds[line.id] = Bounds.of({name: getattr(line, name) for name in LIMITS})
        return self._bounds[line.id]

    def _result(self, line: DefinitionInspection, value: Value, at: datetime) -> Read:
        """By the range that the criterion writes; of words, whether they say so, or are what it asks for."""
        limits = range_in(line.criterion)
        if limits is not None and folded(value.value) not in PASSED | FAILED:
            number = _in_unit(value, _number(value), limits.unit)
            inside = (limits.low is None or limits.low <= number) and (limits.high is None or number <= limits.high)
            judged, micro, said = _judged(inside), _micro(value, number), None
        else:
            judged, micro, said = _judged(_says_so(line.criterion, value.value)), None, value.value.strip()
        unit = limits.unit if limits and micro is not None else ""
        return Read(line.characteristic, unit, at, micro, said, judged, line.id, line.criterion)


def _says_so(criterion: str, result: str) -> bool:
    if folded(result) in PASSED | FAILED:
        return folded(result) in PASSED
    return meets(criterion, result)


def _judged(inside: bool) -> Judgement:
    return Judgement.INSIDE if inside else Judgement.OUT


def _by_name(lines: list[Line]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for each in lines:
        found.setdefault(folded(_called(each)), []).append(each)
    return found


def _called(line: Line) -> str:
    return line.name if isinstance(line, DefinitionParameter) else line.characteristic


def _number(value: Value) -> Decimal:
    try:
        return exact(value.value.strip())
    except ValueError:
        says = N_("“%(value)s” is no decimal number: up to nine digits, and six after a full stop.")
        raise Impossible(value.place, Said(says, {"value": value.value[:40]})) from None


def _in_unit(value: Value, number: Decimal, unit: str) -> Decimal:
    if not value.unit.strip() or folded(value.unit) == folded(unit):
        return number
    try:
        return Decimal(quantity_in(value.value, value.unit, unit))
    except Immeasurable:
        says = N_("%(name)s is laid down in %(unit)s; %(given)s cannot be read as that.")
        raise Impossible(
            value.place, Said(says, {"name": value.name, "unit": unit, "given": value.unit[:40]})
        ) from None


def _micro(value: Value, number: Decimal) -> int:
    micro = number * MICRO
    if micro != int(micro):
        raise Impossible(value.place, Said(N_("More than six decimals cannot be kept.")))
    return int(micro)
