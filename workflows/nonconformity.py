"""A nonconformity: raised, decided upon, closed."""

from dataclasses import dataclass

from workflows.engine import Check, Lifecycle, Side, Source, State, Tone, Transition
from workflows.powers import Power
from workflows.words import N_

DISPOSITIONS = {
    "rework": N_("Rework"),
    "repair": N_("Repair"),
    "downgrade": N_("Downgrade"),
    "concession": N_("Concession"),
    "scrap": N_("Scrap"),
    "no_defect": N_("No defect found"),
}


@dataclass(frozen=True, slots=True)
class NonconformityFacts:
    """What closing depends on: a disposition with its justification, and who raised the matter."""

    disposition_given: bool
    raised_by_actor: bool


DISPOSITION = Check[NonconformityFacts](
    code="disposition-given",
    says=N_("A disposition is recorded with its justification."),
    holds=lambda facts: facts.disposition_given,
    sources=(Source("GUIDE-2022-20", "III(6)8"), Source("GMP-2025", "104")),
    mend="nonconformities.edit",
)
SECOND_PERSON = Check[NonconformityFacts](
    code="closed-by-another",
    says=N_("Whoever closes a nonconformity did not raise it."),
    holds=lambda facts: not facts.raised_by_actor,
    sources=(Source("HOUSE"),),
)

NONCONFORMITY = Lifecycle[NonconformityFacts](
    subject="nonconformity",
    says=N_("Something is not as it should be; until it is closed the batch waits."),
    states=(
        State("raised", N_("Raised"), Tone.WARN),
        State("decided", N_("Disposition decided"), Tone.ACTIVE),
        State("closed", N_("Closed"), Tone.GOOD, final=True),
    ),
    initial="raised",
    transitions=(
        Transition(
            name="decide",
            label=N_("Submit the disposition"),
            says=N_("The disposition goes to the registrant for its approval."),
            sources=frozenset({"raised"}),
            target="decided",
            power=Power.NONCONFORMITY_CLOSE,
            event="nonconformity.decided",
            checks=(DISPOSITION,),
        ),
        Transition(
            name="return_to_raised",
            label=N_("Send back"),
            says=N_("The disposition is not accepted; it must be decided anew."),
            sources=frozenset({"decided"}),
            target="raised",
            power=Power.NONCONFORMITY_CLOSE,
            side=Side.REGISTRANT,
            event="nonconformity.returned",
            reason=True,
        ),
        Transition(
            name="close",
            label=N_("Approve and close"),
            says=N_("The registrant approves the disposition; the batch no longer waits for it."),
            sources=frozenset({"decided"}),
            target="closed",
            power=Power.NONCONFORMITY_CLOSE,
            side=Side.REGISTRANT,
            event="nonconformity.closed",
            checks=(DISPOSITION, SECOND_PERSON),
            signature=N_("I approve the disposition of this nonconformity."),
        ),
    ),
)
