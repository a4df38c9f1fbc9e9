"""Several nonconforming batches in a row, and a clear drop: what makes both sides act together by itself."""

from fractions import Fraction

import pytest

from workflows.trend import Made, dropped, in_a_row, percent, yield_of


def made(line):
    """``"+-"``: a conforming batch, then a nonconforming one."""
    return [Made(f"B{at}", mark == "+", None) for at, mark in enumerate(line)]


@pytest.mark.parametrize(
    ("line", "at", "row"),
    [
        ("--", 1, []),
        ("---", 2, ["B0", "B1", "B2"]),
        ("---", 0, ["B0", "B1", "B2"]),
        ("-+--", 3, []),
        ("+--+---+", 5, ["B4", "B5", "B6"]),
        ("----", 1, ["B0", "B1", "B2", "B3"]),
        ("--+", 2, []),
    ],
)
def test_three_nonconforming_batches_in_a_row_are_several_whichever_is_found_last(line, at, row):
    assert [each.number for each in in_a_row(made(line), at)] == row


@pytest.mark.parametrize(
    ("yields", "falls"),
    [
        ([98, 98, 98, 88], True),
        ([98, 98, 98, 89], False),
        ([98, 98, 70], False),
        ([98, None, 98, 98, 80], True),
        ([98, None, 98, 80], False),
        ([50, 98, 98, 98, 98, 98, 98, 98, 98, 98, 98, 88], True),
        ([98, 98, 98, None], False),
    ],
)
def test_a_yield_ten_points_below_that_of_the_batches_before_is_a_clear_drop(yields, falls):
    batches = [Made(f"B{at}", True, None if each is None else Fraction(each, 100)) for at, each in enumerate(yields)]

    assert bool(dropped(batches, len(batches) - 1)) is falls


def test_samples_count_neither_for_nor_against_the_yield():
    assert yield_of(1200, 1181, 12) == Fraction(1181, 1188)
    assert yield_of(1200, None, 12) is None
    assert yield_of(12, 0, 12) is None
    assert percent(Fraction(1181, 1188)) == "99.4 %"
