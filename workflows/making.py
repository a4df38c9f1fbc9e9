"""May this step be carried out then: with this equipment, by this operator, in this room?

What is not known is not so: equipment without a proof is not calibrated, an operator nobody authorised is not
authorised.  The rule is asked when a step is recorded, of the day on which it was carried out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from workflows.engine import Check, Source
from workflows.grades import suffices
from workflows.words import N_, Said

OPERATIONS: Mapping[str, str] = {
    "machining": N_("Machining"),
    "polishing": N_("Polishing"),
    "marking": N_("Marking"),
    "cleaning": N_("Cleaning"),
    "passivation": N_("Passivation"),
    "assembly": N_("Assembly"),
    "packaging": N_("Packaging"),
    "sterilisation": N_("Sterilisation"),
    "labelling": N_("Labelling"),
    "inspection": N_("Inspecting"),
}
# By our own rule: what cannot be told from the piece afterwards is watched by a second person, as in a special process.
WATCHED = frozenset({"cleaning", "passivation", "packaging", "sterilisation"})

# The record names equipment, operator and environment; that what is not in order is refused is our own rule.
RECORDED = (Source("GMP-2025", "81-82"), Source("NOTICE-2015-218", "7.22"), Source("HOUSE"))
GUIDE = Source("NOTICE-2015-218", "2.10.1, 2.11.1")


@dataclass(frozen=True, slots=True)
class MakingFacts:
    """All that carrying out one step depends on, on the day ``on`` (ISO text).

    The tuples hold the numbers of equipment of which something is not so: not in service then, of another operation,
    without a calibration or a validation that counted then.  ``unknown`` counts what was named and is not there.
    ``operator_authorised`` and ``second_authorised`` are for this operation on this equipment on that day;
    ``watched`` is whether a second person is asked for, ``second_is_another`` whether that is somebody else.
    ``grade`` is that of the room, empty where no room was named; ``grade_needed`` is empty where any room will do.
    """

    on: str
    is_future: bool
    operation: str
    unknown: int
    idle: tuple[str, ...]
    unfit: tuple[str, ...]
    uncalibrated: tuple[str, ...]
    unvalidated: tuple[str, ...]
    operator: str
    operator_authorised: bool
    watched: bool
    second: str
    second_is_another: bool
    second_authorised: bool
    area: str
    area_in_use: bool
    grade: str
    grade_needed: str


def _named(numbers: tuple[str, ...]) -> Said:
    return Said(N_("Not so: %(numbers)s."), {"numbers": ", ".join(numbers)}) if numbers else Said("")


def _who(name: str) -> Said:
    return Said(N_("It is %(name)s."), {"name": name}) if name else Said(N_("Nobody is named."))


def _room(facts: MakingFacts) -> Said:
    if not facts.area:
        return Said(N_("No room is named."))
    return Said(N_("It is %(name)s."), {"name": facts.area})


NOT_AHEAD = Check[MakingFacts](
    code="step-not-ahead",
    says=N_("The day of the step is not in the future."),
    holds=lambda facts: not facts.is_future,
    fact=lambda facts: Said(N_("It is dated %(on)s."), {"on": facts.on}),
    sources=(Source("GMP-2025", "45"),),
)
KNOWN = Check[MakingFacts](
    code="step-on-record",
    says=N_("Whatever is named for the step is in the plant's books."),
    holds=lambda facts: facts.unknown == 0 and facts.operation in OPERATIONS,
    fact=lambda facts: Said(N_("Not found: %(count)s."), {"count": facts.unknown}) if facts.unknown else Said(""),
    sources=RECORDED,
    mend="machines.listing",
)
IN_SERVICE = Check[MakingFacts](
    code="equipment-in-service",
    says=N_("All equipment of the step was in service on that day."),
    holds=lambda facts: not facts.idle,
    fact=lambda facts: _named(facts.idle),
    sources=RECORDED,
    mend="machines.listing",
)
FIT = Check[MakingFacts](
    code="equipment-serves-step",
    says=N_("All equipment of the step serves this operation."),
    holds=lambda facts: not facts.unfit,
    fact=lambda facts: _named(facts.unfit),
    sources=(Source("HOUSE"),),
    mend="machines.listing",
)
CALIBRATED = Check[MakingFacts](
    code="equipment-calibrated",
    says=N_("All equipment of the step that needs it was calibrated, and the calibration in date on that day."),
    holds=lambda facts: not facts.uncalibrated,
    fact=lambda facts: _named(facts.uncalibrated),
    sources=RECORDED,
    mend="machines.listing",
)
VALIDATED = Check[MakingFacts](
    code="equipment-validated",
    says=N_("All equipment of the step that needs it was validated, and the validation in date on that day."),
    holds=lambda facts: not facts.unvalidated,
    fact=lambda facts: _named(facts.unvalidated),
    sources=RECORDED,
    mend="machines.listing",
)
AUTHORISED = Check[MakingFacts](
    code="operator-authorised",
    says=N_("The operator was trained and authorised for this operation and this equipment on that day."),
    holds=lambda facts: bool(facts.operator) and facts.operator_authorised,
    fact=lambda facts: _who(facts.operator),
    sources=RECORDED,
    mend="authorisations.listing",
)
SECOND_PERSON = Check[MakingFacts](
    code="second-person-present",
    says=N_("Where the step has to be watched, a second person who is authorised for it was there."),
    holds=lambda facts: not facts.watched or (facts.second_is_another and facts.second_authorised),
    fact=lambda facts: _who(facts.second) if facts.watched else Said(N_("This step need not be watched.")),
    sources=(Source("HOUSE"),),
    mend="authorisations.listing",
)
ROOM_IN_USE = Check[MakingFacts](
    code="area-in-use",
    says=N_("The room of the step was in use on that day."),
    holds=lambda facts: not facts.area or facts.area_in_use,
    fact=_room,
    sources=(Source("HOUSE"),),
    mend="areas.listing",
)
CLEAN_ENOUGH = Check[MakingFacts](
    code="area-clean-enough",
    says=N_("The room is as clean as the step asks for."),
    holds=lambda facts: not facts.grade_needed or suffices(facts.grade, facts.grade_needed),
    fact=lambda facts: (
        Said(N_("Asked for: class %(grade)s."), {"grade": facts.grade_needed}) if facts.grade_needed else Said("")
    ),
    sources=(GUIDE,),
    mend="areas.listing",
)
CHECKS = (
    NOT_AHEAD,
    KNOWN,
    IN_SERVICE,
    FIT,
    CALIBRATED,
    VALIDATED,
    AUTHORISED,
    SECOND_PERSON,
    ROOM_IN_USE,
    CLEAN_ENOUGH,
)
