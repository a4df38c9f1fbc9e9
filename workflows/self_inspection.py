"""The yearly self-inspection report of a house: drawn from its records, signed once the year is over, filed."""

from dataclasses import dataclass

from workflows.engine import Check, Lifecycle, Source, State, Tone, Transition
from workflows.powers import Power
from workflows.words import N_, Said

REPORTED = (Source("ORDER-53", "45"), Source("NOTICE-2022-13"))


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """``is_current``: its figures are those of the records now; ``written``: every part that people write is there."""

    year: int
    year_is_over: bool
    is_current: bool
    written: bool


@dataclass(frozen=True, slots=True)
class FilingFacts:
    """``owed`` is the year of which a report is owed; None where none is."""

    state: str
    filed: bool
    year: int
    owed: int | None


YEAR_OVER = Check[ReportFacts](
    code="year-over",
    says=N_("The year is over: the report tells of 1 January to 31 December."),
    holds=lambda facts: facts.year_is_over,
    sources=REPORTED,
)
CURRENT = Check[ReportFacts](
    code="figures-current",
    says=N_("Its figures are those of the records now."),
    holds=lambda facts: facts.is_current,
    sources=(Source("HOUSE"),),
    mend="self_inspections.amend",
)
WRITTEN = Check[ReportFacts](
    code="parts-written",
    says=N_("Every part that people write is written."),
    holds=lambda facts: facts.written,
    sources=(Source("NOTICE-2022-13"),),
    mend="self_inspections.amend",
)

SELF_INSPECTION = Lifecycle[ReportFacts](
    subject="self_inspection",
    says=N_(
        "Registrants and manufacturers each report once a year, by 31 March, how their quality management system did:"
        " one section for each partner, its figures from the records, signed by the person in charge."
    ),
    states=(
        State("drafted", N_("Drafted")),
        State("signed", N_("Signed"), Tone.GOOD, final=True),
        State("withdrawn", N_("Withdrawn"), final=True),
    ),
    initial="drafted",
    transitions=(
        Transition(
            name="sign",
            label=N_("Sign the report"),
            says=N_("From then on it stays as it is, with its hash, and can be filed."),
            sources=frozenset({"drafted"}),
            target="signed",
            power=Power.SELF_INSPECTION_SIGN,
            event="self_inspection.signed",
            checks=(YEAR_OVER, WRITTEN, CURRENT),
            signature=N_("This report says truly and completely how our quality management system did in the year."),
        ),
        Transition(
            name="withdraw",
            label=N_("Withdraw the draft"),
            says=N_("Nothing is reported by it; the draft stays on record."),
            sources=frozenset({"drafted"}),
            target="withdrawn",
            power=Power.SELF_INSPECTION_KEEP,
            event="self_inspection.withdrawn",
            reason=True,
            grave=True,
        ),
    ),
)

STILL_DRAFTED = Check[str](
    code="report-drafted",
    says=N_("The report is not signed yet."),
    holds=lambda state: state == "drafted",
    sources=(Source("HOUSE"),),
)
SIGNED = Check[FilingFacts](
    code="report-signed",
    says=N_("The report is signed."),
    holds=lambda facts: facts.state == "signed",
    sources=REPORTED,
)
NOT_FILED = Check[FilingFacts](
    code="report-not-filed",
    says=N_("It is not filed yet."),
    holds=lambda facts: not facts.filed,
    sources=(Source("HOUSE"),),
)
OWED = Check[FilingFacts](
    code="report-of-the-year-owed",
    says=N_("It is the report of the year of which one is owed."),
    holds=lambda facts: facts.owed is None or facts.year == facts.owed,
    fact=lambda facts: Said(N_("Owed: the report of %(year)s."), {"year": facts.owed or facts.year}),
    sources=(Source("ORDER-53", "45"),),
)
BEGIN = Transition[None](
    name="begin",
    label=N_("Draw up a report"),
    says=N_("The figures of the year are taken from the records; people write the rest."),
    sources=frozenset(),
    target="drafted",
    power=Power.SELF_INSPECTION_KEEP,
    event="self_inspection.drawn-up",
)
AMEND = Transition[str](
    name="amend",
    label=N_("Write it, and take the figures anew"),
    says=N_("Overview, changes, running of the system, inspections; until it is signed."),
    sources=frozenset(),
    target="",
    power=Power.SELF_INSPECTION_KEEP,
    event="self_inspection.amended",
    checks=(STILL_DRAFTED,),
)
FILE = Transition[FilingFacts](
    name="file",
    label=N_("Record that it was filed"),
    says=N_("When the authority got it, and under which number."),
    sources=frozenset(),
    target="",
    power=Power.SELF_INSPECTION_KEEP,
    event="self_inspection.filed",
    checks=(SIGNED, NOT_FILED, OWED),
)
