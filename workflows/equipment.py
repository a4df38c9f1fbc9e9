"""Equipment and measuring instruments: registered, proven, in service, out of service, retired."""

from collections.abc import Mapping
from dataclasses import dataclass

from workflows.engine import Check, Lifecycle, Source, State, Tone, Transition
from workflows.making import RECORDED
from workflows.powers import Power
from workflows.words import N_, Said

EQUIPMENT_KINDS: Mapping[str, str] = {
    "machine": N_("Production equipment"),
    "instrument": N_("Measuring instrument"),
}
_HOUSE = (Source("HOUSE"),)
_USED = frozenset({"registered", "in_service", "out_of_service"})


@dataclass(frozen=True, slots=True)
class EquipmentFacts:
    """``calibrated``: it needs no calibration, or has one that counts today.  ``unvalidated`` names the parts of its
    validation (IQ, OQ, PQ) that it needs and that do not count today."""

    state: str
    calibrated: bool
    unvalidated: tuple[str, ...]


CALIBRATED = Check[EquipmentFacts](
    code="calibration-in-date",
    says=N_("It needs no calibration, or the newest one passed and is in date."),
    holds=lambda facts: facts.calibrated,
    sources=RECORDED,
    mend="machines.prove",
)
VALIDATED = Check[EquipmentFacts](
    code="validation-in-date",
    says=N_("It needs no validation, or each of its parts passed and is in date."),
    holds=lambda facts: not facts.unvalidated,
    fact=lambda facts: (
        Said(N_("Lacking: %(what)s."), {"what": ", ".join(facts.unvalidated)}) if facts.unvalidated else Said("")
    ),
    sources=RECORDED,
    mend="machines.prove",
)
NOT_RETIRED = Check[EquipmentFacts](
    code="equipment-not-retired",
    says=N_("It is not retired."),
    holds=lambda facts: facts.state != "retired",
    sources=_HOUSE,
)

EQUIPMENT = Lifecycle[EquipmentFacts](
    subject="equipment",
    says=N_(
        "A machine or a measuring instrument goes into service once its calibrations and validations are on record and"
        " passed; a step that names it is refused on any day on which they are not in date."
    ),
    states=(
        State("registered", N_("Registered")),
        State("in_service", N_("In service"), Tone.GOOD),
        State("out_of_service", N_("Out of service"), Tone.WARN),
        State("retired", N_("Retired"), final=True),
    ),
    initial="registered",
    transitions=(
        Transition(
            name="put_in_service",
            label=N_("Put it into service"),
            says=N_("Steps may be carried out with it, on every day on which its proofs are in date."),
            sources=frozenset({"registered", "out_of_service"}),
            target="in_service",
            power=Power.EQUIPMENT_APPROVE,
            event="equipment.put-in-service",
            checks=(CALIBRATED, VALIDATED),
        ),
        Transition(
            name="take_out",
            label=N_("Take it out of service"),
            says=N_("No step of a later day may name it, until it is put into service again."),
            sources=frozenset({"in_service"}),
            target="out_of_service",
            power=Power.EQUIPMENT_KEEP,
            event="equipment.taken-out",
            reason=True,
        ),
        Transition(
            name="retire",
            label=N_("Retire it"),
            says=N_("It is never used again; what was made with it stays on record."),
            sources=_USED,
            target="retired",
            power=Power.EQUIPMENT_APPROVE,
            event="equipment.retired",
            reason=True,
            grave=True,
        ),
    ),
)

REGISTER = Transition[None](
    name="register",
    label=N_("Register equipment"),
    says=N_("A machine or a measuring instrument, what it serves, and what has to be proven before it is used."),
    sources=frozenset(),
    target="registered",
    power=Power.EQUIPMENT_KEEP,
    event="equipment.registered",
)
AMEND = Transition[EquipmentFacts](
    name="amend",
    label=N_("Amend the entry"),
    says=N_("Name, place, what it serves, and what has to be proven; while it is not in service."),
    sources=frozenset(),
    target="",
    power=Power.EQUIPMENT_KEEP,
    event="equipment.amended",
    checks=(
        NOT_RETIRED,
        Check[EquipmentFacts](
            code="equipment-not-in-service",
            says=N_("It is not in service: what has to be proven does not change while steps rest on it."),
            holds=lambda facts: facts.state != "in_service",
            sources=_HOUSE,
        ),
    ),
)
PROVE = Transition[EquipmentFacts](
    name="prove",
    label=N_("Record a calibration or a validation"),
    says=N_("With its certificate, its result, and the day by which it is due again."),
    sources=frozenset(),
    target="",
    power=Power.EQUIPMENT_KEEP,
    event="equipment_proof.recorded",
    checks=(NOT_RETIRED,),
)


@dataclass(frozen=True, slots=True)
class ProofFacts:
    is_struck: bool


STRIKE = Transition[ProofFacts](
    name="strike",
    label=N_("Strike out"),
    says=N_("An entry made in error: it stays on record with the reason and counts no more."),
    sources=frozenset(),
    target="",
    power=Power.EQUIPMENT_APPROVE,
    event="equipment_proof.struck",
    checks=(
        Check[ProofFacts](
            code="proof-not-struck",
            says=N_("It is not struck out already."),
            holds=lambda facts: not facts.is_struck,
            sources=_HOUSE,
        ),
    ),
    reason=True,
    grave=True,
)
