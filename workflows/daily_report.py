"""The daily report of a resident: drafted during the day, signed at its end, then left as it is."""

from dataclasses import dataclass

from workflows.engine import Check, Lifecycle, Side, Source, State, Tone, Transition
from workflows.posting import POST_STAFF
from workflows.powers import Power
from workflows.words import N_

TRUE_AND_TIMELY = Source("GMP-2025", "45")


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """``is_own``: the actor is the person who is posted; ``says_something``: a key link or a remark is noted."""

    is_own: bool
    counts_that_day: bool
    has_come: bool
    says_something: bool
    is_drafted: bool


OWN = Check[ReportFacts](
    code="own-report",
    says=N_("Only the person who is posted writes and signs the report."),
    holds=lambda facts: facts.is_own,
    sources=(POST_STAFF, TRUE_AND_TIMELY),
)
POSTED_THAT_DAY = Check[ReportFacts](
    code="posted-that-day",
    says=N_("The person was posted at the site on the day of the report."),
    holds=lambda facts: facts.counts_that_day,
    sources=(POST_STAFF,),
    mend="postings.show",
)
DAY_HAS_COME = Check[ReportFacts](
    code="day-has-come",
    says=N_("The day of the report is today or lies in the past."),
    holds=lambda facts: facts.has_come,
    sources=(TRUE_AND_TIMELY,),
)
SAYS_SOMETHING = Check[ReportFacts](
    code="says-something",
    says=N_("The report says which key links were supervised, or why none was."),
    holds=lambda facts: facts.says_something,
    sources=(POST_STAFF,),
    mend="reports.edit",
)
STILL_DRAFTED = Check[ReportFacts](
    code="report-unsigned",
    says=N_("The report is not signed yet; what is signed stays as it is."),
    holds=lambda facts: facts.is_drafted,
    sources=(TRUE_AND_TIMELY, Source("ESIGN-LAW", "13")),
)

DRAFT = Transition[ReportFacts](
    name="draft",
    label=N_("Write the daily report"),
    says=N_("Which key links were supervised, which batches were seen, what struck you, what the next one must know."),
    sources=frozenset(),
    target="drafted",
    power=Power.REPORT_WRITE,
    side=Side.REGISTRANT,
    event="daily_report.drafted",
    checks=(OWN,),
)
WRITE = Transition[ReportFacts](
    name="write",
    label=N_("Go on writing"),
    says=N_("Until it is signed the report may be changed."),
    sources=frozenset(),
    target="",
    power=Power.REPORT_WRITE,
    side=Side.REGISTRANT,
    event="daily_report.drafted",
    checks=(OWN, STILL_DRAFTED),
)
DAILY_REPORT = Lifecycle[ReportFacts](
    subject="daily_report",
    says=N_("One report for each posting and day, written at the site and signed at the end of the day."),
    states=(
        State("drafted", N_("Drafted")),
        State("signed", N_("Signed"), Tone.GOOD, final=True),
    ),
    initial="drafted",
    transitions=(
        Transition(
            name="sign",
            label=N_("Sign the report"),
            says=N_("The report stays as it is from then on; what is still to be said goes into the next one."),
            sources=frozenset({"drafted"}),
            target="signed",
            power=Power.REPORT_WRITE,
            side=Side.REGISTRANT,
            event="daily_report.signed",
            checks=(OWN, POSTED_THAT_DAY, DAY_HAS_COME, SAYS_SOMETHING),
            signature=N_("I was at the site, and this is what I saw on this day."),
        ),
    ),
)
