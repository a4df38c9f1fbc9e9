"""Which duties an agreement and the law lay on whom: what starts each, how long it has, what meets it, what waits.

Source: ``data/duty_rules.json``, whose rows name theirs; the statutory clocks stand in ``data/deadlines.json``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Literal

from agreements.clauses import Parties, Settlement, is_standard
from agreements.clocks import Clock, Due, Unit, due_at, midnight_after
from agreements.deadlines import Deadline, deadline
from agreements.reading import table
from workflows.engine import Source

Owes = Literal["registrant", "entrusted", "both", "each", "marked", "house"]
Per = Literal["record", "entrustment", "house"]


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that the ledger tells: ``event`` is its name there, ``about`` the record, ``marks`` what it is like.

    ``within`` is the entrustment it happened in, or the house where it happened in none.
    """

    event: str
    at: datetime
    about: str
    within: str
    marks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Cue:
    """The happenings that a rule waits for: those of this name whose marks are all as in ``where``."""

    event: str
    where: Mapping[str, str]

    def fits(self, happening: Happening) -> bool:
        return happening.event == self.event and all(
            happening.marks.get(name) == value for name, value in self.where.items()
        )


@dataclass(frozen=True, slots=True)
class DutyRule:
    """One kind of duty.  ``owes`` "both": together, either side shows it; "each": whoever began it; "marked": whom
    the record names; "house": a house itself, in no entrustment.

    It has the clock of its ``deadline``, or its own ``clock``, or ends with the day that the record names in its mark
    ``due_mark``; where there is none of them, nobody counted and it is due
    when it is met.  ``happening`` is what a person says happened, where no record tells it; None otherwise.
    ``done_mark`` is the mark that names the day on which what meets it was done: before the duty began it meets none.
    ``again``: what meets it starts it anew.  ``lapses``: it ends with the entrustment.  ``per`` "entrustment" and
    "house": one at a time, however many records start it.  Without ``met_by`` people show by evidence that it is met.
    ``blocks`` are moves that a breach refuses.  ``retired``: it begins nothing more; what it began is read by it.
    """

    id: str
    clause_id: str | None
    deadline: Deadline | None
    clock: Clock | None
    due_mark: str | None
    done_mark: str | None
    title_zh: str
    title_en: str
    owes: Owes
    begins: tuple[Cue, ...]
    happening_zh: str | None
    happening_en: str | None
    again: bool
    lapses: bool
    per: Per
    met_by: tuple[Cue, ...]
    lapsed_by: tuple[Cue, ...]
    blocks: tuple[str, ...]
    retired: bool
    sources: tuple[Source, ...]

    def title(self, language: str) -> str:
        return self.title_zh if language.startswith("zh") else self.title_en

    def happening(self, language: str) -> str | None:
        return self.happening_zh if language.startswith("zh") else self.happening_en

    @property
    def counts_working_days(self) -> bool:
        return self._counts_in(Unit.WORKING_DAY)

    @property
    def counts_hours(self) -> bool:
        return self._counts_in(Unit.HOUR)

    def _counts_in(self, unit: Unit) -> bool:
        clock = self.deadline.clock if self.deadline else self.clock
        return clock is not None and clock.unit is unit

    def due(self, start: datetime, marks: Mapping[str, str] = MappingProxyType({})) -> Due | None:
        """By when, if it began at ``start``; None where nothing is counted.  Raises as agreements.clocks.due_at.

        A day of the record that was past already makes it due as it begins.
        """
        if self.due_mark is not None and self.due_mark in marks:
            return Due(max(start, midnight_after(date.fromisoformat(marks[self.due_mark]), start)))
        if self.deadline is not None:
            return self.deadline.due(start)
        return due_at(start, self.clock) if self.clock else None


def duty_rule(rule_id: str) -> DutyRule:
    """Raise :class:`KeyError` for an id that is not in the table."""
    return DUTY_RULES[rule_id]


def rules_under(settlements: Iterable[Settlement], parties: Parties) -> tuple[DutyRule, ...]:
    """The statutory rules, and those of each clause that is agreed.

    A number of days that only the standard text of a clause names does not outlive that text: where the parties wrote
    their own, the duty counts by the number that they gave; without one it stands uncounted, and whoever begins it
    says by when.
    """
    agreed = {each.clause_id: each for each in settlements if each.choice == "agreed"}
    return tuple(
        replace(rule, clock=clock_under(agreed[rule.clause_id], parties))
        if rule.clause_id and rule.clause_id in COUNTED
        else rule
        for rule in DUTY_RULES.values()
        if rule.owes != "house" and not rule.retired and (rule.clause_id is None or rule.clause_id in agreed)
    )


def clock_under(settlement: Settlement, parties: Parties) -> Clock | None:
    """By what the duty of a clause in ``COUNTED`` counts as the parties settled it; None where no number is given."""
    standard = COUNTED[settlement.clause_id]
    if is_standard(settlement, parties):
        return standard
    return replace(standard, length=settlement.within) if settlement.within else None


def _read(row: Mapping[str, Any]) -> DutyRule:
    same = ("id", "title_zh", "title_en", "owes", "happening_zh", "happening_en", "again", "lapses", "per", "due_mark")
    return DutyRule(
        **{name: row[name] for name in same},
        clause_id=row["clause"],
        deadline=deadline(row["deadline"]) if row["deadline"] else None,
        clock=Clock(row["count"], Unit(row["unit"])) if row["unit"] else None,
        begins=tuple(Cue(**each) for each in row["begins"]),
        met_by=tuple(Cue(**each) for each in row["met_by"]),
        lapsed_by=tuple(Cue(**each) for each in row["lapsed_by"]),
        blocks=tuple(row["blocks"]),
        done_mark=row.get("done_mark"),
        retired=row.get("retired", False),
        sources=tuple(Source(**each) for each in row["sources"]),
    )


DUTY_RULES: Mapping[str, DutyRule] = {row["id"]: _read(row) for row in table("duty_rules")["rules"]}
# The clauses whose text names how long a duty has, and by what the standard text has it counted.
COUNTED: Mapping[str, Clock] = {
    each.clause_id: each.clock for each in DUTY_RULES.values() if each.clause_id and each.clock and not each.retired
}
HOUSE_RULES: tuple[DutyRule, ...] = tuple(each for each in DUTY_RULES.values() if each.owes == "house")
