"""The audits of one year in one entrustment: drawn up, and approved only with one on site among them."""

from dataclasses import dataclass

from workflows.auditing import YEARLY
from workflows.engine import Check, Lifecycle, Side, Source, State, Tone, Transition
from workflows.powers import Power
from workflows.words import N_, Said


@dataclass(frozen=True, slots=True)
class ProgrammeFacts:
    """``counting`` are the audits in it that count as the yearly one, ``desk`` its desk reviews; ``is_current`` is
    whether it says what is planned now."""

    entrustment_is_open: bool
    counting: int
    desk: int
    is_current: bool


NOT_ENDED = Check[ProgrammeFacts](
    code="entrustment-open",
    says=N_("The entrustment has not ended."),
    holds=lambda facts: facts.entrustment_is_open,
    sources=(Source("HOUSE"),),
)
ON_SITE = Check[ProgrammeFacts](
    code="yearly-audit-on-site",
    says=N_("At least one audit of the quality system on site stands in it; a desk review does not count."),
    holds=lambda facts: facts.counting > 0,
    fact=lambda facts: Said(
        N_("Yearly audits on site: %(counting)s. Desk reviews: %(desk)s."),
        {"counting": facts.counting, "desk": facts.desk},
    ),
    sources=YEARLY,
    mend="audits.create",
)
CURRENT = Check[ProgrammeFacts](
    code="programme-current",
    says=N_("The programme says what is planned now."),
    holds=lambda facts: facts.is_current,
    sources=(Source("HOUSE"),),
    mend="audit_programmes.draw_up",
)

AUDIT_PROGRAMME = Lifecycle[ProgrammeFacts](
    subject="audit_programme",
    says=N_(
        "What the registrant audits in a year: drawn up from the plans, approved by its management representative."
    ),
    states=(
        State("drafted", N_("Drawn up")),
        State("approved", N_("Approved by the registrant"), Tone.GOOD),
    ),
    initial="drafted",
    transitions=(
        Transition(
            name="draw_up",
            label=N_("Draw it up anew"),
            says=N_("It takes over the audits as they are planned now; an approval is needed again."),
            sources=frozenset({"drafted", "approved"}),
            target="drafted",
            power=Power.AUDIT_KEEP,
            side=Side.REGISTRANT,
            event="audit_programme.drawn-up",
            checks=(NOT_ENDED,),
        ),
        Transition(
            name="approve",
            label=N_("Approve the programme"),
            says=N_("The management representative answers for what will be audited this year."),
            sources=frozenset({"drafted"}),
            target="approved",
            power=Power.AUDIT_APPROVE,
            side=Side.REGISTRANT,
            event="audit_programme.approved",
            checks=(NOT_ENDED, ON_SITE, CURRENT),
            signature=N_("I approve this audit programme."),
        ),
    ),
)

BEGIN = Transition[bool](
    name="begin",
    label=N_("Begin a programme"),
    says=N_("It takes over the audits that are planned in its year."),
    sources=frozenset(),
    target="drafted",
    power=Power.AUDIT_KEEP,
    side=Side.REGISTRANT,
    event="audit_programme.begun",
)
