"""A run of labels: printed for a batch, counted again after use, and reconciled before the batch is released."""

from dataclasses import dataclass

from workflows.engine import Check, Lifecycle, Side, Source, State, Tone, Transition
from workflows.powers import Power
from workflows.recording import may_record
from workflows.words import N_, Said

BALANCED_LABELS = (Source("HOUSE"),)


@dataclass(frozen=True, slots=True)
class PrintingFacts:
    """``in_use``: how many identifiers of the product are in use."""

    batch_state: str
    in_use: int


@dataclass(frozen=True, slots=True)
class LabelFacts:
    """``difference``: printed less used, spoilt, destroyed and left; None while something is not counted."""

    difference: int | None
    explained: bool


PRINT = Transition[PrintingFacts](
    name="print",
    label=N_("Print labels"),
    says=N_("A run of labels for one identifier of the product. Each label of it is accounted for afterwards."),
    sources=frozenset(),
    target="printed",
    power=Power.BATCH_RECORD,
    side=Side.MANUFACTURER,
    event="label_run.printed",
    checks=(
        Check[PrintingFacts](
            code="batch-underway",
            says=N_("The batch is still in the manufacturer's hands: neither released nor rejected."),
            holds=lambda facts: may_record(facts.batch_state),
            sources=(Source("HOUSE"),),
        ),
        Check[PrintingFacts](
            code="identifier-in-use",
            says=N_("The registrant has taken a device identifier of the product into use."),
            holds=lambda facts: facts.in_use > 0,
            sources=(Source("UDI-ROLL-OUT"), Source("HOUSE")),
            mend="trade_items.listing",
        ),
    ),
)
COUNT = Transition[str](
    name="count",
    label=N_("Count the labels"),
    says=N_("How many were used, spoilt, destroyed and left over, and why the sum differs if it does."),
    sources=frozenset(),
    target="",
    power=Power.BATCH_RECORD,
    side=Side.MANUFACTURER,
    event="label_run.counted",
    checks=(
        Check[str](
            code="labels-open",
            says=N_("The run of labels is not reconciled yet."),
            holds=lambda state: state == "printed",
            sources=BALANCED_LABELS,
        ),
    ),
)
LABEL_RUN = Lifecycle[LabelFacts](
    subject="label_run",
    says=N_("Every label that was printed is accounted for before the batch is released."),
    states=(
        State("printed", N_("Printed, not reconciled"), Tone.WARN),
        State("reconciled", N_("Reconciled"), Tone.GOOD, final=True),
    ),
    initial="printed",
    transitions=(
        Transition(
            name="reconcile",
            label=N_("Reconcile the labels"),
            says=N_("The count is final; a later finding is a nonconformity."),
            sources=frozenset({"printed"}),
            target="reconciled",
            power=Power.LABEL_RECONCILE,
            side=Side.MANUFACTURER,
            event="label_run.reconciled",
            signature=N_("I have accounted for every label of this run."),
            checks=(
                Check[LabelFacts](
                    code="labels-counted",
                    says=N_("Used, spoilt, destroyed and left labels are counted."),
                    holds=lambda facts: facts.difference is not None,
                    sources=BALANCED_LABELS,
                    mend="labels.count",
                ),
                Check[LabelFacts](
                    code="labels-balanced",
                    says=N_("They sum up to what was printed, or the difference is explained."),
                    holds=lambda facts: facts.difference == 0 or facts.explained,
                    fact=lambda facts: Said(N_("Difference: %(count)s."), {"count": facts.difference or 0}),
                    sources=BALANCED_LABELS,
                    mend="labels.count",
                ),
            ),
        ),
    ),
)
