"""What may be written about an audit between its moves: its plan, its team, its days, its checklist, its findings."""

from dataclasses import dataclass

from workflows.audit import BEFORE_THE_REPORT, holder_of
from workflows.engine import Check, Side, Source, Transition
from workflows.powers import Power
from workflows.words import N_

RESULTS = {
    "met": N_("Met"),
    "not_met": N_("Not met"),
    "not_applicable": N_("Not applicable"),
}
YEARLY = (Source("GUIDE-2022-20", "II(4)7"), Source("ANN-2022-124", "17"), Source("GMP-2025", "109"))


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """``yearly`` is whether it is offered as the audit that is owed each year, ``side`` where its planner stands."""

    entrustment_is_open: bool
    yearly: bool
    kind: str
    mode: str
    held_by: str
    side: Side | None


@dataclass(frozen=True, slots=True)
class QualifyingFacts:
    """``is_oneself``: somebody records their own qualification; ``is_retired``: it counts no more."""

    is_oneself: bool = False
    is_retired: bool = False


NOT_ENDED = Check[PlanFacts](
    code="entrustment-open",
    says=N_("The entrustment has not ended."),
    holds=lambda facts: facts.entrustment_is_open,
    sources=(Source("HOUSE"),),
)
YEARLY_ON_SITE = Check[PlanFacts](
    code="yearly-audit-on-site",
    says=N_("The yearly audit is an audit of the quality system on site; a desk review does not count."),
    holds=lambda facts: not facts.yearly or counts_as_yearly(facts.kind, facts.mode),
    sources=YEARLY,
)
HOLDS_IT = Check[PlanFacts](
    code="planned-by-its-holder",
    says=N_("Whoever holds an audit plans it; one held together is the registrant's to plan."),
    holds=lambda facts: holder_of(facts.held_by) is facts.side,
    sources=(Source("HOUSE"),),
)
ALONE_A_SUPPLIER = Check[PlanFacts](
    code="manufacturer-audits-suppliers",
    says=N_("The manufacturer alone audits a supplier, and nobody else."),
    holds=lambda facts: holder_of(facts.held_by) is Side.REGISTRANT or facts.kind == "supplier",
    sources=(Source("HOUSE"),),
)
STILL_PLANNED = Check[str](
    code="audit-planned",
    says=N_("The team is not confirmed yet."),
    holds=lambda state: state == "planned",
    sources=(Source("HOUSE"),),
)
NOT_REPORTED = Check[str](
    code="audit-not-reported",
    says=N_("The team is confirmed, and the report is not signed yet."),
    holds=lambda state: state in BEFORE_THE_REPORT - {"planned"},
    sources=(Source("HOUSE"),),
)
BEING_HELD = Check[str](
    code="audit-under-way",
    says=N_("The audit is open, and the report is not signed yet."),
    holds=lambda state: state in ("opened", "concluded"),
    sources=(Source("HOUSE"),),
)
STILL_COUNTS = Check[QualifyingFacts](
    code="qualification-counts",
    says=N_("The qualification is not retired."),
    holds=lambda facts: not facts.is_retired,
    sources=(Source("HOUSE"),),
)
ANOTHERS = Check[QualifyingFacts](
    code="qualification-of-another",
    says=N_("Nobody records their own qualification."),
    holds=lambda facts: not facts.is_oneself,
    sources=(Source("HOUSE"),),
)


def counts_as_yearly(kind: str, mode: str) -> bool:
    """Whether an audit of this kind, held in this way, can be the one that is owed each year."""
    return kind == "system" and mode == "on_site"


PLAN = Transition[PlanFacts](
    name="plan",
    label=N_("Plan an audit"),
    says=N_("What is audited, where, in which days; the other side sees it at once."),
    sources=frozenset(),
    target="planned",
    power=Power.AUDIT_KEEP,
    event="audit.planned",
    checks=(NOT_ENDED, YEARLY_ON_SITE, HOLDS_IT, ALONE_A_SUPPLIER),
)


def _deed(name: str, label: str, says: str, event: str, check: Check[str]) -> Transition[str]:
    return Transition(
        name=name,
        label=label,
        says=says,
        sources=frozenset(),
        target="",
        power=Power.AUDIT_KEEP,
        side=Side.REGISTRANT,
        event=event,
        checks=(check,),
    )


def in_hand_of(holder: Side, deed: Transition[str]) -> Transition[str]:
    """What is done to an audit or a finding, as whoever holds the audit does it."""
    return deed if deed.side is holder else deed.mirrored()


REPLAN = _deed(
    "replan",
    N_("Change the plan"),
    N_("Days, scope and way of the audit, until the team is confirmed."),
    "audit.replanned",
    STILL_PLANNED,
)
NAME_TEAM = _deed(
    "name_team",
    N_("Put the team together"),
    N_("Who leads, who comes along, and what ties they have."),
    "audit.team-named",
    STILL_PLANNED,
)
RECORD_DAYS = _deed(
    "record_days",
    N_("Record days and meetings"),
    N_("Arrival and departure, opening and closing meeting, the conclusion."),
    "audit.days-recorded",
    NOT_REPORTED,
)
ANSWER_POINTS = _deed(
    "answer_points",
    N_("Answer the checklist"),
    N_("Met, not met or not applicable, and what was seen."),
    "audit.points-answered",
    BEING_HELD,
)
RAISE_FINDING = _deed(
    "raise_finding",
    N_("Raise a finding"),
    N_("What is not as it should be, graded; the manufacturer answers it."),
    "audit_finding.raised",
    BEING_HELD,
)
QUALIFY = Transition[QualifyingFacts](
    name="qualify",
    label=N_("Record a qualification"),
    says=N_("Why somebody is competent to audit, until when, and the paper that proves it."),
    sources=frozenset(),
    target="",
    power=Power.AUDIT_KEEP,
    event="auditor_qualification.recorded",
    checks=(ANOTHERS,),
)
RETIRE = Transition[QualifyingFacts](
    name="retire",
    label=N_("Retire the qualification"),
    says=N_("It no longer counts; audits that were held keep it on record."),
    sources=frozenset(),
    target="",
    power=Power.AUDIT_KEEP,
    event="auditor_qualification.retired",
    checks=(STILL_COUNTS,),
    reason=True,
)
