"""The docket: which duties are owed, met, late or breached, worked out from what happened and nothing else."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from agreements.clocks import Due
from agreements.duty_rules import DutyRule, Happening

ENDS_ALL = "entrustment.ended"


class Standing(StrEnum):
    """How a duty stands at a moment."""

    OWED = "owed"
    MET = "met"
    LATE = "late"
    BREACHED = "breached"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Owed:
    """One duty.  ``due`` None: nothing is counted.  ``lapsed_at``: what it rested on ended, it was not met."""

    rule: DutyRule
    about: str
    owes: str
    started_at: datetime
    due: Due | None
    met_at: datetime | None = None
    lapsed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.met_at is None and self.lapsed_at is None

    def standing(self, at: datetime) -> Standing:
        return standing(self.started_at, self.due.at if self.due else None, self.met_at, self.lapsed_at, at)


def standing(
    started_at: datetime, due_at: datetime | None, met_at: datetime | None, lapsed_at: datetime | None, at: datetime
) -> Standing:
    """In time is before ``due_at``, or at the very moment it began, which is all that "at once" leaves.

    What was already too late when it lapsed stays breached.
    """
    if met_at is not None:
        return Standing.LATE if due_at and due_at <= met_at > started_at else Standing.MET
    if due_at and (lapsed_at or at) >= due_at:
        return Standing.BREACHED
    return Standing.LAPSED if lapsed_at else Standing.OWED


class Docket:
    """The open duties of one entrustment, or of one house, and how each happening changes them."""

    def __init__(self, rules: Iterable[DutyRule], owed: Iterable[Owed] = ()) -> None:
        """``rules`` begin duties; ``owed`` are open already, some perhaps by rules that are no longer among them."""
        self._open = {(each.rule.id, each.about): each for each in owed}
        self._begun_by: dict[str, list[DutyRule]] = defaultdict(list)
        self._met_by: dict[str, list[DutyRule]] = defaultdict(list)
        self._lapsed_by: dict[str, list[DutyRule]] = defaultdict(list)
        self._in_force = {rule.id: rule for rule in rules}
        for rule in self._in_force.values():
            for event in {cue.event for cue in rule.begins}:
                self._begun_by[event].append(rule)
        for rule in {**{each.rule.id: each.rule for each in self._open.values()}, **self._in_force}.values():
            for event in {cue.event for cue in rule.met_by}:
                self._met_by[event].append(rule)
            for event in {cue.event for cue in rule.lapsed_by}:
                self._lapsed_by[event].append(rule)

    def take(self, happening: Happening) -> Iterator[Owed]:
        """Yield every duty that this begins, meets or ends, as it is afterwards."""
        if happening.event == ENDS_ALL:
            yield from self._lapse([key for key, owed in self._open.items() if owed.rule.lapses], happening.at)
        for rule in self._lapsed_by.get(happening.event, ()):
            if any(cue.fits(happening) for cue in rule.lapsed_by):
                yield from self._lapse([(rule.id, _about(rule, happening))], happening.at)
        for rule in self._met_by.get(happening.event, ()):
            if any(cue.fits(happening) for cue in rule.met_by) and self._is_in_time(rule, happening):
                yield from self.meet(rule, _about(rule, happening), happening.at)
        for rule in self._begun_by.get(happening.event, ()):
            if any(cue.fits(happening) for cue in rule.begins):
                yield from self._begin(rule, _about(rule, happening), happening.at, happening.marks)

    def meet(self, rule: DutyRule, about: str, at: datetime) -> Iterator[Owed]:
        """The open duty of ``rule`` is met, if there is one; it begins anew where the rule in force says so."""
        owed = self._open.pop((rule.id, about), None)
        if owed is None:
            return
        yield replace(owed, met_at=at)
        if rule.again and rule.id in self._in_force:
            yield from self._begin(self._in_force[rule.id], about, at, {})

    def _is_in_time(self, rule: DutyRule, happening: Happening) -> bool:
        """Whether it was done since the duty began; what comes on record later may have been done long before."""
        owed = self._open.get((rule.id, _about(rule, happening)))
        if owed is None or rule.done_mark is None:
            return True
        done = date.fromisoformat(happening.marks[rule.done_mark])
        return done >= owed.started_at.astimezone(happening.at.tzinfo).date()

    def _begin(self, rule: DutyRule, about: str, at: datetime, marks: Mapping[str, str]) -> Iterator[Owed]:
        if (rule.id, about) not in self._open:
            owes = marks["owes"] if rule.owes == "marked" else rule.owes
            self._open[rule.id, about] = Owed(rule, about, owes, at, rule.due(at, marks))
            yield self._open[rule.id, about]

    def _lapse(self, keys: Iterable[tuple[str, str]], at: datetime) -> Iterator[Owed]:
        for key in keys:
            if key in self._open:
                yield replace(self._open.pop(key), lapsed_at=at)


def evaluate(rules: Iterable[DutyRule], happenings: Iterable[Happening]) -> list[Owed]:
    """Every duty that ``happenings``, oldest first, ever began, as it stands after the last of them."""
    docket = Docket(rules)
    found: dict[tuple[str, str, datetime], Owed] = {}
    for happening in happenings:
        for owed in docket.take(happening):
            found[owed.rule.id, owed.about, owed.started_at] = owed
    return list(found.values())


def _about(rule: DutyRule, happening: Happening) -> str:
    return happening.about if rule.per == "record" else happening.within
