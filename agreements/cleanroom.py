"""What the grades of clean rooms allow, and which grade the inspection guides ask for; some of it only recalled.

Source: ``data/cleanroom.json``, whose rows name theirs.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from agreements.reading import table
from workflows.engine import Source


@dataclass(frozen=True, slots=True)
class GradeLimits:
    """The most that a grade allows: particles from 0.5 and 5 micrometres on in a cubic metre, airborne microbes in CFU
    in a cubic metre, settled ones in CFU a plate.  None where no figure is known."""

    grade: str
    p05: int
    p5: int
    airborne: int | None
    settle: int
    recalled: bool


@dataclass(frozen=True, slots=True)
class MinimumGrade:
    """The least clean grade in which a guide lets something be made; ``devices`` is "implants" or "sterile"."""

    devices: str
    grade: str
    zh: str
    en: str
    source: Source


@dataclass(frozen=True, slots=True)
class Range:
    """From ``low`` to ``high``, both allowed, unless the process needs otherwise."""

    low: int
    high: int
    source: Source


_DATA = table("cleanroom")
LIMITS: Mapping[str, GradeLimits] = {
    row["grade"]: GradeLimits(
        **{name: value for name, value in row.items() if name != "confidence"}, recalled=row["confidence"] == "RECALLED"
    )
    for row in _DATA["grades"]
}
MINIMUM: tuple[MinimumGrade, ...] = tuple(
    MinimumGrade(row["devices"], row["grade"], row["zh"], row["en"], Source("NOTICE-2015-218", row["clause"]))
    for row in _DATA["minimum"]
)
_CLIMATE = _DATA["climate"]
_CLIMATE_SOURCE = Source(_CLIMATE["instrument"], _CLIMATE["article"])
TEMPERATURE, HUMIDITY = (
    Range(_CLIMATE[name][0], _CLIMATE[name][1], _CLIMATE_SOURCE) for name in ("temperature_c", "humidity_pct")
)
PRESSURE_SOURCE = Source(_DATA["pressure_pa"]["instrument"], _DATA["pressure_pa"]["article"])
CLEAN_TO_OTHER: int = _DATA["pressure_pa"]["clean_to_other"]
BETWEEN_GRADES: int = _DATA["pressure_pa"]["between_grades"]
