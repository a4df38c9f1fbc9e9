"""A material of a house: what it is, which papers each lot of it brings, and how it is inspected on receipt."""

from workflows.engine import Check, Lifecycle, Source, State, Tone, Transition
from workflows.powers import Power
from workflows.words import N_

CERTIFICATES = {
    "mill": N_("Mill certificate"),
    "biocompatibility": N_("Evidence of biocompatibility"),
    "sterilisation": N_("Sterilisation certificate"),
    "other": N_("Another certificate"),
}

MATERIAL = Lifecycle[None](
    subject="material",
    says=N_(
        "A material has a code, a specification and a unit; it says which certificates each lot must bring and how a"
        " lot is inspected before it may be used."
    ),
    states=(
        State("in_use", N_("In use"), Tone.GOOD),
        State("retired", N_("No longer received")),
    ),
    initial="in_use",
    transitions=(
        Transition(
            name="retire",
            label=N_("Receive it no longer"),
            says=N_("No further lot of it is received; the lots that are there stay as they are."),
            sources=frozenset({"in_use"}),
            target="retired",
            power=Power.MATERIAL_KEEP,
            event="material.retired",
            reason=True,
        ),
        Transition(
            name="take_up",
            label=N_("Receive it again"),
            sources=frozenset({"retired"}),
            target="in_use",
            power=Power.MATERIAL_KEEP,
            event="material.taken-up",
            reason=True,
        ),
    ),
)

IN_USE = Check[str](
    code="material-in-use",
    says=N_("The material is in use."),
    holds=lambda state: state == "in_use",
    sources=(Source("HOUSE"),),
    mend="materials.show",
)
ENTER = Transition[None](
    name="enter",
    label=N_("Enter a material"),
    says=N_("Code, specification and unit, the certificates that each lot brings, and how it is inspected."),
    sources=frozenset(),
    target="in_use",
    power=Power.MATERIAL_KEEP,
    event="material.entered",
)
AMEND = Transition[str](
    name="amend",
    label=N_("Amend the material"),
    says=N_("What is asked of a lot from now on; lots that were received keep what was asked of them."),
    sources=frozenset(),
    target="",
    power=Power.MATERIAL_KEEP,
    event="material.amended",
    checks=(IN_USE,),
)
