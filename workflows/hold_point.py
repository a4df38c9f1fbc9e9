"""A hold point: a batch, or a step of it, goes no further until the resident at the site has lifted it."""

from dataclasses import dataclass

from workflows.engine import Check, Lifecycle, Side, Source, State, Tone, Transition
from workflows.posting import POST_STAFF
from workflows.powers import Power
from workflows.recording import UNDECIDED
from workflows.words import N_


@dataclass(frozen=True, slots=True)
class HoldFacts:
    """``is_resident_here``: the actor is posted in this entrustment today and, by the roster, not away."""

    is_resident_here: bool
    set_by_actor: bool


RESIDENT_HERE = Check[HoldFacts](
    code="resident-here",
    says=N_("Whoever lifts it is posted at this site today."),
    holds=lambda facts: facts.is_resident_here,
    sources=(POST_STAFF, Source("HOUSE")),
)
OWN_MISTAKE = Check[HoldFacts](
    code="set-by-oneself",
    says=N_("Whoever withdraws a hold point has set it."),
    holds=lambda facts: facts.set_by_actor,
    sources=(Source("HOUSE"),),
)

SET = Transition[str](
    name="set",
    label=N_("Set a hold point"),
    says=N_("Only the resident at the site lifts it; until then neither side releases the batch."),
    sources=frozenset(),
    target="set",
    power=Power.HOLD_SET,
    side=Side.REGISTRANT,
    event="hold_point.set",
    checks=(UNDECIDED,),
)
HOLD_POINT = Lifecycle[HoldFacts](
    subject="hold_point",
    says=N_("A point of production that goes on only under the eyes of the resident."),
    states=(
        State("set", N_("On hold"), Tone.WARN),
        State("lifted", N_("Lifted"), Tone.GOOD, final=True),
        State("withdrawn", N_("Withdrawn"), final=True),
    ),
    initial="set",
    transitions=(
        Transition(
            name="lift",
            label=N_("Lift the hold point"),
            says=N_("Production may go on from here."),
            sources=frozenset({"set"}),
            target="lifted",
            power=Power.HOLD_LIFT,
            side=Side.REGISTRANT,
            event="hold_point.lifted",
            checks=(RESIDENT_HERE,),
            signature=N_("I have seen to this point at the site, and let production go on."),
        ),
        Transition(
            name="withdraw",
            label=N_("Withdraw the hold point"),
            says=N_("It was set by mistake and holds nothing any more; the reason stays on record."),
            sources=frozenset({"set"}),
            target="withdrawn",
            power=Power.HOLD_SET,
            side=Side.REGISTRANT,
            event="hold_point.withdrawn",
            checks=(OWN_MISTAKE,),
            reason=True,
        ),
    ),
)
