"""What a reading of a clean room is worth by the grade of the room."""

from decimal import Decimal

import pytest

from agreements.environment import MEASURES, measure_called
from workflows.judging import Judgement

IN, WARN, OUT = Judgement.INSIDE, Judgement.WARNING, Judgement.OUT


@pytest.mark.parametrize(
    ("grade", "key", "value", "judgement"),
    [
        ("10000", "particles_05", "350000", IN),
        ("10000", "particles_05", "350001", OUT),
        ("10000/100", "particles_5", "2001", OUT),
        ("100", "particles_5", "0", IN),
        ("100", "particles_5", "1", OUT),
        ("100000", "settle", "11", OUT),
        ("300000", "airborne", "9999", None),
        ("none", "airborne", "9999", None),
        ("10000", "pressure_outside", "10", OUT),
        ("10000", "pressure_outside", "10.1", IN),
        ("10000", "pressure_between", "5.1", IN),
        ("10000", "temperature", "28", IN),
        ("10000", "temperature", "28.1", WARN),
        ("10000", "humidity", "44.9", WARN),
    ],
)
def test_a_reading_is_judged_by_the_grade_and_climate_only_warns(grade, key, value, judgement):
    assert MEASURES[key].judge(grade, Decimal(value)) is judgement


def test_a_measure_is_known_by_whatever_it_is_called_and_nothing_else_is():
    assert measure_called("沉降菌") is measure_called("SETTLE") is MEASURES["settle"]
    assert measure_called("光照度") is None
    assert MEASURES["airborne"].limits_in("300000") == ""
