"""A reasoned exception: days on which an implantable device is made without a resident at the site."""

from dataclasses import dataclass

from workflows.engine import Check, Lifecycle, Side, Source, State, Tone, Transition
from workflows.posting import POST_STAFF
from workflows.powers import Power
from workflows.words import N_


@dataclass(frozen=True, slots=True)
class ExceptionFacts:
    """``reasoned``: both why nobody is posted and what is done instead are written down."""

    entrustment_is_open: bool
    reasoned: bool


OPEN = Check[ExceptionFacts](
    code="entrustment-open",
    says=N_("The entrustment has not ended."),
    holds=lambda facts: facts.entrustment_is_open,
    sources=(Source("ORDER-53", "32"),),
)
REASONED = Check[ExceptionFacts](
    code="exception-reasoned",
    says=N_("It is written down why nobody is posted, and what is done instead."),
    holds=lambda facts: facts.reasoned,
    sources=(POST_STAFF, Source("HOUSE")),
)

ASK = Transition[ExceptionFacts](
    name="ask",
    label=N_("Ask for an exception"),
    says=N_("The management representative of the registrant decides, and signs."),
    sources=frozenset(),
    target="asked",
    power=Power.POSTING_KEEP,
    side=Side.REGISTRANT,
    event="posting_exception.asked",
    checks=(OPEN,),
)
POSTING_EXCEPTION = Lifecycle[ExceptionFacts](
    subject="posting_exception",
    says=N_("In principle somebody is posted; the only way round is a reason that the registrant signs."),
    states=(
        State("asked", N_("Asked for")),
        State("granted", N_("Granted"), Tone.ACTIVE),
        State("ended", N_("Ended"), final=True),
    ),
    initial="asked",
    transitions=(
        Transition(
            name="grant",
            label=N_("Grant the exception"),
            says=N_("Each release of a batch made on these days shows it, and so do the pages of the authorities."),
            sources=frozenset({"asked"}),
            target="granted",
            power=Power.POSTING_EXCEPT,
            side=Side.REGISTRANT,
            event="posting_exception.granted",
            checks=(OPEN, REASONED),
            signature=N_("I have weighed the reason, and let production go on without a resident on these days."),
        ),
        Transition(
            name="end",
            label=N_("End the exception"),
            says=N_("One that was granted counts until today; one that was asked for is not granted."),
            sources=frozenset({"asked", "granted"}),
            target="ended",
            power=Power.POSTING_KEEP,
            side=Side.REGISTRANT,
            event="posting_exception.ended",
            reason=True,
        ),
    ),
)
