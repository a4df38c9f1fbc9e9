"""Control charts, Nelson's tests and capability: exact, by the published factors, and silent where there is nothing."""

from decimal import Decimal
from fractions import Fraction
from statistics import stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.capability import NEEDED, capability
from agreements.control_charts import FACTORS, SETTLED, Chart, NoChart, averages, individuals
from agreements.nelson import RULES, failed

READINGS = st.decimals(min_value="-999", max_value="999", places=4)


def numbers(*texts):
    return [Decimal(each) for each in texts]


def chart_of(*away):
    """A chart whose points lie so many deviations from its centre."""
    points = tuple(Fraction(each) for each in away)
    return Chart(points, Fraction(0), Fraction(1), Fraction(-3), Fraction(3))


def test_every_factor_follows_from_the_others_as_the_standard_derives_them():
    for each in FACTORS.values():
        assert abs(each.a2 - 3 / (each.d2 * Fraction(Decimal(each.size).sqrt()))) < Fraction("0.001")
        assert each.d3 == 0 or abs(each.d3 + each.d4 - 2) < Fraction("0.001")
    assert sorted(FACTORS) == list(range(2, 11))


def test_single_values_are_charted_beside_their_moving_range():
    charts = individuals(numbers("10.1", "10.3", "9.9", "10.1"))

    assert charts.where.centre == Fraction("10.1")
    assert charts.spread.points == (Fraction("0.2"), Fraction("0.4"), Fraction("0.2"))
    assert charts.within == Fraction("0.8") / 3 / Fraction("1.128")
    assert charts.where.high == Fraction("10.1") + 3 * charts.within
    assert charts.spread.high == Fraction("3.267") * Fraction("0.8") / 3
    assert (charts.spread.low, charts.where.is_settled) == (0, False)


def test_subgroups_are_charted_by_average_and_range():
    charts = averages([numbers("1", "2", "3"), numbers("2", "4", "6")])

    assert (charts.where.points, charts.where.centre) == ((2, 4), 3)
    assert charts.where.high - charts.where.centre == Fraction("1.023") * 3
    assert charts.where.sigma * 3 == Fraction("1.023") * 3
    assert charts.spread.high == Fraction("2.574") * 3
    assert charts.within == 3 / Fraction("1.693")


@pytest.mark.parametrize(
    ("groups", "says"),
    [
        ([], "There is no subgroup yet."),
        ([numbers("1", "2"), numbers("1")], "Subgroups are all of one size, from 2 to 10."),
        ([numbers("1")], "Subgroups are all of one size, from 2 to 10."),
        ([numbers(*map(str, range(11)))], "Subgroups are all of one size, from 2 to 10."),
    ],
)
def test_subgroups_of_no_known_size_are_refused(groups, says):
    with pytest.raises(NoChart) as refused:
        averages(groups)
    assert str(refused.value.says) == says


def test_one_value_alone_has_no_chart():
    with pytest.raises(NoChart, match="there are 1"):
        individuals(numbers("1"))


FIRING = {
    1: (["0.1", "-3.1", "0.2"], (1,)),
    2: (["-0.1"] + ["0.1", "0.4"] * 4 + ["0.2", "-0.3"], tuple(range(1, 10))),
    3: (["0", "-1.5", "-1.2", "-0.4", "0.3", "0.4", "1.1", "0"], tuple(range(1, 7))),
    4: (["0.1", "-0.1"] * 7, tuple(range(14))),
    5: (["0", "2.1", "0.5", "2.5", "0"], (1, 3)),
    6: (["-1.1", "-1.2", "0.2", "-1.3", "-2", "0"], (0, 1, 3, 4)),
    7: (["0.5", "-0.5", "-0.4"] * 5, tuple(range(15))),
    8: (["1.2", "1.4", "-1.3", "-1.2", "1.5", "1.1", "-1.4", "1.7"], tuple(range(8))),
}


@pytest.mark.parametrize("number", FIRING)
def test_each_test_of_nelson_names_the_points_that_made_it_fire(number):
    away, places = FIRING[number]
    assert failed(chart_of(*away))[number] == places


NEARLY = {
    1: ["3", "-3"],
    2: ["0.1"] * 8 + ["0"] + ["0.1"] * 8,
    3: ["0", "0.1", "0.2", "0.3", "0.4", "0.4", "0.5"],
    4: ["0.1", "-0.1"] * 6 + ["0.1", "0.1", "-0.1"],
    5: ["2.1", "-2.1", "2", "0", "2.1"],
    6: ["1.1", "1.2", "1.3", "1", "0.5", "-1.5"],
    7: ["0.5"] * 14 + ["1"] + ["-0.5"] * 14,
    8: ["1.2"] * 7 + ["1"] + ["-1.2"] * 7,
}


@pytest.mark.parametrize("number", NEARLY)
def test_what_only_nearly_fits_a_test_does_not_fire_it(number):
    assert number not in failed(chart_of(*NEARLY[number]))


def test_eight_far_points_on_one_side_are_no_mixture_but_a_shift():
    assert set(failed(chart_of(*["1.5"] * 8))) == {6}


def test_a_process_that_never_varies_fires_nothing():
    assert failed(individuals(numbers(*["5"] * 30)).where) == {}


@given(st.lists(READINGS, min_size=2, max_size=60), st.decimals(min_value="0.001", max_value="50", places=3))
def test_no_test_depends_on_the_unit_of_the_readings(values, factor):
    charts, scaled = individuals(values), individuals([each * factor for each in values])
    assert failed(charts.where) == failed(scaled.where)
    assert all(place < len(values) for places in failed(charts.where).values() for place in places)


def test_every_test_has_its_number_and_its_words():
    assert [each.number for each in RULES] == list(range(1, 9))
    assert all(each.says for each in RULES)


STEADY = numbers(*["9.98", "10.02", "10.01", "9.99", "10.00"] * 6)


def test_capability_compares_the_specification_with_the_spread():
    charts = individuals(STEADY)
    found = capability(charts, Decimal("9.9"), Decimal("10.1"))

    assert (found.count, found.mean) == (30, Decimal("10.000"))
    assert found.cp == found.cpk == round(Decimal("0.2") / (6 * _decimal(charts.within)), 3)
    assert abs(float(found.pp) - 0.2 / (6 * stdev(map(float, STEADY)))) < 0.001


def test_a_process_off_centre_reaches_less_than_it_could():
    found = capability(individuals(STEADY), Decimal("9.95"), Decimal("10.2"))

    assert found.cpk < found.cp
    assert found.ppk < found.pp


UNSTEADY = {
    "it lies elsewhere from some moment on": [*STEADY, *(each + Decimal("0.06") for each in STEADY)],
    "one value lies far away": [*STEADY[:17], Decimal("10.07"), *STEADY[17:]],
    "it leaps from one value to the next": [*STEADY, *numbers("10.04", "9.96"), *STEADY],
}


@pytest.mark.parametrize("values", UNSTEADY.values(), ids=UNSTEADY)
def test_of_a_process_that_is_not_steady_it_is_told_what_it_did_and_not_what_it_could_do(values):
    found = capability(individuals(values), Decimal("9.9"), Decimal("10.1"))

    assert (found.is_steady, found.cp, found.cpk) == (False, None, None)
    assert abs(float(found.pp) - 0.2 / (6 * stdev(map(float, values)))) < 0.001
    assert found.ppk <= found.pp


def test_of_a_steady_process_both_are_told():
    assert capability(individuals(STEADY), Decimal("9.9"), Decimal("10.1")).is_steady


@pytest.mark.parametrize(("low", "high"), [("9.9", None), (None, "10.1")])
def test_one_limit_alone_gives_no_potential_but_what_is_reached(low, high):
    found = capability(individuals(STEADY), low and Decimal(low), high and Decimal(high))
    both = capability(individuals(STEADY), Decimal("9.9"), Decimal("10.1"))

    assert (found.cp, found.pp) == (None, None)
    assert (found.cpk, found.ppk) == (both.cpk, both.ppk)


@pytest.mark.parametrize(
    ("values", "low", "high", "says"),
    [
        (STEADY, None, None, "There is no specification limit to judge by."),
        (STEADY, "10", "10", "The upper specification limit has to lie above the lower one."),
        (STEADY[: NEEDED - 1], "9", "11", "Capability needs 25 values; there are 24."),
        (numbers(*["10"] * 30), "9", "11", "The values do not vary"),
    ],
)
def test_capability_is_refused_with_its_reason(values, low, high, says):
    with pytest.raises(NoChart) as refused:
        capability(individuals(values), low and Decimal(low), high and Decimal(high))
    assert str(refused.value.says).startswith(says)


def test_limits_drawn_from_enough_points_are_settled():
    assert individuals(STEADY[:SETTLED]).where.is_settled


def _decimal(value):
    return Decimal(value.numerator) / Decimal(value.denominator)
