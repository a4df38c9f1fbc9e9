"""Documents of events on their way into the record: what may be done with one at which the portal stopped."""

from dataclasses import dataclass

from workflows.engine import Check, Source, Transition
from workflows.powers import Power
from workflows.words import N_

# A fact of making keeps what, when, who and on which equipment; how a document becomes such facts is our own rule.
KEPT = (Source("GMP-2025", "45"), Source("HOUSE"))


@dataclass(frozen=True, slots=True)
class CaptureFacts:
    """Whether going through it broke so often that nobody takes it up of themselves."""

    stopped: bool


STANDS_STILL = Check[CaptureFacts](
    code="capture-stopped",
    says=N_("Going through the document stopped."),
    holds=lambda facts: facts.stopped,
    sources=KEPT,
)
TAKE_UP = Transition[CaptureFacts](
    name="take_up",
    label=N_("Have it taken up again"),
    says=N_("Once what stopped it is mended: it is gone through from its beginning, and nothing is told twice."),
    sources=frozenset(),
    target="",
    power=Power.BATCH_RECORD,
    event="client.document-taken-up",
    reason=True,
    checks=(STANDS_STILL,),
)
GIVE_UP = Transition[CaptureFacts](
    name="give_up",
    label=N_("Give the document up"),
    says=N_("Nothing of the document was written, and nothing will be. Its sender reads so, with the reason."),
    sources=frozenset(),
    target="",
    power=Power.BATCH_RECORD,
    event="client.document-given-up",
    reason=True,
    checks=(STANDS_STILL,),
)
