"""A criterion of an inspection: limits that are exact, words that need no particular case."""

import pytest

from workflows.criterion import Criterion, NotMeasured, folded

DIAMETER = Criterion("直径", "千分尺", "number", low="11.95", high="12.05", unit="mm")
CONFORMS = Criterion("化学成分", "质量证明书", "text", text="Conforms")


@pytest.mark.parametrize(
    ("measured", "met"),
    [("11.95", True), ("12.05", True), ("12.050001", False), ("11.949999", False), (" 12.00 ", True), ("-12", False)],
)
def test_a_number_lies_within_its_limits_both_included(measured, met):
    assert DIAMETER.is_met_by(measured) is met


def test_one_limit_is_enough():
    at_least = Criterion("剥离强度", "YY/T 0681.2", "number", low="0.15", unit="N/mm")

    assert at_least.is_met_by("0.15")
    assert not at_least.is_met_by("0.149")


@pytest.mark.parametrize("measured", ["", "twelve", "12,0", "1e3", "NaN"])
def test_what_is_no_decimal_number_is_neither_met_nor_missed(measured):
    with pytest.raises(NotMeasured):
        DIAMETER.is_met_by(measured)


@pytest.mark.parametrize("measured", ["conforms", "CONFORMS", " Conforms ", "ＣＯＮＦＯＲＭＳ"])
def test_a_word_is_the_same_in_any_case_and_width(measured):
    assert CONFORMS.is_met_by(measured)


def test_another_word_is_not_the_same():
    assert not CONFORMS.is_met_by("conforms not")


@pytest.mark.parametrize(
    ("criterion", "wanted"),
    [(DIAMETER, "11.95 – 12.05 mm"), (CONFORMS, "Conforms"), (Criterion("a", "b", "number", high="5"), "≤ 5")],
)
def test_it_is_said_in_one_line(criterion, wanted):
    assert criterion.wanted == wanted


def test_it_is_the_same_after_it_was_kept():
    assert Criterion.of(DIAMETER.as_data) == DIAMETER


def test_names_are_compared_without_regard_to_case_width_and_blanks():
    assert folded("ＡＢＣ  公司") == folded("abc 公司")
    assert folded("宝鸡钛业") != folded("宝鸡钛业有限公司")
