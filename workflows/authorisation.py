"""Who may carry out which operations: trained, authorised by a signature, until a day or until it is ended."""

from dataclasses import dataclass

from workflows.engine import Check, Lifecycle, Source, State, Tone, Transition
from workflows.making import RECORDED
from workflows.powers import Power
from workflows.words import N_

_HOUSE = (Source("HOUSE"),)


@dataclass(frozen=True, slots=True)
class AuthorisationFacts:
    """``evidenced``: the record of the training is filed and accepted.  ``own``: the actor is who is authorised."""

    state: str
    evidenced: bool
    own: bool
    trained_by_another: bool


EVIDENCED = Check[AuthorisationFacts](
    code="training-evidenced",
    says=N_("The record of the training is filed and accepted."),
    holds=lambda facts: facts.evidenced,
    sources=RECORDED,
    mend="authorisations.amend",
)
TAUGHT = Check[AuthorisationFacts](
    code="trained-by-another",
    says=N_("Nobody trained themselves."),
    holds=lambda facts: facts.trained_by_another,
    sources=_HOUSE,
    mend="authorisations.amend",
)
ANOTHERS = Check[AuthorisationFacts](
    code="not-ones-own-authorisation",
    says=N_("Nobody signs their own authorisation."),
    holds=lambda facts: not facts.own,
    sources=_HOUSE,
)
STILL_PREPARED = Check[AuthorisationFacts](
    code="authorisation-prepared",
    says=N_("It is not signed yet."),
    holds=lambda facts: facts.state == "prepared",
    sources=_HOUSE,
)

AUTHORISATION = Lifecycle[AuthorisationFacts](
    subject="authorisation",
    says=N_(
        "Somebody is authorised to carry out operations after training, for a time; steps they carry out on other days"
        " or for other operations are refused."
    ),
    states=(
        State("prepared", N_("Prepared")),
        State("in_force", N_("Authorised"), Tone.GOOD),
        State("ended", N_("No longer authorised"), final=True),
        State("withdrawn", N_("Withdrawn"), final=True),
    ),
    initial="prepared",
    transitions=(
        Transition(
            name="grant",
            label=N_("Sign the authorisation"),
            says=N_("From its first day on the person may carry out these operations."),
            sources=frozenset({"prepared"}),
            target="in_force",
            power=Power.AUTHORISATION_SIGN,
            event="authorisation.granted",
            checks=(EVIDENCED, TAUGHT, ANOTHERS),
            signature=N_("I authorise this person to carry out these operations; they were trained as it is written."),
        ),
        Transition(
            name="end",
            label=N_("End the authorisation"),
            says=N_("No step of a later day may name the person; what they did stays on record."),
            sources=frozenset({"in_force"}),
            target="ended",
            power=Power.AUTHORISATION_KEEP,
            event="authorisation.ended",
            reason=True,
            grave=True,
        ),
        Transition(
            name="withdraw",
            label=N_("Withdraw the draft"),
            says=N_("Nobody is authorised; the draft stays on record."),
            sources=frozenset({"prepared"}),
            target="withdrawn",
            power=Power.AUTHORISATION_KEEP,
            event="authorisation.withdrawn",
            reason=True,
            grave=True,
        ),
    ),
)

PREPARE = Transition[None](
    name="prepare",
    label=N_("Prepare an authorisation"),
    says=N_("Who, for which operations and equipment, trained by whom, from when until when."),
    sources=frozenset(),
    target="prepared",
    power=Power.AUTHORISATION_KEEP,
    event="authorisation.prepared",
)
AMEND = Transition[AuthorisationFacts](
    name="amend",
    label=N_("Amend the draft"),
    says=N_("Person, operations, training and days; until it is signed."),
    sources=frozenset(),
    target="",
    power=Power.AUTHORISATION_KEEP,
    event="authorisation.amended",
    checks=(STILL_PREPARED,),
)
