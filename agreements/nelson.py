"""Nelson's eight tests of a control chart: which of them its points fail, and at which points.

Source: L. S. Nelson, The Shewhart Control Chart - Tests for Special Causes, Journal of Quality Technology 16(4), 1984,
as the manuals of SAS (SHEWHART procedure) and Numerics.NET (ControlRuleSets.Nelson) describe it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import lcm

from agreements.control_charts import Chart
from workflows.words import N_

# How far the points of a window lie from the centre, and one deviation, in a unit that makes whole numbers of them.
Fires = Callable[[Sequence[int], int], Sequence[int]]


@dataclass(frozen=True, slots=True)
class Rule:
    """``fires`` names the places within a window of ``length`` points that make it fire; none where it does not."""

    number: int
    says: str
    length: int
    fires: Fires


def failed(chart: Chart) -> Mapping[int, tuple[int, ...]]:
    """The tests that fired, by number, each with the places of the points that made it fire, counted from 0."""
    if chart.sigma == 0:
        return {}
    unit = lcm(chart.centre.denominator, chart.sigma.denominator, *(each.denominator for each in chart.points))
    away = [int((each - chart.centre) * unit) for each in chart.points]
    found = {rule.number: _places(rule, away, int(chart.sigma * unit)) for rule in RULES}
    return {number: places for number, places in found.items() if places}


def _places(rule: Rule, away: Sequence[int], one: int) -> tuple[int, ...]:
    windows = range(len(away) - rule.length + 1)
    return tuple(
        sorted({first + each for first in windows for each in rule.fires(away[first : first + rule.length], one)})
    )


def _whole_if(holds: Callable[[Sequence[int], int], bool]) -> Fires:
    return lambda window, one: range(len(window)) if holds(window, one) else ()


def _beyond(deviations: int, needed: int) -> Fires:
    def _fires(window: Sequence[int], one: int) -> Sequence[int]:
        for side in (1, -1):
            there = [place for place, each in enumerate(window) if each * side > deviations * one]
            if len(there) >= needed:
                return there
        return ()

    return _fires


def _one_sided(window: Sequence[int]) -> bool:
    return all(each > 0 for each in window) or all(each < 0 for each in window)


def _steps(window: Sequence[int]) -> list[int]:
    return [after - before for before, after in pairwise(window)]


def _alternate(window: Sequence[int]) -> bool:
    return all(before * after < 0 for before, after in pairwise(_steps(window)))


RULES = (
    Rule(
        1,
        N_("One point lies beyond a control limit"),
        1,
        _whole_if(lambda window, one: abs(window[0]) > 3 * one),
    ),
    Rule(
        2,
        N_("Nine points in a row lie on one side of the centre"),
        9,
        _whole_if(lambda window, _: _one_sided(window)),
    ),
    Rule(
        3,
        N_("Six points in a row rise, or fall"),
        6,
        _whole_if(lambda window, _: _one_sided(_steps(window))),
    ),
    Rule(
        4,
        N_("Fourteen points in a row go up and down in turn"),
        14,
        _whole_if(lambda window, _: _alternate(window)),
    ),
    Rule(5, N_("Two of three points lie more than two deviations away, on one side"), 3, _beyond(2, 2)),
    Rule(6, N_("Four of five points lie more than one deviation away, on one side"), 5, _beyond(1, 4)),
    Rule(
        7,
        N_("Fifteen points in a row lie within one deviation of the centre"),
        15,
        _whole_if(lambda window, one: all(abs(each) < one for each in window)),
    ),
    Rule(
        8,
        N_("Eight points in a row lie on both sides, none within one deviation of the centre"),
        8,
        _whole_if(lambda window, one: all(abs(each) > one for each in window) and not _one_sided(window)),
    ),
)
