"""Escalation: a warning before the end, then one responsible person after the other until somebody sees to it."""

from datetime import UTC, datetime, timedelta

import pytest

from agreements.escalation import AHEAD, STEPS, steps_at
from agreements.reading import table
from workflows.powers import Power, Role

BEGAN = datetime(2026, 11, 1, 8, tzinfo=UTC)
DUE = datetime(2026, 12, 1, 16, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def told(moment, *, began=BEGAN, due=DUE, hours=False):
    return [each.id for each in steps_at(moment, started_at=began, due_at=due, counts_hours=hours)]


@pytest.mark.parametrize(
    ("after", "steps"),
    [
        (-8 * DAY, []),
        (-7 * DAY, ["nears"]),
        (-1 * DAY, ["last-day"]),
        (-HOUR, ["last-day"]),
        (0 * DAY, ["late"]),
        (1 * DAY, ["late", "other-side"]),
        (3 * DAY, ["late", "other-side", "legal-representative"]),
        (300 * DAY, ["late", "other-side", "legal-representative"]),
    ],
)
def test_a_duty_that_counts_days_warns_and_then_goes_up_step_by_step(after, steps):
    assert told(DUE + after) == steps


@pytest.mark.parametrize(
    ("after", "steps"),
    [
        (-5 * HOUR, []),
        (-4 * HOUR, ["nears"]),
        (-HOUR, ["last-day"]),
        (0 * HOUR, ["late"]),
        (HOUR, ["late", "other-side"]),
        (4 * HOUR, ["late", "other-side", "legal-representative"]),
    ],
)
def test_one_that_counts_hours_goes_up_by_the_hour(after, steps):
    assert told(DUE + after, hours=True) == steps


def test_a_warning_from_before_the_duty_began_is_left_out():
    assert told(DUE - 2 * DAY, began=DUE - 3 * DAY) == []
    assert told(DUE - HOUR, began=DUE - 3 * DAY) == ["last-day"]
    assert told(DUE - HOUR, began=DUE - 2 * HOUR) == []


def test_the_order_is_that_of_responsibility_and_nobody_stands_in_it_who_cannot_be():
    late = [each for each in STEPS if not each.warns]
    known = set(Power) | set(Role)

    assert [whom for each in late for whom in each.whom][1:] == [
        Role.MANAGEMENT_REPRESENTATIVE,
        Power.DUTY_KEEP,
        Role.LEGAL_REPRESENTATIVE,
    ]
    assert all(set(each.whom) <= known for each in STEPS)
    assert [each.days for each in STEPS] == sorted(each.days for each in STEPS)
    assert [each.hours for each in STEPS] == sorted(each.hours for each in STEPS)
    assert timedelta(days=7) == AHEAD


def test_it_says_that_no_law_asks_for_it():
    assert table("escalation")["sources"] == [{"instrument": "HOUSE", "article": ""}]
