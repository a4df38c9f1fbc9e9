"""A lot is accepted by its sample or piece by piece, and how severely follows from the lots decided before."""

from datetime import UTC, datetime, timedelta

import pytest

from agreements.inspection_plans import EVERY_PIECE, SAMPLED, Asked, By, Lot, Verdict, judge
from agreements.sampling import Severity

DAY = datetime(2026, 11, 2, 8, tzinfo=UTC)
# 200 pieces at level II: letter G, 32 pieces; AQL 2.5 accepts two, tightened one.
ASKED = Asked(SAMPLED, "II", "2.5")


def lot(day, inspected=32, failing=(), size=200, **more):
    """Inspected on that day, one piece a minute."""
    began = DAY + timedelta(days=day)
    at = {rank: began + timedelta(minutes=rank) for rank in range(1, inspected + 1)}
    return Lot(size, inspected, failing, at, began if inspected else None, **more)


def verdicts(asked, *lots, put_right=()):
    return [(each.verdict, each.severity) for each in judge(asked, lots, put_right)]


GOOD, BAD = (), (1, 2, 3)


@pytest.mark.parametrize(
    ("inspected", "failing", "verdict", "by"),
    [
        (0, (), Verdict.OPEN, None),
        (31, (1, 2), Verdict.OPEN, None),
        (32, (1, 32), Verdict.ACCEPTED, By.SAMPLE),
        (3, (1, 2, 3), Verdict.REFUSED, None),
        (40, (1, 2, 33), Verdict.ACCEPTED, By.SAMPLE),
        (40, (1, 2, 32), Verdict.REFUSED, None),
    ],
)
def test_a_sample_decides_as_soon_as_it_is_whole_or_too_many_of_it_fail(inspected, failing, verdict, by):
    (found,) = judge(ASKED, [lot(0, inspected, failing)])
    assert (found.plan.letter, found.plan.size, found.plan.accept, found.plan.reject) == ("G", 32, 2, 3)
    assert (found.verdict, found.by) == (verdict, by)


def test_a_lot_not_accepted_passes_piece_by_piece_or_by_what_the_registrant_decided():
    sorted_out = lot(0, 200, BAD)
    assert judge(ASKED, [sorted_out])[0].by is By.EVERY_PIECE
    assert judge(ASKED, [lot(0, 200, BAD, unsettled=1)])[0].verdict is Verdict.REFUSED
    assert judge(ASKED, [lot(0, 32, BAD, conceded=True)])[0].by is By.DISPOSITION
    assert judge(ASKED, [lot(0, 10, (), conceded=True)])[0].verdict is Verdict.OPEN


def test_where_every_piece_is_inspected_none_is_left_out_and_what_fails_is_settled():
    asked = Asked(EVERY_PIECE)
    lots = [lot(0, 199), lot(0, 200), lot(0, 200, (7,), unsettled=1), lot(0, 200, (7,)), lot(0, 3, (), conceded=True)]
    assert [each for each, _ in verdicts(asked, *lots)] == [
        Verdict.OPEN,
        Verdict.ACCEPTED,
        Verdict.REFUSED,
        Verdict.ACCEPTED,
        Verdict.OPEN,
    ]


def test_a_single_piece_has_no_sampling_plan_and_is_inspected():
    assert judge(ASKED, [lot(0, 1, size=1)])[0].plan.every_piece


def test_two_lots_refused_tighten_the_next_whatever_order_they_are_asked_in():
    lots = [lot(5, 32, (1, 2)), lot(0, 32, BAD), lot(1, 32, BAD)]
    assert verdicts(ASKED, *lots) == [
        (Verdict.REFUSED, Severity.TIGHTENED),
        (Verdict.REFUSED, Severity.NORMAL),
        (Verdict.REFUSED, Severity.NORMAL),
    ]


def test_what_is_decided_later_does_not_change_the_plan_of_a_lot_already_begun():
    slow = Lot(200, 3, BAD, dict.fromkeys((1, 2, 3), DAY + timedelta(days=9)), DAY)
    lots = [slow, lot(1, 32, BAD), lot(2, 32, GOOD), lot(10, 32, GOOD), lot(0, 0)]
    assert [severity for _, severity in verdicts(ASKED, *lots)] == [
        Severity.NORMAL,
        Severity.NORMAL,
        Severity.NORMAL,
        Severity.TIGHTENED,
        Severity.TIGHTENED,
    ]


def test_an_open_lot_says_nothing_about_the_next():
    assert verdicts(ASKED, lot(0, 5, (1, 2)), lot(1, 5, (1, 2)), lot(2))[-1] == (Verdict.ACCEPTED, Severity.NORMAL)


def test_only_where_both_sides_approved_it_do_good_lots_reduce_the_inspection():
    lots = [lot(day, 50) for day in range(20)]
    assert verdicts(ASKED, *lots)[-1] == (Verdict.ACCEPTED, Severity.NORMAL)
    reducing = Asked(SAMPLED, "II", "2.5", may_be_reduced=True)
    assert verdicts(reducing, *lots)[-1] == (Verdict.ACCEPTED, Severity.REDUCED)
    assert judge(reducing, lots)[-1].plan.size == 13


def test_five_refused_while_tightened_end_the_sampling_until_the_cause_is_put_right():
    bad = [lot(day, 32, BAD) for day in range(7)]
    after = lot(8, 32)
    ended = judge(ASKED, [*bad, after])[-1]
    assert (ended.ended, ended.plan.every_piece, ended.verdict) == (True, True, Verdict.OPEN)
    early, late = DAY + timedelta(days=3), DAY + timedelta(days=7)
    assert judge(ASKED, [*bad, after], [early])[-1].ended
    assert verdicts(ASKED, *bad, after, put_right=[early, late])[-1] == (Verdict.ACCEPTED, Severity.TIGHTENED)
