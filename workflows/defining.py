"""What is written into a definition of product and process while it is a draft."""

from workflows.engine import Check, Source, Transition
from workflows.powers import Power
from workflows.words import N_

DRAFT = Check[str](
    code="definition-in-draft",
    says=N_("The version is a draft: neither signed nor given up."),
    holds=lambda state: state == "draft",
    sources=(Source("HOUSE"),),
    mend="definitions.show",
)
NONE_DRAFTED = Check[bool](
    code="none-drafted",
    says=N_("No other version of this product's definition is being drafted or signed in this entrustment."),
    holds=lambda drafted: not drafted,
    sources=(Source("HOUSE"),),
    mend="definitions.listing",
)

OPEN_DEFINITION = Transition[bool](
    name="open",
    label=N_("Draft a new version"),
    says=N_("It begins as a copy of the version before it; what changes is amended, and both sides approve it."),
    sources=frozenset(),
    target="draft",
    power=Power.DEFINITION_KEEP,
    event="definition.opened",
    checks=(NONE_DRAFTED,),
)


def _deed(name: str, label: str, says: str, event: str) -> Transition[str]:
    return Transition(
        name=name,
        label=label,
        says=says,
        sources=frozenset(),
        target="",
        power=Power.DEFINITION_KEEP,
        event=event,
        checks=(DRAFT,),
    )


AMEND = _deed(
    "amend",
    N_("Set day, label and change"),
    N_("From which day it holds, the versions of label and instructions, and the change that asks for it."),
    "definition.amended",
)
WRITE_STEP = _deed(
    "write_step",
    N_("Add a production step"),
    N_("Its place in the routing, what kind of process it is, and the work instruction with its version."),
    "definition_step.written",
)
WRITE_PARAMETER = _deed(
    "write_parameter",
    N_("Add a parameter"),
    N_("Of one step, with its unit, its specification limits and its warning limits."),
    "definition_parameter.written",
)
WRITE_MATERIAL = _deed(
    "write_material",
    N_("Add a material"),
    N_("With its code, its specification and how much of it goes into one piece."),
    "definition_material.written",
)
WRITE_INSPECTION = _deed(
    "write_inspection",
    N_("Add an inspection"),
    N_("Incoming, in process or final: what is looked at, how, against what, and on how many."),
    "definition_inspection.written",
)
STRIKE = _deed(
    "strike",
    N_("Strike a line out"),
    N_("It stays on record, struck out; a step takes its parameters along."),
    "definition.line-struck",
)
