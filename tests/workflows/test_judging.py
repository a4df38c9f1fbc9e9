"""A reading against its limits, and a result against the text it is judged by."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.judging import Bounds, Judgement, meets
from workflows.limits import Disordered

BOTH = Bounds.of(
    {"specification_low": "9.90", "warning_low": "9.95", "warning_high": "10.05", "specification_high": "10.10"}
)


@pytest.mark.parametrize(
    ("value", "judged"),
    [
        ("9.899999", "out"),
        ("9.90", "warning"),
        ("9.949999", "warning"),
        ("9.95", "inside"),
        ("10.05", "inside"),
        ("10.050001", "warning"),
        ("10.10", "warning"),
        ("10.100001", "out"),
    ],
)
def test_a_reading_is_inside_in_warning_or_out_of_specification(value, judged):
    assert BOTH.judge(Decimal(value)) == judged


def test_with_one_limit_the_other_side_is_open():
    high = Bounds.of({"specification_high": "5", "warning_high": None})
    assert high.judge(Decimal(-999)) is Judgement.INSIDE
    assert high.judge(Decimal("5.000001")) is Judgement.OUT


@pytest.mark.parametrize("value", ["NaN", "Infinity"])
def test_what_is_no_number_is_judged_by_nothing(value):
    with pytest.raises(ValueError, match="no reading"):
        BOTH.judge(Decimal(value))


def test_limits_that_contradict_each_other_are_refused():
    with pytest.raises(Disordered):
        Bounds.of({"specification_low": "2", "specification_high": "1"})


@given(st.decimals(min_value="-99", max_value="99", places=6))
def test_nothing_out_of_specification_is_ever_called_a_warning(value):
    judged = BOTH.judge(value)
    assert (judged is Judgement.OUT) == (not Decimal("9.90") <= value <= Decimal("10.10"))


@pytest.mark.parametrize(
    ("criterion", "result"),
    [
        ("合格", " 合格\u3000"),
        ("Pass", "PASS"),
        ("pass", "\uff30\uff41\uff53\uff53"),
        ("No  growth", "no growth"),
        ("(+)", "\uff08+\uff09"),
    ],
)
def test_a_text_is_met_whatever_its_case_its_width_and_the_blanks_around_it(criterion, result):
    assert meets(criterion, result)


@pytest.mark.parametrize(
    ("criterion", "result"), [("合格", "不合格"), ("Pass", ""), ("Pass", "passed"), ("10²", "102"), ("合格", "合 格")]
)
def test_another_text_does_not_meet_it(criterion, result):
    assert not meets(criterion, result)


def test_a_criterion_that_asks_for_nothing_is_refused():
    with pytest.raises(ValueError, match="without a text"):
        meets(" \u3000", "")
