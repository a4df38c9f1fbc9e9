"""An observation of a resident: noted while the report is drafted, made a nonconformity with one move."""

from dataclasses import dataclass

from workflows.engine import Check, Side, Source, Transition
from workflows.powers import Power
from workflows.recording import DECIDED
from workflows.words import N_


@dataclass(frozen=True, slots=True)
class ObservationFacts:
    """``batch_state`` is None where the observation concerns no batch."""

    batch_state: str | None
    is_raised: bool


CONCERNS_A_BATCH = Check[ObservationFacts](
    code="concerns-a-batch",
    says=N_("The observation concerns a batch: a nonconformity is raised against one."),
    holds=lambda facts: facts.batch_state is not None,
    sources=(Source("HOUSE"),),
)
UNDECIDED = Check[ObservationFacts](
    code="batch-undecided",
    says=N_("The batch is neither released to the market nor rejected."),
    holds=lambda facts: facts.batch_state not in DECIDED,
    sources=(Source("HOUSE"),),
)
NOT_RAISED = Check[ObservationFacts](
    code="not-raised-yet",
    says=N_("No nonconformity has been raised from the observation yet."),
    holds=lambda facts: not facts.is_raised,
    sources=(Source("HOUSE"),),
)

RAISE_OBSERVATION = Transition[ObservationFacts](
    name="raise_nonconformity",
    label=N_("Raise it as a nonconformity"),
    says=N_("The batch cannot be released until it is closed."),
    sources=frozenset(),
    target="",
    power=Power.NONCONFORMITY_RAISE,
    side=Side.REGISTRANT,
    event="observation.raised",
    checks=(CONCERNS_A_BATCH, UNDECIDED, NOT_RAISED),
)
