"""Rooms and clean areas of the plant: entered with their place on the site's map and their grade, in use or not."""

from dataclasses import dataclass

from workflows.engine import Check, Lifecycle, Source, State, Tone, Transition
from workflows.powers import Power
from workflows.words import N_

_HOUSE = (Source("HOUSE"),)


@dataclass(frozen=True, slots=True)
class AreaFacts:
    """``licensed``: the site in which it lies stands on a production licence of the house that is in force today."""

    state: str
    licensed: bool


LICENSED = Check[AreaFacts](
    code="area-on-licensed-site",
    says=N_("It lies at a site that a production licence in force names."),
    holds=lambda facts: facts.licensed,
    sources=(Source("ORDER-53", "14"), Source("ORDER-53", "74")),
    mend="areas.amend",
)
NOT_RETIRED = Check[AreaFacts](
    code="area-not-retired",
    says=N_("The room is not given up."),
    holds=lambda facts: facts.state != "retired",
    sources=_HOUSE,
)

AREA = Lifecycle[AreaFacts](
    subject="area",
    says=N_(
        "A room of the plant on the map of a licensed site, with its grade; each step names where it was carried out."
    ),
    states=(
        State("registered", N_("Entered")),
        State("in_use", N_("In use"), Tone.GOOD),
        State("out_of_use", N_("Out of use"), Tone.WARN),
        State("retired", N_("Given up"), final=True),
    ),
    initial="registered",
    transitions=(
        Transition(
            name="put_in_use",
            label=N_("Put the room into use"),
            says=N_("Steps may be carried out in it."),
            sources=frozenset({"registered", "out_of_use"}),
            target="in_use",
            power=Power.EQUIPMENT_APPROVE,
            event="area.put-in-use",
            checks=(LICENSED,),
        ),
        Transition(
            name="take_out",
            label=N_("Take the room out of use"),
            says=N_("No step of a later day may name it, until it is put into use again."),
            sources=frozenset({"in_use"}),
            target="out_of_use",
            power=Power.EQUIPMENT_KEEP,
            event="area.taken-out",
            reason=True,
        ),
        Transition(
            name="retire",
            label=N_("Give the room up"),
            says=N_("It is never used again; what was made in it stays on record."),
            sources=frozenset({"registered", "in_use", "out_of_use"}),
            target="retired",
            power=Power.EQUIPMENT_APPROVE,
            event="area.retired",
            reason=True,
            grave=True,
        ),
    ),
)

ENTER = Transition[None](
    name="enter",
    label=N_("Enter a room"),
    says=N_("Its number, where it lies on the map of the site, and its clean-room grade."),
    sources=frozenset(),
    target="registered",
    power=Power.EQUIPMENT_KEEP,
    event="area.entered",
)
AMEND = Transition[AreaFacts](
    name="amend",
    label=N_("Amend the room"),
    says=N_("Name, site, place on the map; the grade only while it is not in use."),
    sources=frozenset(),
    target="",
    power=Power.EQUIPMENT_KEEP,
    event="area.amended",
    checks=(
        NOT_RETIRED,
        Check[AreaFacts](
            code="area-not-in-use",
            says=N_("The room is not in use: a grade does not change under the hands of those who work there."),
            holds=lambda facts: facts.state != "in_use",
            sources=_HOUSE,
        ),
    ),
)
