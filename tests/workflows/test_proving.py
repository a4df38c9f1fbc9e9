"""How calibrations and validations stand on a day: missing, failed, overdue or in date, and nothing else."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.proving import CALIBRATION, Proof, Standing, needed, standing

DAY = date(2026, 11, 23)
A_DAY = timedelta(days=1)
DAYS = st.dates(DAY - 400 * A_DAY, DAY + 400 * A_DAY)
PROOFS = st.lists(
    st.builds(
        lambda kind, done_on, lasts, passed: Proof(kind, done_on, lasts and done_on + lasts * A_DAY, passed),
        st.sampled_from([CALIBRATION, "iq", "pq"]),
        DAYS,
        st.none() | st.integers(1, 400),
        st.booleans(),
    )
)


def calibrated(days_ago, lasts=365, *, passed=True):
    done_on = DAY - days_ago * A_DAY
    return Proof(CALIBRATION, done_on, lasts and done_on + lasts * A_DAY, passed)


@pytest.mark.parametrize(
    ("proofs", "stands"),
    [
        ([], "missing"),
        ([Proof("iq", DAY, None, passed=True)], "missing"),
        ([calibrated(-1)], "missing"),
        ([calibrated(0)], "good"),
        ([calibrated(365)], "good"),
        ([calibrated(366)], "overdue"),
        ([calibrated(400), calibrated(10)], "good"),
        ([calibrated(10, passed=False)], "failed"),
        ([calibrated(20), calibrated(10, passed=False)], "failed"),
        ([calibrated(20, passed=False), calibrated(10)], "good"),
        ([calibrated(10), calibrated(10, passed=False)], "failed"),
        ([calibrated(30, lasts=None)], "good"),
    ],
)
def test_the_newest_proof_of_the_kind_up_to_the_day_decides(proofs, stands):
    assert standing(proofs, CALIBRATION, DAY) == stands
    assert standing(proofs[::-1], CALIBRATION, DAY) == stands


@given(PROOFS, DAYS)
def test_what_came_after_a_day_changes_nothing_of_it(proofs, on):
    before = [each for each in proofs if each.done_on <= on]
    assert standing(proofs, CALIBRATION, on) is standing(before, CALIBRATION, on)


@given(PROOFS, DAYS)
def test_nothing_is_in_date_without_a_proof_that_passed_and_reaches_that_day(proofs, on):
    if standing(proofs, "pq", on) is Standing.GOOD:
        assert any(
            each.kind == "pq" and each.passed and each.done_on <= on and (each.due_on is None or on <= each.due_on)
            for each in proofs
        )


def test_what_has_to_be_proven_follows_from_what_it_is():
    assert needed(calibration=False, validation=False) == ()
    assert needed(calibration=True, validation=True) == ("calibration", "iq", "oq", "pq")
