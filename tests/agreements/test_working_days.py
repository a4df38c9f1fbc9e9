"""Working days of 2026 as published, the renewal window of Order 53 Art. 17, and refusal beyond the calendar."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.working_days import (
    BeyondCalendar,
    add_working_days,
    is_working_day,
    last_published_day,
    renewal_window,
    working_days_between,
)

known_days = st.dates(date(2005, 1, 1), date(2026, 6, 30))


@pytest.mark.parametrize("day", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"])
def test_the_make_up_days_of_2026_are_worked_although_they_are_weekends(day):
    assert date.fromisoformat(day).weekday() >= 5
    assert is_working_day(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2026-01-01", "2026-02-17", "2026-04-06", "2026-05-01", "2026-06-19", "2026-10-01"])
def test_the_public_holidays_of_2026_are_not_worked_although_they_are_weekdays(day):
    assert date.fromisoformat(day).weekday() < 5
    assert not is_working_day(date.fromisoformat(day))


def test_counting_leaves_out_the_first_day_and_jumps_the_national_holiday():
    assert add_working_days(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert add_working_days(date(2026, 10, 8), -1) == date(2026, 9, 30)
    assert add_working_days(date(2026, 10, 3), 0) == date(2026, 10, 3)
    assert working_days_between(date(2026, 9, 30), date(2026, 10, 8)) == 1
    assert working_days_between(date(2026, 10, 8), date(2026, 10, 8)) == 0
    assert working_days_between(date(2026, 10, 8), date(2026, 9, 30)) == -1


def test_beyond_the_published_year_there_is_no_answer():
    last = last_published_day()

    for ask in (
        lambda: is_working_day(last + timedelta(days=1)),
        lambda: add_working_days(last, 1),
        lambda: working_days_between(last, last + timedelta(days=1)),
        lambda: is_working_day(date(2003, 12, 31)),
    ):
        with pytest.raises(BeyondCalendar):
            ask()


def test_the_renewal_window_is_open_from_the_ninetieth_to_the_thirtieth_working_day_before_the_end():
    end = date(2026, 6, 30)
    window = renewal_window(end)

    assert window.certain
    assert working_days_between(window.opens_on, end) == 90
    assert working_days_between(window.closes_on, end) == 30
    assert window.state_on(window.opens_on - timedelta(days=1)) == "not-yet"
    assert window.state_on(window.opens_on) == "open"
    assert window.state_on(window.closes_on) == "open"
    assert window.state_on(window.closes_on + timedelta(days=1)) == "closed"


def test_a_renewal_window_counted_by_hand():
    # June 14; May 29 to the make-up Saturday 05-09: 16, so 30; May 8 to 6: 3; April 21; March 22;
    # 02-28 and 02-27 to 24: 5; the make-up Saturday 02-14 and 02-13 to 09: 6; then 02-06, 02-05 and 02-04.
    window = renewal_window(date(2026, 6, 22))

    assert (window.opens_on, window.closes_on) == (date(2026, 2, 4), date(2026, 5, 9))


@pytest.mark.parametrize("years", [1, 2, 10])
def test_a_window_in_an_unpublished_year_is_shown_as_provisional(years):
    window = renewal_window(date(last_published_day().year + years, 6, 30))

    assert not window.certain
    assert window.opens_on < window.closes_on


@given(known_days, st.integers(1, 60))
def test_adding_and_counting_agree(day, count):
    reached = add_working_days(day, count)

    assert is_working_day(reached)
    assert working_days_between(day, reached) == count
