"""How well a process stays inside its specification: Cp and Cpk from its spread within, Pp and Ppk from all of it.

Pp and Ppk say what it did.  Cp and Cpk say what it will do if it goes on like that, and so only of a steady process: by
our own rule one whose chart no test of Nelson's speaks against and whose ranges stay below their limit.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction

from agreements.control_charts import Charts, NoChart
from agreements.nelson import failed
from workflows.words import N_, Said

# By our own rule: an index of fewer values is an accident of them.
NEEDED = 25
_PLACES = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Capability:
    """``cp`` and ``pp`` want both limits and are None with one, ``cp`` and ``cpk`` a process that ``is_steady``; all
    are rounded to three places.
    """

    count: int
    mean: Decimal
    is_steady: bool
    cp: Decimal | None
    cpk: Decimal | None
    pp: Decimal | None
    ppk: Decimal


def capability(charts: Charts, low: Decimal | None, high: Decimal | None) -> Capability:
    """Judge the values of ``charts`` by a specification with one limit or two.

    Raises :class:`NoChart`, with the reason, where there are too few values, no limit, limits in the wrong order, or no
    spread at all: what never varies has no capability, and an instrument that always says the same is no proof of one.
    """
    _refuse(charts, low, high)
    mean = sum(charts.values, Fraction()) / len(charts.values)
    within, overall, steady = charts.within, _deviation(charts.values, mean), _is_steady(charts)
    return Capability(
        len(charts.values),
        _rounded(mean),
        steady,
        _potential(low, high, within) if steady else None,
        _reached(low, high, mean, within) if steady else None,
        _potential(low, high, overall),
        _reached(low, high, mean, overall),
    )


def _refuse(charts: Charts, low: Decimal | None, high: Decimal | None) -> None:
    if low is None and high is None:
        raise NoChart(Said(N_("There is no specification limit to judge by.")))
    if low is not None and high is not None and low >= high:
        raise NoChart(Said(N_("The upper specification limit has to lie above the lower one.")))
    if len(charts.values) < NEEDED:
        raise NoChart(
            Said(
                N_("Capability needs %(needed)s values; there are %(count)s."),
                {"needed": NEEDED, "count": len(charts.values)},
            )
        )
    if charts.within == 0 or len(set(charts.values)) == 1:
        raise NoChart(Said(N_("The values do not vary, or not from one to the next: there is no spread to judge.")))


def _is_steady(charts: Charts) -> bool:
    return not failed(charts.where) and max(charts.spread.points) <= charts.spread.high


def _deviation(values: tuple[Fraction, ...], mean: Fraction) -> Fraction:
    squared = sum(((each - mean) ** 2 for each in values), Fraction()) / (len(values) - 1)
    with localcontext(prec=50):
        return Fraction((Decimal(squared.numerator) / Decimal(squared.denominator)).sqrt())


def _potential(low: Decimal | None, high: Decimal | None, deviation: Fraction) -> Decimal | None:
    if low is None or high is None:
        return None
    return _rounded((Fraction(high) - Fraction(low)) / (6 * deviation))


def _reached(low: Decimal | None, high: Decimal | None, mean: Fraction, deviation: Fraction) -> Decimal:
    below = [mean - Fraction(low)] if low is not None else []
    above = [Fraction(high) - mean] if high is not None else []
    return _rounded(min(below + above) / (3 * deviation))


def _rounded(value: Fraction) -> Decimal:
    with localcontext(prec=50):
        return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(_PLACES, ROUND_HALF_EVEN)
