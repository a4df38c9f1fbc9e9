"""Files of a plant on their way into the record: how one stands, and what may be done with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workflows.engine import Check, Source, State, Tone, Transition
from workflows.powers import Power
from workflows.words import N_, Said

RECEIVED, MAPPED, RUNNING, TAKEN, WITH_FAULTS, REFUSED, UNDONE = STAGES = (
    "received",
    "mapped",
    "running",
    "taken",
    "taken_with_faults",
    "refused",
    "undone",
)
WHERE: Mapping[str, State] = {
    each.name: each
    for each in (
        State(RECEIVED, N_("Columns to be named"), Tone.WARN),
        State(MAPPED, N_("Waits to be read"), Tone.ACTIVE),
        State(RUNNING, N_("Being read"), Tone.ACTIVE),
        State(TAKEN, N_("Taken"), Tone.GOOD, final=True),
        State(WITH_FAULTS, N_("Taken with faults"), Tone.WARN, final=True),
        State(REFUSED, N_("Refused"), Tone.BAD, final=True),
        State(UNDONE, N_("Taken back"), Tone.QUIET, final=True),
    )
}
# Not a stage that a file comes to, but what is said of one that waits and that nobody takes up of themselves.
STOPPED = State("stopped", N_("Reading stopped"), Tone.BAD)
ENDED = (TAKEN, WITH_FAULTS)
# A fact of making keeps what, when, who and on which equipment; how a file becomes such facts is our own rule.
KEPT = (Source("GMP-2025", "45"), Source("HOUSE"))


@dataclass(frozen=True, slots=True)
class IntakeFacts:
    """``rests`` is what rests on the rows that were taken; ``open_questions`` how many wait for an answer.

    ``stopped`` says that reading it broke again and again.
    """

    stage: str
    open_questions: int = 0
    rests: Sequence[Said] = ()
    stopped: bool = False


def _stage(facts: IntakeFacts) -> Said:
    return Said(WHERE[facts.stage].label)


NAME_COLUMNS = Transition[IntakeFacts](
    name="name_columns",
    label=N_("Name the columns"),
    says=N_("What each column means, once; the next file with the same columns is taken without asking."),
    sources=frozenset(),
    target="",
    power=Power.BATCH_RECORD,
    event="intake.mapped",
    checks=(
        Check[IntakeFacts](
            code="intake-not-read",
            says=N_("Nothing of the file has been taken yet."),
            holds=lambda facts: facts.stage in (RECEIVED, MAPPED),
            fact=_stage,
            sources=KEPT,
        ),
    ),
)
ANSWER = Transition[IntakeFacts](
    name="answer",
    label=N_("Answer the questions"),
    says=N_("Rows that contradict what is on record: keep that, or correct it with a reason."),
    sources=frozenset(),
    target="",
    power=Power.BATCH_RECORD,
    event="intake.answered",
    reason=True,
    checks=(
        Check[IntakeFacts](
            code="question-open",
            says=N_("A question about the file is open."),
            holds=lambda facts: facts.stage in ENDED and facts.open_questions > 0,
            sources=KEPT,
        ),
    ),
)
_STANDS_STILL = Check[IntakeFacts](
    code="intake-stopped",
    says=N_("Reading the file stopped."),
    holds=lambda facts: facts.stopped,
    fact=_stage,
    sources=KEPT,
)
TAKE_UP = Transition[IntakeFacts](
    name="take_up",
    label=N_("Have it taken up again"),
    says=N_("Once what stopped it is mended: it goes on where it had come to, and nothing is taken twice."),
    sources=frozenset(),
    target="",
    power=Power.BATCH_RECORD,
    event="intake.taken-up",
    reason=True,
    checks=(_STANDS_STILL,),
)
GIVE_UP = Transition[IntakeFacts](
    name="give_up",
    label=N_("Give the rest up"),
    says=N_("What was taken of it stays; the rest is read by nobody any more, and the file may be sent again."),
    sources=frozenset(),
    target="",
    power=Power.BATCH_RECORD,
    event="intake.given-up",
    reason=True,
    checks=(_STANDS_STILL,),
)
TAKE_BACK = Transition[IntakeFacts](
    name="take_back",
    label=N_("Take the file back"),
    says=N_("All that its rows told is struck; it stays readable, and counts no longer."),
    sources=frozenset(),
    target=UNDONE,
    power=Power.BATCH_RECORD,
    event="intake.undone",
    reason=True,
    checks=(
        Check[IntakeFacts](
            code="intake-ended",
            says=N_("The file has been read to its end."),
            holds=lambda facts: facts.stage in ENDED,
            fact=_stage,
            sources=KEPT,
        ),
        Check[IntakeFacts](
            code="nothing-rests-on-it",
            says=N_("Nothing rests on what its rows told."),
            holds=lambda facts: not facts.rests,
            fact=lambda facts: facts.rests[0] if facts.rests else Said(""),
            sources=(Source("GMP-2025", "45"), Source("HOUSE")),
        ),
    ),
)
