"""Renewals: when a paper can be renewed, and what there is to tell of that on a day."""

from datetime import date, timedelta

import pytest

from agreements.clocks import months_after
from agreements.renewals import MOST_MONTHS, SAYS, renewal_days, renewal_news
from agreements.working_days import renewal_window

UNTIL = date(2026, 6, 22)
WINDOW = renewal_window(UNTIL)
LATEST = date(2025, 12, 22)
DAY = timedelta(days=1)


def test_a_licence_has_three_days_and_a_certificate_two_and_each_has_a_sentence():
    licence = [(each.name, each.on) for each in renewal_days("licence", UNTIL)]
    certificate = [(each.name, each.on) for each in renewal_days("certificate", UNTIL)]

    assert licence == [("opens", WINDOW.opens_on), ("closes", WINDOW.closes_on), ("ends", UNTIL)]
    assert certificate == [("closes", LATEST), ("ends", UNTIL)]
    for paper in ("licence", "certificate"):
        assert all(each.says for each in renewal_days(paper, UNTIL))


@pytest.mark.parametrize(
    ("paper", "on", "told"),
    [
        ("licence", WINDOW.opens_on - DAY, None),
        ("licence", WINDOW.opens_on, "licence-opens"),
        ("licence", WINDOW.closes_on - DAY, "licence-opens"),
        ("licence", WINDOW.closes_on, "licence-closes"),
        ("licence", WINDOW.closes_on + DAY, "licence-closed"),
        ("licence", UNTIL, "licence-closed"),
        ("licence", UNTIL + DAY, None),
        ("certificate", LATEST - DAY, None),
        ("certificate", LATEST, "certificate-closes"),
        ("certificate", LATEST + DAY, "certificate-closed"),
        ("certificate", UNTIL + DAY, None),
    ],
)
def test_of_what_has_come_the_last_is_told_and_late_is_what_came_after_the_last_day(paper, on, told):
    news = renewal_news(paper, UNTIL, on)

    assert (news and news.id) == told
    if news:
        assert news.id in SAYS
        assert news.is_late == (on > news.last_day)


@pytest.mark.parametrize("month", range(1, 13))
def test_nothing_is_told_earlier_than_the_worker_looks_ahead(month):
    until = date(2026, month, 28)

    days = [each.on for paper in ("licence", "certificate") for each in renewal_days(paper, until)]
    assert min(days) > months_after(until, -MOST_MONTHS)
