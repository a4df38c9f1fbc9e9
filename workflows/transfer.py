"""Design transfer: what a product is made by is handed over, tried out step by step, and signed by both sides."""

from dataclasses import dataclass

from workflows.engine import Check, Lifecycle, Side, Source, State, Tone, Transition
from workflows.powers import Power
from workflows.words import N_, Said

KINDS = {
    "document": N_("Controlled document"),
    "specification": N_("Specification"),
    "drawing": N_("Drawing"),
    "software": N_("Software"),
    "tooling": N_("Tooling"),
    "sample": N_("Reference sample"),
    "other": N_("Other"),
}
PAPERS = frozenset({"document", "specification", "drawing"})
TRIED = {"passed": N_("Passed"), "failed": N_("Failed")}

_LIST = Source("GUIDE-2022-20", "II(4)2")
_DESIGN = Source("GMP-2025", "52")
_JOINT = Source("GMP-2025", "111")
_HOUSE = Source("HOUSE")


@dataclass(frozen=True, slots=True)
class TransferFacts:
    """All that a move of a transfer depends on.

    ``papers`` are those of the ``items`` that say how the product is made; a step is ``uncovered`` unless its latest
    trial passed on a batch that stands; ``open_gaps`` are those that must be closed before commercial production.
    """

    entrustment_is_open: bool
    steps: int
    papers: int
    not_given: int
    not_received: int
    trainings: int
    uncovered: int
    first_uncovered: str
    trials_unrecorded: int
    open_gaps: int


OPEN_ENTRUSTMENT = Check[TransferFacts](
    code="entrustment-open",
    says=N_("The entrustment has not ended."),
    holds=lambda facts: facts.entrustment_is_open,
    sources=(Source("ORDER-53", "32"),),
)
STEPS = Check[TransferFacts](
    code="steps-named",
    says=N_("The production steps that are transferred are named one by one."),
    holds=lambda facts: facts.steps > 0,
    sources=(_JOINT,),
    mend="transfers.edit",
)
LISTED = Check[TransferFacts](
    code="papers-listed",
    says=N_("The list names at least one document, specification or drawing."),
    holds=lambda facts: facts.papers > 0,
    sources=(_LIST,),
    mend="transfers.add_item",
)
GIVEN = Check[TransferFacts](
    code="items-given",
    says=N_("The registrant has confirmed every item of the list, in its version."),
    holds=lambda facts: facts.not_given == 0,
    fact=lambda facts: Said(N_("Not confirmed yet: %(count)s."), {"count": facts.not_given}),
    sources=(_LIST,),
    mend="transfers.give",
)
RECEIVED = Check[TransferFacts](
    code="items-received",
    says=N_("The manufacturer has confirmed the receipt of every item, in its version."),
    holds=lambda facts: facts.not_received == 0,
    fact=lambda facts: Said(N_("Not confirmed yet: %(count)s."), {"count": facts.not_received}),
    sources=(_LIST,),
    mend="transfers.receive",
)
TRAINED = Check[TransferFacts](
    code="people-trained",
    says=N_("The manufacturer's people are trained for the product, and the training is on record."),
    holds=lambda facts: facts.trainings > 0,
    sources=(Source("GMP-2025", "107-114"),),
    mend="transfers.add_training",
)
COVERED = Check[TransferFacts](
    code="steps-tried",
    says=N_("Trial production has covered every transferred step, and the latest trial of each passed."),
    holds=lambda facts: facts.steps > 0 and facts.uncovered == 0,
    fact=lambda facts: (
        Said(
            N_("Steps still to be covered: %(count)s; the first is %(first)s."),
            {"count": facts.uncovered, "first": facts.first_uncovered},
        )
        if facts.uncovered
        else Said(N_("Steps covered: %(count)s."), {"count": facts.steps})
    ),
    sources=(_JOINT, _DESIGN),
    mend="transfers.add_trial",
)
RECORDED = Check[TransferFacts](
    code="trials-recorded",
    says=N_("The record of every batch of the trial production is complete."),
    holds=lambda facts: facts.trials_unrecorded == 0,
    fact=lambda facts: Said(N_("Batches still in production: %(count)s."), {"count": facts.trials_unrecorded}),
    sources=(_DESIGN, _HOUSE),
)
GAPS_CLOSED = Check[TransferFacts](
    code="gaps-closed",
    says=N_("Every gap that must be closed before commercial production is closed."),
    holds=lambda facts: facts.open_gaps == 0,
    fact=lambda facts: Said(N_("Still open: %(count)s."), {"count": facts.open_gaps}),
    sources=(_DESIGN, _HOUSE),
)
_HANDED = (OPEN_ENTRUSTMENT, STEPS, LISTED, GIVEN)
_TRIED = (OPEN_ENTRUSTMENT, GIVEN, RECEIVED, TRAINED, COVERED, RECORDED)
_REGISTRANT_MEANS = N_("For the registrant I confirm that the design is transferred: documents, training and trials.")
_MANUFACTURER_MEANS = N_(
    "For the manufacturer I confirm that the design is transferred: documents, training and trials."
)


def _sign(name: str, side: Side, source: str, target: str, means: str) -> Transition[TransferFacts]:
    return Transition(
        name=name,
        label=N_("Sign the transfer"),
        says=N_("Your side's signature under exactly this list, this training and these trials."),
        sources=frozenset({source}),
        target=target,
        power=Power.TRANSFER_SIGN,
        side=side,
        event="transfer.signed",
        checks=(*_TRIED, GAPS_CLOSED),
        signature=means,
    )


TRANSFER = Lifecycle[TransferFacts](
    subject="transfer",
    says=N_("Both sides carry a product's design over into production, and sign that it arrived whole."),
    states=(
        State("preparing", N_("Being prepared")),
        State("handed_over", N_("Handed over"), Tone.ACTIVE),
        State("trialled", N_("Tried out"), Tone.ACTIVE),
        State("signed_by_registrant", N_("Signed by the registrant"), Tone.ACTIVE),
        State("signed_by_manufacturer", N_("Signed by the manufacturer"), Tone.ACTIVE),
        State("signed", N_("Signed by both sides"), Tone.GOOD),
        State("withdrawn", N_("Withdrawn"), final=True),
        State("ended", N_("Ended"), final=True),
    ),
    initial="preparing",
    transitions=(
        Transition(
            name="hand_over",
            label=N_("Hand over"),
            says=N_(
                "The list is complete; the manufacturer confirms its receipt item by item and tries the steps out."
            ),
            sources=frozenset({"preparing"}),
            target="handed_over",
            power=Power.TRANSFER_KEEP,
            side=Side.REGISTRANT,
            event="transfer.handed-over",
            checks=_HANDED,
        ),
        Transition(
            name="conclude_trials",
            label=N_("Declare the trial production done"),
            says=N_("Every item has arrived, people are trained, and each step was tried out and passed."),
            sources=frozenset({"handed_over"}),
            target="trialled",
            power=Power.TRANSFER_KEEP,
            side=Side.MANUFACTURER,
            event="transfer.trialled",
            checks=_TRIED,
        ),
        _sign("registrant_signs", Side.REGISTRANT, "trialled", "signed_by_registrant", _REGISTRANT_MEANS),
        _sign("manufacturer_signs", Side.MANUFACTURER, "trialled", "signed_by_manufacturer", _MANUFACTURER_MEANS),
        _sign("registrant_countersigns", Side.REGISTRANT, "signed_by_manufacturer", "signed", _REGISTRANT_MEANS),
        _sign("manufacturer_countersigns", Side.MANUFACTURER, "signed_by_registrant", "signed", _MANUFACTURER_MEANS),
        Transition(
            name="take_back",
            label=N_("Take back"),
            says=N_("List, training or trials must be amended; a signature given so far binds nobody."),
            sources=frozenset({"handed_over", "trialled", "signed_by_registrant", "signed_by_manufacturer"}),
            target="preparing",
            power=Power.TRANSFER_KEEP,
            event="transfer.taken-back",
            reason=True,
        ),
        Transition(
            name="withdraw",
            label=N_("Withdraw"),
            says=N_("The transfer is given up; another one is a new record."),
            sources=frozenset({"preparing", "handed_over", "trialled"}),
            target="withdrawn",
            power=Power.TRANSFER_KEEP,
            side=Side.REGISTRANT,
            event="transfer.withdrawn",
            reason=True,
            grave=True,
        ),
        Transition(
            name="end",
            label=N_("End the transfer"),
            says=N_("No commercial batch is opened any more until another transfer of the product is signed by both."),
            sources=frozenset({"signed"}),
            target="ended",
            power=Power.TRANSFER_SIGN,
            side=Side.REGISTRANT,
            event="transfer.ended",
            reason=True,
            grave=True,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class GapFacts:
    """``mine``: the actor's side is to close it."""

    mine: bool


OWNER = Check[GapFacts](
    code="gap-mine",
    says=N_("Your side is to close it."),
    holds=lambda facts: facts.mine,
    sources=(_HOUSE,),
)
TRANSFER_GAP = Lifecycle[GapFacts](
    subject="transfer_gap",
    says=N_("What is still missing between the design and its production: somebody closes it by a day."),
    states=(
        State("open", N_("Still open"), Tone.WARN),
        State("closed", N_("Closed"), Tone.GOOD, final=True),
    ),
    initial="open",
    transitions=(
        Transition(
            name="close",
            label=N_("Close the gap"),
            says=N_("The reason says how it was closed, and what shows it."),
            sources=frozenset({"open"}),
            target="closed",
            power=Power.TRANSFER_KEEP,
            event="transfer_gap.closed",
            checks=(OWNER,),
            reason=True,
        ),
    ),
)
