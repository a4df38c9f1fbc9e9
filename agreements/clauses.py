"""How an agreement is drafted, checked, dated and compared, clause by clause."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from agreements.clause_table import (
    CLAUSES,
    STATUTORY_DUTIES,
    Clause,
    DocumentKind,
    Responsible,
    StatutoryDuty,
    clause,
    clauses_of,
)
from agreements.evidence import Party
from workflows.engine import Source
from workflows.words import N_, Said

__all__ = [
    "CLAUSES",
    "STATUTORY_DUTIES",
    "Choice",
    "Clause",
    "ClauseChange",
    "ClauseProblem",
    "DocumentKind",
    "EndDate",
    "Parties",
    "Responsible",
    "Settlement",
    "StatutoryDuty",
    "clause",
    "clauses_of",
    "compare",
    "draft",
    "end_date",
    "in_language",
    "is_standard",
    "problems",
    "standard_text",
]

Choice = Literal["agreed", "refused", "open"]
Limit = Literal["wish", "certificate", "licence"]


@dataclass(frozen=True, slots=True)
class Parties:
    registrant: Party
    manufacturer: Party

    def as_values(self) -> Mapping[str, str]:
        return {
            "registrant": self.registrant.name,
            "registrant_uscc": self.registrant.uscc,
            "manufacturer": self.manufacturer.name,
            "manufacturer_uscc": self.manufacturer.uscc,
        }


@dataclass(frozen=True, slots=True)
class Settlement:
    """What the parties have decided about one clause.  ``reason`` says why it is refused.

    ``within`` is the number of days or months in a text of their own, where a duty counts by it; None with the
    standard text, which names its own: see :data:`agreements.duty_rules.COUNTED`.
    """

    clause_id: str
    choice: Choice = "open"
    responsible: Responsible = "both"
    text: str = ""
    reason: str = ""
    within: int | None = None

    @property
    def as_data(self) -> dict[str, Any]:
        """What a version keeps of it; a number that nobody gave is not kept, so that older texts read the same."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True, slots=True)
class ClauseProblem:
    clause_id: str
    says: Said
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """``before`` None: the clause is new; ``after`` None: it was taken out."""

    clause_id: str
    before: Settlement | None
    after: Settlement | None


@dataclass(frozen=True, slots=True)
class EndDate:
    on: date
    limited_by: Limit
    says: Said


def draft(
    kind: DocumentKind, parties: Parties, language: str = "zh", *, implantable: bool | None = None
) -> tuple[Settlement, ...]:
    """A first draft with standard text in ``language`` ("zh" or "en").

    Clauses that have to be settled now or later are proposed as agreed; the others carry their text, but stay open.
    """
    return tuple(
        Settlement(
            clause_id=each.id,
            choice="agreed" if each.must_be_settled(date.max, implantable=implantable) else "open",
            responsible=each.responsible,
            text=standard_text(each, parties, language),
        )
        for each in clauses_of(kind)
    )


def standard_text(of: Clause, parties: Parties, language: str) -> str:
    return of.standard_text["zh" if language.startswith("zh") else "en"] % parties.as_values()


def in_language(settlement: Settlement, parties: Parties, language: str) -> str:
    """The text for a reader of ``language``: standard text translated, the parties' own wording as they wrote it."""
    return (
        standard_text(clause(settlement.clause_id), parties, language)
        if is_standard(settlement, parties)
        else settlement.text
    )


def is_standard(settlement: Settlement, parties: Parties) -> bool:
    """Whether the clause stands as the standard text has it, in either language."""
    of = clause(settlement.clause_id)
    return settlement.text in (standard_text(of, parties, "zh"), standard_text(of, parties, "en"))


def problems(
    kind: DocumentKind, settlements: Iterable[Settlement], on: date, *, implantable: bool | None = None
) -> tuple[ClauseProblem, ...]:
    """Everything that keeps the agreement from being signed on the day ``on``; empty when it may be.

    Raises :class:`KeyError` for a clause that is not in the table.
    """
    by_id: dict[str, Settlement] = {}
    found: list[ClauseProblem] = []
    for settlement in settlements:
        of = clause(settlement.clause_id)
        if of.id in by_id:
            found.append(_problem(of, N_("The clause is settled twice.")))
        if kind not in of.documents:
            found.append(_problem(of, N_("The clause does not belong to this agreement.")))
        by_id[of.id] = settlement
    for of in clauses_of(kind):
        asked = of.must_be_settled(on, implantable=implantable)
        found += _clause_problems(of, by_id.get(of.id, Settlement(of.id)), asked=asked)
    return tuple(found)


def end_date(wished: date | None, certificate_until: date | None, licence_until: date | None) -> EndDate:
    """The last day of an agreement: the wish, but not beyond certificate and licence.  Source: 2024-38 (4).

    None means that no wish was given, or that the paper has no last day (a class I filing); one of the three has to
    be a day.  The wish is named before the certificate, and that before the licence, when they end on the same day.
    """
    days: Mapping[Limit, date | None] = {"wish": wished, "certificate": certificate_until, "licence": licence_until}
    known: dict[Limit, date] = {name: day for name, day in days.items() if day}
    limited_by = min(known, key=lambda name: known[name])
    values: dict[str, str | int] = {"on": known[limited_by].isoformat()}
    if wished is None or limited_by == "wish":
        return EndDate(known[limited_by], limited_by, Said(_ENDS[limited_by], values))
    values["wished"] = wished.isoformat()
    return EndDate(known[limited_by], limited_by, Said(_ENDS_BEFORE_THE_WISH[limited_by], values))


def compare(old: Iterable[Settlement], new: Iterable[Settlement]) -> tuple[ClauseChange, ...]:
    """Every clause that differs between two versions, in the order of the clause table."""
    before = {each.clause_id: each for each in old}
    after = {each.clause_id: each for each in new}
    return tuple(
        ClauseChange(each.id, before.get(each.id), after.get(each.id))
        for each in CLAUSES
        if before.get(each.id) != after.get(each.id)
    )


_ENDS: Mapping[Limit, str] = {
    "wish": N_("It ends on %(on)s, as the parties wish."),
    "certificate": N_("It ends on %(on)s with the registration certificate."),
    "licence": N_("It ends on %(on)s with the production licence."),
}
_ENDS_BEFORE_THE_WISH: Mapping[Limit, str] = {
    "certificate": N_("It ends on %(on)s with the registration certificate, before the wished %(wished)s."),
    "licence": N_("It ends on %(on)s with the production licence, before the wished %(wished)s."),
}


def _clause_problems(of: Clause, settlement: Settlement, *, asked: bool) -> Iterator[ClauseProblem]:
    duty = STATUTORY_DUTIES.get(of.id)
    if settlement.choice == "open":
        if asked:
            yield _problem(of, N_("The clause is still open: agree it or refuse it with a reason."))
    elif settlement.choice == "refused":
        if duty is not None:
            yield _duty_problem(
                duty,
                N_("The law lays this duty on the registrant; the clause cannot be refused."),
                N_("The law lays this duty on the manufacturer; the clause cannot be refused."),
            )
        elif asked and not settlement.reason.strip():
            yield _problem(of, N_("A clause that the rules ask for is refused without a reason."))
    else:
        if not settlement.text.strip():
            yield _problem(of, N_("The clause is agreed, but says nothing."))
        if duty is not None and settlement.responsible not in duty.responsible_may_be:
            yield _duty_problem(
                duty,
                N_("This duty is the registrant's by law and cannot be assigned away from it."),
                N_("This duty is the manufacturer's by law and cannot be assigned away from it."),
            )


def _problem(of: Clause, says: str) -> ClauseProblem:
    return ClauseProblem(of.id, Said(says), of.sources)


def _duty_problem(duty: StatutoryDuty, of_registrant: str, of_manufacturer: str) -> ClauseProblem:
    says = of_registrant if duty.duty_of == "registrant" else of_manufacturer
    return ClauseProblem(duty.clause_id, Said(says), duty.sources)
