"""When deadlines end: counted by hand in the calendars of 2024 to 2026, per Civil Code Art. 200 to 202."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.clocks import Clock, NaiveMoment, Unit, due_at
from agreements.deadlines import DEADLINES, deadline
from agreements.working_days import is_working_day, last_published_day

CHINA = ZoneInfo("Asia/Shanghai")


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("rule", "start", "due", "counted"),
    [
        ("AE-01", "2026-03-01 10:00", "2026-03-09 00:00", "the first day is not counted: 2 to 8 March"),
        ("AE-01", "2026-03-01 23:59", "2026-03-09 00:00", "late in the day is the same day"),
        ("AE-01", "2026-02-10 08:00", "2026-02-18 00:00", "ends within Spring Festival: no roll-over"),
        ("AE-01", "2026-09-24 08:00", "2026-10-02 00:00", "ends on National Day: no roll-over"),
        ("AE-02", "2026-02-10 08:00", "2026-03-03 00:00", "11 to 28 February are 18, then 1 and 2 March"),
        ("AE-02", "2024-02-10 08:00", "2024-03-02 00:00", "a leap year: 11 to 29 February are 19, then 1 March"),
        ("AE-06", "2026-02-16 22:30", "2026-02-17 10:30", "hours run through the eve of Spring Festival"),
        ("AE-07", "2026-12-31 18:15", "2027-01-01 18:15", "hours run into an unpublished year without doubt"),
        ("AE-08", "2026-12-31 18:15", "2026-12-31 18:15", "at once"),
        ("AE-13", "2026-07-01 00:00", "2026-08-31 00:00", "July has 31: 30 of them, then 30 of August"),
        ("RC-01", "2026-10-01 09:00", "2026-10-03 00:00", "the day after, holiday or not"),
        ("RC-05", "2026-02-13 09:00", "2026-02-28 00:00", "the make-up Saturday 14, 15 to 23 free, 24 to 27"),
        (
            "RC-05",
            "2026-09-28 09:00",
            "2026-10-11 00:00",
            "29, 30; 8, 9 October and the make-up Saturday 10",
        ),
        (
            "RC-05",
            "2026-04-30 09:00",
            "2026-05-12 00:00",
            "6 to 8 May, the make-up Saturday 9, Monday 11",
        ),
        ("PR-02", "2026-06-22 00:00", "2026-02-04 00:00", "the window opens as its 90th day begins"),
        ("PR-03", "2026-06-22 00:00", "2026-05-10 00:00", "and closes as its 30th, the make-up Saturday 9 May, ends"),
        ("PR-09", "2025-01-01 00:00", "2026-04-01 00:00", "31 March of the year after"),
        ("PR-09", "2025-12-31 23:00", "2026-04-01 00:00", "the same for the last hour of the year"),
        ("PR-13", "2025-11-30 12:00", "2026-03-01 00:00", "February has no 30th: its last day"),
        ("PR-14", "2024-02-29 12:00", "2025-03-01 00:00", "no 29 February: the 28th"),
        ("PR-15", "2025-11-22 12:00", "2026-11-23 00:00", "the same day of the next year"),
        ("RG-02", "2026-08-31 00:00", "2026-03-01 00:00", "six months before: the last of February"),
        ("RC-10", "2021-06-30 00:00", "2026-07-01 00:00", "five years"),
    ],
)
def test_a_deadline_ends_where_the_count_by_hand_says(rule, start, due, counted):
    found = deadline(rule).due(moment(start))

    assert found.at == moment(due), counted
    assert not found.provisional


def test_working_days_into_an_unpublished_year_are_provisional_and_weekends_are_still_not_counted():
    year = last_published_day().year
    found = deadline("PR-11").due(datetime(year, 12, 31, 9, tzinfo=CHINA))

    assert found.provisional
    assert found.at.year == year + 1
    assert (found.at - timedelta(days=1)).weekday() < 5


def test_working_days_of_another_country_are_provisional_since_its_holidays_are_not_kept():
    assert deadline("US-02").due(moment("2026-03-02 09:00")).provisional
    assert not deadline("US-01").due(moment("2026-03-02 09:00")).provisional


def test_days_are_those_of_the_zone_in_which_the_moment_is_told():
    here = deadline("AE-01").due(moment("2026-03-02 01:00")).at
    in_greenwich = deadline("AE-01").due(moment("2026-03-02 01:00").astimezone(UTC)).at

    assert here.isoformat() == "2026-03-10T00:00:00+08:00"
    assert in_greenwich.isoformat() == "2026-03-09T00:00:00+00:00"


def test_hours_are_real_hours_where_the_clocks_change():
    berlin = ZoneInfo("Europe/Berlin")
    due = due_at(datetime(2026, 3, 28, 20, tzinfo=berlin), Clock(12, Unit.HOUR)).at

    assert due == datetime(2026, 3, 29, 9, tzinfo=berlin)


def test_a_moment_without_a_zone_has_no_days():
    with pytest.raises(NaiveMoment):
        due_at(datetime(2026, 3, 1), Clock(7, Unit.CALENDAR_DAY))  # noqa: DTZ001  the missing zone is the matter


def test_what_the_law_does_not_count_has_no_end():
    uncounted = {each.id for each in DEADLINES.values() if each.due(moment("2026-03-01 10:00")) is None}

    assert uncounted == {"AE-03", "RC-06", "PR-07", "RG-04", "RT-01", "RT-02", "RT-03"}


@given(
    start=st.integers(0, 16 * 365 * 24).map(lambda hours: moment("2010-01-01 00:00") + timedelta(hours=hours)),
    unit=st.sampled_from(Unit),
    length=st.integers(0, 200),
)
def test_a_longer_clock_never_ends_earlier_and_the_last_day_is_in_time(start, unit, length):
    shorter, longer = (due_at(start, Clock(count, unit)) for count in (length, length + 1))

    assert start <= shorter.at <= longer.at
    assert shorter.last_day >= start.date() or length == 0


@given(start=st.dates(date(2010, 1, 1), date(2026, 6, 1)), length=st.integers(1, 100))
def test_the_last_of_counted_working_days_is_worked(start, length):
    due = due_at(datetime(start.year, start.month, start.day, 12, tzinfo=CHINA), Clock(length, Unit.WORKING_DAY))

    assert due.provisional or is_working_day(due.last_day)
