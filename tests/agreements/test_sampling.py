"""Sampling plans of GB/T 2828.1: the tables, their arrows, and how severity follows from the lots before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.sampling import (
    AQLS,
    LEVELS,
    TABLES,
    NoPlan,
    Plan,
    Severity,
    every_piece,
    letter_of,
    may_count_pieces,
    one_step_tighter,
    plan,
    plan_of,
)
from agreements.sources import cite, is_recalled
from agreements.switching import RULES, Course, Inspected, course_of

LETTERS = "ABCDEFGHJKLMNPQR"
NORMAL, TIGHTENED, REDUCED = Severity
# What stands along a row from the first plan on: the tables run down in diagonals, one letter for one AQL.
ALONG = {
    NORMAL: (14, ["0", "^", "v", "1", "2", "3", "5", "7", "10", "14", "21", "30", "44"]),
    TIGHTENED: (15, ["0", "v", "v", "1", "2", "3", "5", "8", "12", "18", "27", "41"]),
    REDUCED: (14, ["0", "^", "v", "v", "1", "2", "3", "5", "6", "8", "10", "14", "21"]),
}


@pytest.mark.parametrize("severity", Severity)
def test_the_tables_run_in_diagonals_where_the_standard_has_them_do_so(severity):
    first, along = ALONG[severity]
    for row, letter in enumerate(LETTERS[2:14], 2):
        for column, aql in enumerate(AQLS):
            step = row + column - first
            if 0 <= step < len(along) and along[step].isdigit():
                found = plan_of(letter, aql, severity)
                if row < 5 or int(along[step]) <= {NORMAL: 21, TIGHTENED: 18, REDUCED: 10}[severity]:
                    assert (found.letter, found.accept) == (letter, int(along[step]))


@pytest.mark.parametrize(
    ("lot", "level", "aql", "severity", "expected"),
    [
        (1000, "II", "1.0", NORMAL, ("J", 80, 2)),
        (1000, "II", "2.5", NORMAL, ("J", 80, 5)),
        (2000, "II", "1.0", NORMAL, ("K", 125, 3)),
        (150, "II", "1.5", NORMAL, ("G", 32, 1)),
        (1000, "II", "1.0", TIGHTENED, ("J", 80, 1)),
        (1000, "II", "1.0", REDUCED, ("J", 32, 1)),
        (500, "II", "0.65", NORMAL, ("J", 80, 1)),
        (500, "II", "0.25", NORMAL, ("H", 50, 0)),
        (500, "II", "0.15", NORMAL, ("J", 80, 0)),
        (500, "II", "0.40", NORMAL, ("G", 32, 0)),
        (600_000, "III", "0.010", NORMAL, ("Q", 1250, 0)),
        (600_000, "III", "0.025", TIGHTENED, ("S", 3150, 1)),
        (40, "S-1", "4.0", NORMAL, ("B", 3, 0)),
        (5, "I", "1000", NORMAL, ("A", 2, 30)),
    ],
)
def test_a_lot_finds_its_plan_along_the_arrows(lot, level, aql, severity, expected):
    found = plan(lot, level, aql, severity)
    assert (found.letter, found.size, found.accept, found.reject) == (*expected, expected[2] + 1)
    assert not found.every_piece


def test_a_sample_as_large_as_the_lot_means_every_piece():
    assert plan(8, "II", "0.65") == Plan("F", 8, 0, every_piece=True)
    assert plan(13, "II", "1.0").size == 13
    assert every_piece(250) == Plan("", 250, 0, every_piece=True)


@pytest.mark.parametrize(
    ("lot", "level", "aql"), [(0, "II", "1.0"), (1, "II", "1.0"), (10, "IV", "1.0"), (10, "II", "1.1"), (10, "II", "1")]
)
def test_what_the_standard_has_no_plan_for_is_refused(lot, level, aql):
    with pytest.raises(NoPlan):
        plan(lot, level, aql)


def test_a_letter_that_the_table_does_not_have_is_refused():
    with pytest.raises(NoPlan):
        plan_of("S", "1.0", NORMAL)
    with pytest.raises(NoPlan):
        plan_of("S", "1.0", TIGHTENED)
    with pytest.raises(NoPlan):
        every_piece(0)


@given(st.integers(2, 2_000_000), st.sampled_from(LEVELS), st.sampled_from(AQLS), st.sampled_from(list(Severity)))
def test_every_lot_has_a_plan_that_is_no_larger_than_it(lot, level, aql, severity):
    found = plan(lot, level, aql, severity)
    assert 0 < found.size <= lot
    assert found.accept >= 0
    assert found.accepts(found.accept)
    assert not found.accepts(found.reject)


@given(st.integers(2, 2_000_000), st.sampled_from(LEVELS), st.sampled_from(AQLS))
def test_a_larger_lot_never_has_an_earlier_letter_and_severity_never_helps_a_bad_lot(lot, level, aql):
    assert letter_of(lot, level) <= letter_of(lot * 3, level)
    at = letter_of(lot, level)
    normal, tightened = plan_of(at, aql), plan_of(at, aql, TIGHTENED)
    assert normal.accept / normal.size >= tightened.accept / tightened.size
    assert plan_of(at, aql, REDUCED).size <= normal.size


@given(st.sampled_from(LETTERS), st.sampled_from(AQLS))
def test_the_plan_one_step_tighter_inspects_the_same_sample(letter, aql):
    found = plan_of(letter, aql)
    if found.accept >= 2:
        tighter = plan_of(found.letter, one_step_tighter(aql))
        assert tighter.size == found.size
        assert tighter.accept < found.accept


def test_only_up_to_ten_an_aql_may_be_a_share_of_pieces():
    assert [may_count_pieces(each) for each in ("0.010", "10", "15", "1000")] == [True, True, False, False]
    assert one_step_tighter("0.010") is None


def test_the_standard_can_be_cited_and_what_was_recalled_of_it_is_marked():
    assert cite(TABLES, "zh").startswith("《计数抽样检验程序 第1部分")
    assert not is_recalled(TABLES)
    assert is_recalled(RULES)


K = plan_of("K", "1.0")
GOOD, BAD = Inspected(K, "1.0", 0, may_be_reduced=True), Inspected(K, "1.0", 4)


def after(*lots, course=None):
    course = course or Course()
    for each in lots:
        course = course.after(each)
    return course


def test_two_refused_of_five_tighten_and_one_in_five_does_not():
    assert after(BAD, GOOD, GOOD, GOOD, BAD).severity is TIGHTENED
    assert after(BAD, GOOD, GOOD, GOOD, GOOD, BAD).severity is NORMAL
    assert after(BAD, BAD) == Course(TIGHTENED)


def test_five_good_lots_in_a_row_end_the_tightened_inspection():
    tightened = after(BAD, BAD)
    assert after(*[GOOD] * 4, course=tightened).severity is TIGHTENED
    assert after(*[GOOD] * 5, course=tightened) == Course()
    assert after(GOOD, GOOD, BAD, GOOD, GOOD, course=tightened).severity is TIGHTENED


def test_five_lots_refused_while_tightened_end_the_sampling_until_the_cause_is_put_right():
    ended = after(*[BAD, GOOD, GOOD] * 4, BAD, course=after(BAD, BAD))
    assert ended.ended
    with pytest.raises(ValueError, match="sampling has ended"):
        ended.after(GOOD)
    assert ended.put_right() == Course(TIGHTENED)


def test_ten_good_lots_reduce_the_inspection_where_production_is_steady():
    assert after(*[GOOD] * 9).score == 27
    assert after(*[GOOD] * 10).severity is REDUCED
    unsteady = Inspected(K, "1.0", 0)
    assert after(*[unsteady] * 12).severity is NORMAL
    assert after(*[unsteady] * 12).after(GOOD).severity is REDUCED


def test_a_lot_that_the_tighter_plan_would_refuse_takes_the_score_away():
    tight = Inspected(K, "1.0", 3, may_be_reduced=True)
    assert after(*[GOOD] * 5, tight).score == 0
    assert after(*[GOOD] * 5, tight).severity is NORMAL


def test_with_an_acceptance_number_of_none_or_one_each_lot_scores_two():
    nil = Inspected(plan_of("F", "0.65"), "0.65", 0, may_be_reduced=True)
    assert after(*[nil] * 14).score == 28
    assert after(*[nil] * 15).severity is REDUCED


def test_one_refused_lot_or_unsteady_production_ends_the_reduced_inspection():
    reduced = Course(REDUCED)
    assert after(GOOD, course=reduced) == reduced
    assert after(BAD, course=reduced) == Course()
    assert after(Inspected(K, "1.0", 0, is_steady=False), course=reduced) == Course()


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.booleans()), max_size=80))
def test_no_run_of_lots_goes_from_tightened_to_reduced_or_from_reduced_to_tightened_at_once(lots):
    course = Course()
    for failed, may, steady in lots:
        before = course
        if course.ended:
            course = course.put_right()
        else:
            course = course.after(Inspected(K, "1.0", failed, may_be_reduced=may, is_steady=steady))
        assert {before.severity, course.severity} != {TIGHTENED, REDUCED}
        assert course.score < 33 or course.severity is NORMAL
    assert course_of([]) == Course()
