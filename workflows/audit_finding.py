"""A finding of an audit: raised, answered by the manufacturer, accepted, and closed when there is evidence."""

from dataclasses import dataclass

from workflows.auditing import BEING_HELD
from workflows.engine import Check, Lifecycle, Side, Source, State, Tone, Transition
from workflows.powers import Power
from workflows.words import N_

# No law names these grades; they are the house's own.
GRADES = {
    "critical": N_("Critical"),
    "major": N_("Major"),
    "minor": N_("Minor"),
    "observation": N_("Observation"),
}
CORRECTS = Source("ANN-2022-124", "17")
ACTION_FROM_AUDITS = Source("ANN-2022-124", "19")


@dataclass(frozen=True, slots=True)
class FindingFacts:
    """``answered`` is whether cause, action, its owner and its date are on record; ``evidenced`` whether something
    shows that the action was taken; a file that waits or was refused shows nothing."""

    audit_reported: bool
    answered: bool
    evidenced: bool


REPORTED = Check[FindingFacts](
    code="audit-reported",
    says=N_("The report is signed; until then the finding may still change."),
    holds=lambda facts: facts.audit_reported,
    sources=(Source("HOUSE"),),
    mend="audits.show",
)
ANSWERED = Check[FindingFacts](
    code="finding-answered",
    says=N_("Cause, action, who takes it and by when are on record."),
    holds=lambda facts: facts.answered,
    sources=(CORRECTS, ACTION_FROM_AUDITS),
    mend="audit_findings.response",
)
EVIDENCED = Check[FindingFacts](
    code="action-evidenced",
    says=N_("There is evidence that the action was taken: a description, and where a file is filed it is accepted."),
    holds=lambda facts: facts.evidenced,
    sources=(CORRECTS, Source("HOUSE")),
    mend="audit_findings.evidence",
)
STILL_RAISED = Check[str](
    code="finding-open-to-answer",
    says=N_("The finding has not been answered yet, or was sent back."),
    holds=lambda state: state == "raised",
    sources=(Source("HOUSE"),),
)
ACCEPTED = Check[str](
    code="answer-accepted",
    says=N_("The registrant has accepted the answer, and the finding is not closed yet."),
    holds=lambda state: state == "accepted",
    sources=(Source("HOUSE"),),
)

AUDIT_FINDING = Lifecycle[FindingFacts](
    subject="audit_finding",
    says=N_("What an audit found; the manufacturer answers it, and it is closed only with evidence."),
    states=(
        State("raised", N_("Raised"), Tone.WARN),
        State("answered", N_("Answered by the manufacturer"), Tone.ACTIVE),
        State("accepted", N_("Answer accepted"), Tone.ACTIVE),
        State("closed", N_("Closed"), Tone.GOOD, final=True),
    ),
    initial="raised",
    transitions=(
        Transition(
            name="answer",
            label=N_("Submit the answer"),
            says=N_("Cause and action go to the registrant."),
            sources=frozenset({"raised"}),
            target="answered",
            power=Power.AUDIT_ANSWER,
            side=Side.MANUFACTURER,
            event="audit_finding.answered",
            checks=(REPORTED, ANSWERED),
        ),
        Transition(
            name="return_to_raised",
            label=N_("Send back"),
            says=N_("The answer is not accepted; the manufacturer answers anew."),
            sources=frozenset({"answered"}),
            target="raised",
            power=Power.AUDIT_KEEP,
            side=Side.REGISTRANT,
            event="audit_finding.returned",
            reason=True,
        ),
        Transition(
            name="accept",
            label=N_("Accept the answer"),
            says=N_("The action may be taken; the finding stays open until there is evidence of it."),
            sources=frozenset({"answered"}),
            target="accepted",
            power=Power.AUDIT_KEEP,
            side=Side.REGISTRANT,
            event="audit_finding.accepted",
            checks=(ANSWERED,),
        ),
        Transition(
            name="close",
            label=N_("Close the finding"),
            says=N_("The registrant has seen that the action was taken."),
            sources=frozenset({"accepted"}),
            target="closed",
            power=Power.AUDIT_KEEP,
            side=Side.REGISTRANT,
            event="audit_finding.closed",
            checks=(EVIDENCED,),
            signature=N_("I have seen the evidence that the action was taken."),
        ),
    ),
)

EDIT = Transition[str](
    name="edit",
    label=N_("Change the finding"),
    says=N_("Grade and words, until the report is signed."),
    sources=frozenset(),
    target="",
    power=Power.AUDIT_KEEP,
    side=Side.REGISTRANT,
    event="audit_finding.amended",
    checks=(BEING_HELD,),
)
RESPOND = Transition[str](
    name="respond",
    label=N_("Write the answer"),
    says=N_("The cause, the action, who takes it and by when."),
    sources=frozenset(),
    target="",
    power=Power.AUDIT_ANSWER,
    side=Side.MANUFACTURER,
    event="audit_finding.response-written",
    checks=(STILL_RAISED,),
)
SHOW_EVIDENCE = Transition[str](
    name="show_evidence",
    label=N_("Show the evidence"),
    says=N_("What was done, and a paper that shows it."),
    sources=frozenset(),
    target="",
    power=Power.AUDIT_ANSWER,
    side=Side.MANUFACTURER,
    event="audit_finding.evidence-shown",
    checks=(ACCEPTED,),
)
