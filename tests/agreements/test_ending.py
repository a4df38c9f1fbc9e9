"""What is settled when an entrustment ends, and how long its records are kept: 2024-38 (14), GMP 2025 art. 45."""

from datetime import date

import pytest

from agreements.duty_rules import duty_rule
from agreements.ending import BEFORE_THE_END, ENDING_POINTS, Released, keep_at_least_until
from agreements.sources import instrument


@pytest.mark.parametrize(
    ("batches", "until"),
    [
        ([], None),
        ([("2026-03-01", None)], "2028-03-01"),
        ([("2026-03-01", "2031-02-28")], "2031-02-28"),
        ([("2026-03-01", "2026-09-01")], "2028-03-01"),  # two years from release at least
        ([("2024-02-29", None), ("2025-02-28", None)], "2027-02-28"),
    ],
)
def test_records_are_kept_for_the_lifetime_and_two_years_from_release_at_least(batches, until):
    released = [Released(date.fromisoformat(on), date.fromisoformat(end) if end else None) for on, end in batches]

    assert keep_at_least_until(released) == (date.fromisoformat(until) if until else None)


def test_every_point_names_where_it_comes_from():
    for point in ENDING_POINTS.values():
        assert point.sources
        assert [each for each in point.sources if each.instrument != "HOUSE" and not instrument(each.instrument)] == []


@pytest.mark.parametrize("point", ["address-removed", "end-reported"])
def test_what_the_law_asks_after_the_end_is_met_by_its_point_and_only_by_it(point):
    rule = duty_rule(point)

    assert point not in BEFORE_THE_END
    assert rule.owes == {"registrant": "registrant", "manufacturer": "entrusted"}[ENDING_POINTS[point].owes]
    assert [(cue.event, cue.where["point"]) for cue in rule.met_by] == [("ending_line.settled", point)]
