"""The grades of clean rooms as data: their limits, what they are good for, and what is only recalled."""

from agreements.cleanroom import HUMIDITY, LIMITS, MINIMUM, PRESSURE_SOURCE, TEMPERATURE
from agreements.sources import cite
from workflows.grades import GRADES, suffices

GRADED = ("100", "10000", "100000", "300000")


def test_a_cleaner_grade_allows_less_of_everything_and_every_figure_is_marked_recalled():
    assert tuple(LIMITS) == GRADED
    limits = [LIMITS[each] for each in GRADED]
    for name in ("p05", "p5", "settle"):
        figures = [getattr(each, name) for each in limits]
        assert figures == sorted(figures)
    assert all(each.recalled for each in limits)
    assert [each.airborne for each in limits] == [5, 100, 500, None]


def test_a_cleaner_room_is_good_for_whatever_a_less_clean_one_is_good_for():
    grades = list(GRADES)
    assert [suffices(has, "100000") for has in grades] == [True, True, True, True, False, False]
    assert all(suffices(each, each) for each in grades)
    assert not suffices("10000", "100")


def test_a_grade_that_nobody_knows_is_good_for_nothing():
    assert not suffices("", "none")
    assert not suffices("50000", "300000")
    assert not suffices("100", "")


def test_the_guides_ask_for_grades_that_there_are_and_can_be_cited():
    assert {(each.devices, each.grade) for each in MINIMUM} >= {("implants", "100000"), ("sterile", "10000")}
    assert {each.grade for each in MINIMUM} <= set(GRADES)
    for source in (*(each.source for each in MINIMUM), TEMPERATURE.source, PRESSURE_SOURCE):
        assert cite(source, "zh")
    assert (TEMPERATURE.low, TEMPERATURE.high, HUMIDITY.low, HUMIDITY.high) == (18, 28, 45, 65)
