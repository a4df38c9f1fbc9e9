"""What may be written about a batch and its nonconformities between their moves, and until when."""

from workflows.engine import Check, Side, Source, Transition
from workflows.powers import Power
from workflows.words import N_

UNDERWAY = frozenset({"opened", "recorded"})
DECIDED = frozenset({"marketing_released", "trial_concluded", "rejected"})


def may_record(state: str) -> bool:
    """Whether the manufacturer may still write figures and papers into a batch in this state."""
    return state in UNDERWAY


STILL_UNDERWAY = Check[str](
    code="batch-underway",
    says=N_("The batch is still in the manufacturer's hands: neither released nor rejected."),
    holds=may_record,
    sources=(Source("HOUSE"),),
)
PRODUCTION_RELEASED = Check[str](
    code="production-released",
    says=N_("The manufacturer has released the batch for production, and the registrant has not decided on it yet."),
    holds=lambda state: state == "production_released",
    sources=(Source("ORDER-53", "34"), Source("ANN-2024-38", "(8)")),
)
UNDECIDED = Check[str](
    code="batch-undecided",
    says=N_("The batch is neither released to the market nor rejected."),
    holds=lambda state: state not in DECIDED,
    sources=(Source("HOUSE"),),
)
NOT_SUBMITTED = Check[str](
    code="disposition-open",
    says=N_("The disposition has not been submitted yet, or was sent back."),
    holds=lambda state: state == "raised",
    sources=(Source("HOUSE"),),
)

RECORD = Transition[str](
    name="record",
    label=N_("Amend the batch record"),
    says=N_("Quantities, steps, dates and versions, as they are counted."),
    sources=frozenset(),
    target="",
    power=Power.BATCH_RECORD,
    side=Side.MANUFACTURER,
    event="batch.amended",
    checks=(STILL_UNDERWAY,),
)
FILE = Transition[str](
    name="file",
    label=N_("File a paper"),
    says=N_("Production record, inspections, label, instructions, release sheet."),
    sources=frozenset(),
    target="",
    power=Power.BATCH_RECORD,
    side=Side.MANUFACTURER,
    event="batch.paper-filed",
    checks=(STILL_UNDERWAY,),
)
REVIEW = Transition[str](
    name="review",
    label=N_("Review"),
    says=N_("Production records, results and release file, one at a time."),
    sources=frozenset(),
    target="",
    power=Power.BATCH_REVIEW,
    side=Side.REGISTRANT,
    event="batch.reviewed",
    checks=(PRODUCTION_RELEASED,),
)
RAISE = Transition[str](
    name="raise",
    label=N_("Raise a nonconformity"),
    says=N_("The batch cannot be released until it is closed."),
    sources=frozenset(),
    target="raised",
    power=Power.NONCONFORMITY_RAISE,
    event="nonconformity.raised",
    checks=(UNDECIDED,),
)
DISPOSE = Transition[str](
    name="dispose",
    label=N_("Write the disposition"),
    says=N_("What happens to the pieces, and why that is safe."),
    sources=frozenset(),
    target="",
    power=Power.NONCONFORMITY_CLOSE,
    event="nonconformity.disposed",
    checks=(NOT_SUBMITTED,),
)
