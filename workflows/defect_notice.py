"""A defect found after shipment: production stops, the registrant is told and signs for it, and says what follows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from workflows.engine import Check, Lifecycle, Side, Source, State, Tone, Transition
from workflows.powers import Power
from workflows.words import N_, Said

Facts = TypeVar("Facts")

# A batch leaves the manufacturer's hands with its production release.
SHIPPED = frozenset({"production_released", "marketing_released"})
OUTCOMES = {
    "recall": N_("Recall"),
    "correction": N_("Correction at the customer"),
    "none": N_("No action"),
}

STOP = Source("ORDER-739", "67")
_RECALLS = Source("ANN-2024-38", "(1)")


def no_unsettled_defect(numbers: Callable[[Facts], str]) -> Check[Facts]:
    """The same condition for whatever a stop of production stops; ``numbers`` names the notices, empty without one."""

    def told(facts: Facts) -> Said:
        if not numbers(facts):
            return Said(N_("There is none."))
        return Said(N_("Not settled: %(numbers)s. Production of this product is stopped."), {"numbers": numbers(facts)})

    return Check[Facts](
        code="no-unsettled-defect",
        says=N_("No defect of the product that was found after shipment is unsettled."),
        holds=lambda facts: not numbers(facts),
        fact=told,
        sources=(STOP, Source("HOUSE")),
        mend="defects.listing",
    )


@dataclass(frozen=True, slots=True)
class DefectFacts:
    """``follows_written``: what follows is chosen, and why."""

    follows_written: bool


FOLLOWS = Check[DefectFacts](
    code="follows-written",
    says=N_("It is written down what follows, and why."),
    holds=lambda facts: facts.follows_written,
    sources=(_RECALLS, Source("HOUSE")),
    mend="defects.decide",
)
RECEIVED = Check[str](
    code="notice-received",
    says=N_("The notice is received and not settled yet."),
    holds=lambda state: state == "received",
    sources=(Source("HOUSE"),),
    mend="defects.show",
)

NOTIFY = Transition[None](
    name="notify",
    label=N_("Notify a defect"),
    says=N_("Production of the product stops at once, until the registrant has settled what follows."),
    sources=frozenset(),
    target="notified",
    power=Power.DEFECT_NOTIFY,
    side=Side.MANUFACTURER,
    event="defect_notice.notified",
)
DECIDE = Transition[str](
    name="decide",
    label=N_("Write what follows"),
    says=N_("Recall, correction at the customer or no action, and why."),
    sources=frozenset(),
    target="",
    power=Power.DEFECT_SETTLE,
    side=Side.REGISTRANT,
    event="defect_notice.decided",
    checks=(RECEIVED,),
)
DEFECT_NOTICE = Lifecycle[DefectFacts](
    subject="defect_notice",
    says=N_("The manufacturer finds a defect after shipment, stops production, tells the registrant and records both."),
    states=(
        State("notified", N_("Production stopped; registrant notified"), Tone.BAD),
        State("received", N_("Production stopped; notice received"), Tone.ACTIVE),
        State("settled", N_("Settled"), Tone.GOOD, final=True),
    ),
    initial="notified",
    transitions=(
        Transition(
            name="receive",
            label=N_("Sign the receipt"),
            says=N_("The registrant has the notice; production of the product stays stopped."),
            sources=frozenset({"notified"}),
            target="received",
            power=Power.DEFECT_SETTLE,
            side=Side.REGISTRANT,
            event="defect_notice.received",
            signature=N_("I have received this notice."),
        ),
        Transition(
            name="settle",
            label=N_("Settle the defect"),
            says=N_("The stop is lifted; production of the product may go on."),
            sources=frozenset({"received"}),
            target="settled",
            power=Power.DEFECT_SETTLE,
            side=Side.REGISTRANT,
            event="defect_notice.settled",
            checks=(FOLLOWS,),
            signature=N_("I have decided what follows from this defect, and lift the stop of production."),
        ),
    ),
)
