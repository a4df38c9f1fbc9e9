"""What is measured of a clean room, and what a reading is worth by the grade of the room.

Limits of the grades are :mod:`agreements.cleanroom`'s.  Temperature and humidity may be otherwise where the process
needs it, so that a reading beyond them warns; what the grade itself allows is a limit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from agreements.cleanroom import BETWEEN_GRADES, CLEAN_TO_OTHER, HUMIDITY, LIMITS, TEMPERATURE, GradeLimits
from workflows.criterion import folded
from workflows.judging import Judgement
from workflows.words import N_


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that is measured: ``name`` as it is kept and translated, ``also`` how else it may be called."""

    key: str
    name: str
    unit: str
    also: tuple[str, ...]
    most: Callable[[GradeLimits], int | None] | None = None
    above: int | None = None
    within: tuple[int, int] | None = None

    def limits_in(self, grade: str) -> str:
        """As it stands beside a reading; empty where the grade sets no limit that is known."""
        if self.within:
            return f"{self.within[0]} – {self.within[1]}"
        if self.above is not None:
            return f"> {self.above}"
        most = self._most(grade)
        return "" if most is None else f"≤ {most}"

    def bounds_in(self, grade: str) -> tuple[Decimal | None, Decimal | None]:
        """The lower and the upper end, None where it is open."""
        if self.within:
            return Decimal(self.within[0]), Decimal(self.within[1])
        if self.above is not None:
            return Decimal(self.above), None
        most = self._most(grade)
        return None, None if most is None else Decimal(most)

    def judge(self, grade: str, value: Decimal) -> Judgement | None:
        """None where there is no limit that is known."""
        if self.within:
            return Judgement.INSIDE if self.within[0] <= value <= self.within[1] else Judgement.WARNING
        if self.above is not None:
            return Judgement.INSIDE if value > self.above else Judgement.OUT
        most = self._most(grade)
        if most is None:
            return None
        return Judgement.INSIDE if value <= most else Judgement.OUT

    def _most(self, grade: str) -> int | None:
        limits = LIMITS.get(grade.partition("/")[0])
        return self.most(limits) if limits and self.most else None


MEASURES: Mapping[str, Measure] = {
    each.key: each
    for each in (
        Measure(
            "particles_05",
            N_("Particles from 0.5 µm on, in a cubic metre"),
            "1/m³",
            ("悬浮粒子≥0.5μm", "≥0.5μm", "particles 0.5"),
            most=lambda limits: limits.p05,
        ),
        Measure(
            "particles_5",
            N_("Particles from 5 µm on, in a cubic metre"),
            "1/m³",
            ("悬浮粒子≥5μm", "≥5μm", "particles 5"),
            most=lambda limits: limits.p5,
        ),
        Measure(
            "airborne",
            N_("Airborne microbes, CFU in a cubic metre"),
            "CFU/m³",
            ("浮游菌", "airborne microbes"),
            most=lambda limits: limits.airborne,
        ),
        Measure(
            "settle",
            N_("Settled microbes, CFU a plate"),
            "CFU",
            ("沉降菌", "settled microbes"),
            most=lambda limits: limits.settle,
        ),
        Measure(
            "pressure_outside",
            N_("Pressure above rooms that are not clean, Pa"),
            "Pa",
            ("对非洁净区压差", "静压差", "pressure to outside"),
            above=CLEAN_TO_OTHER,
        ),
        Measure(
            "pressure_between",
            N_("Pressure between different grades, Pa"),
            "Pa",
            ("不同级别压差", "压差", "pressure between grades"),
            above=BETWEEN_GRADES,
        ),
        Measure(
            "temperature",
            N_("Temperature, °C"),
            "°C",
            ("温度", "temperature"),
            within=(TEMPERATURE.low, TEMPERATURE.high),
        ),
        Measure(
            "humidity",
            N_("Relative humidity, per cent"),
            "%",
            ("相对湿度", "湿度", "relative humidity", "humidity"),
            within=(HUMIDITY.low, HUMIDITY.high),
        ),
    )
}
_CALLED = {folded(name): each for each in MEASURES.values() for name in (each.key, each.name, *each.also)}


def measure_called(name: str) -> Measure | None:
    """By its key, its name or what it is called otherwise, whatever the case and the width."""
    return _CALLED.get(folded(name))
