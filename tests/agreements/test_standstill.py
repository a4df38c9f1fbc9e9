"""When production has stood still for a full year, and which products are similar: Order 53 art. 43."""

from datetime import date

import pytest

from agreements.standstill import are_similar, stands_still


@pytest.mark.parametrize(
    ("last", "first", "still"),
    [
        ("2025-11-23", "2026-11-23", False),  # the year ends with this day
        ("2025-11-23", "2026-11-24", True),
        ("2024-02-29", "2025-02-28", False),  # no such day next year: the last of the month
        ("2024-02-29", "2025-03-01", True),
        ("2026-11-20", "2026-11-23", False),
        ("2026-11-24", "2026-11-23", False),
    ],
)
def test_a_full_year_lies_between_the_last_day_and_the_first(last, first, still):
    assert stands_still(date.fromisoformat(last), date.fromisoformat(first)) is still


@pytest.mark.parametrize(
    ("one", "other", "similar"),
    [
        ("13-01-01", "13-01-04", True),
        ("13-01", "13-01-04", True),
        ("13-01-01", "13-03-01", False),
        ("13", "13-01-01", False),  # too short to tell
        (None, "13-01-01", False),
        (None, None, False),
    ],
)
def test_similar_is_what_stands_in_the_same_first_level_category(one, other, similar):
    assert are_similar(one, other) is similar
    assert are_similar(other, one) is similar
