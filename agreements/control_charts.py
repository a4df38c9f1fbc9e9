"""Control charts of a parameter: its points, its centre and its limits, in exact fractions.

Factors: ``data/control_chart_factors.json``, whose rows name their source.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from agreements.reading import table
from workflows.words import N_, Said

# By our own rule: limits drawn from fewer points are shown, and said to be provisional.
SETTLED = 20


class NoChart(ValueError):
    """Nothing can be drawn of this; ``says`` says why."""

    def __init__(self, says: Said) -> None:
        super().__init__(str(says))
        self.says = says


@dataclass(frozen=True, slots=True)
class Factors:
    """Of a subgroup of ``size``: ``a2`` for averages, ``d3`` and ``d4`` for ranges, ``d2`` from range to deviation."""

    size: int
    a2: Fraction
    d2: Fraction
    d3: Fraction
    d4: Fraction


@dataclass(frozen=True, slots=True)
class Chart:
    """``sigma`` is the standard deviation of a plotted point; a range has no ``low`` where its factor is zero."""

    points: tuple[Fraction, ...]
    centre: Fraction
    sigma: Fraction
    low: Fraction
    high: Fraction

    @property
    def is_settled(self) -> bool:
        return len(self.points) >= SETTLED


@dataclass(frozen=True, slots=True)
class Charts:
    """Where a parameter lies and how far it spreads; ``within`` is the deviation of single values that follows."""

    where: Chart
    spread: Chart
    within: Fraction
    values: tuple[Fraction, ...]


def individuals(values: Sequence[Decimal]) -> Charts:
    """Each value beside its moving range of two.  Raises :class:`NoChart` for fewer than two values."""
    exact = _exact(values)
    if len(exact) < 2:
        raise NoChart(Said(N_("A moving range needs two values; there are %(count)s."), {"count": len(exact)}))
    ranges = tuple(abs(after - before) for before, after in pairwise(exact))
    two, mean = FACTORS[2], _mean(ranges)
    within = mean / two.d2
    centre = _mean(exact)
    return Charts(
        Chart(exact, centre, within, centre - 3 * within, centre + 3 * within), _ranged(ranges, two), within, exact
    )


def averages(groups: Sequence[Sequence[Decimal]]) -> Charts:
    """The average of each subgroup beside its range; all of one size from 2 to 10.  Raises :class:`NoChart`."""
    sizes = {len(each) for each in groups}
    if not groups:
        raise NoChart(Said(N_("There is no subgroup yet.")))
    if len(sizes) > 1 or (size := sizes.pop()) not in FACTORS:
        raise NoChart(
            Said(
                N_("Subgroups are all of one size, from %(smallest)s to %(largest)s."),
                {"smallest": min(FACTORS), "largest": max(FACTORS)},
            )
        )
    factors, exact = FACTORS[size], [_exact(each) for each in groups]
    means = tuple(map(_mean, exact))
    ranges = tuple(max(each) - min(each) for each in exact)
    centre, reach = _mean(means), factors.a2 * _mean(ranges)
    return Charts(
        Chart(means, centre, reach / 3, centre - reach, centre + reach),
        _ranged(ranges, factors),
        _mean(ranges) / factors.d2,
        tuple(value for each in exact for value in each),
    )


def _exact(values: Sequence[Decimal]) -> tuple[Fraction, ...]:
    return tuple(map(Fraction, values))


def _mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction()) / len(values)


def _ranged(ranges: tuple[Fraction, ...], factors: Factors) -> Chart:
    mean = _mean(ranges)
    high = factors.d4 * mean
    return Chart(ranges, mean, (high - mean) / 3, factors.d3 * mean, high)


FACTORS: Mapping[int, Factors] = {
    row["n"]: Factors(row["n"], *(Fraction(row[name]) for name in ("A2", "d2", "D3", "D4")))
    for row in table("control_chart_factors")["factors"]
}
