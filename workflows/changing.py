"""What may be written about a change between its moves, and when."""

from dataclasses import dataclass

from workflows.engine import Check, Side, Source, Transition
from workflows.entrustment import NOT_ENDED
from workflows.powers import Power
from workflows.words import N_


@dataclass(frozen=True, slots=True)
class Standing:
    """What may be written about a change depends on where it stands, and on its verdict if it has one."""

    state: str
    verdict: str | None


STILL_WEIGHED = Check[Standing](
    code="change-open",
    says=N_("The change is still being weighed: not submitted yet, or sent back."),
    holds=lambda at: at.state == "proposed",
    sources=(Source("HOUSE"),),
    mend="changes.show",
)
TO_BE_DECIDED = Check[Standing](
    code="change-submitted",
    says=N_("Both sides have weighed the change, and the registrant has not decided yet."),
    holds=lambda at: at.state == "assessed",
    sources=(Source("GUIDE-2022-20", "II(4)9"),),
    mend="changes.show",
)
APPROVED = Check[Standing](
    code="change-approved",
    says=N_("The change is approved, and not implemented yet."),
    holds=lambda at: at.state == "approved",
    sources=(Source("GMP-2025", "10"), Source("GUIDE-2022-20", "II(4)9")),
    mend="changes.show",
)
ASKED_FOR = Check[Standing](
    code="registration-asked-for",
    says=N_("Its verdict asks for a change of the registration or for its filing."),
    holds=lambda at: at.verdict in ("registration_change", "filing"),
    sources=(Source("ORDER-47", "79"),),
    mend="changes.show",
)

# Asked with the state of the entrustment.
PROPOSE = Transition[str](
    name="propose",
    label=N_("Propose a change"),
    says=N_("Before it is made, so that both sides can weigh it and the registrant decide."),
    sources=frozenset(),
    target="proposed",
    power=Power.CHANGE_PROPOSE,
    event="change.opened",
    checks=(NOT_ENDED,),
)
ASSESS = Transition[Standing](
    name="assess",
    label=N_("Weigh it for your side"),
    says=N_("What it does to registration, quality system, validation, suppliers and stock."),
    sources=frozenset(),
    target="",
    power=Power.CHANGE_KEEP,
    event="change_assessment.written",
    checks=(STILL_WEIGHED,),
)
DECIDE = Transition[Standing](
    name="decide",
    label=N_("Write verdict and day"),
    says=N_("Change of the registration, filing or neither, with reasons; and from which day it holds."),
    sources=frozenset(),
    target="",
    power=Power.CHANGE_KEEP,
    side=Side.REGISTRANT,
    event="change.decided",
    checks=(TO_BE_DECIDED,),
)
SHOW_REGISTRATION = Transition[Standing](
    name="show_registration",
    label=N_("File the evidence of registration"),
    says=N_("The approval of the change, or the receipt of its filing."),
    sources=frozenset(),
    target="",
    power=Power.CHANGE_KEEP,
    side=Side.REGISTRANT,
    event="change.registration-shown",
    checks=(APPROVED, ASKED_FOR),
)
SHOW_VALIDATION = Transition[Standing](
    name="show_validation",
    label=N_("File the evidence of validation"),
    says=N_("The report of verification or validation, or why none is needed."),
    sources=frozenset(),
    target="",
    power=Power.CHANGE_KEEP,
    event="change.validation-shown",
    checks=(APPROVED,),
)
