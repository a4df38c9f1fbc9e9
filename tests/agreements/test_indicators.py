"""The catalogue of indicators, and which meeting meets which duty."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agreements.docket import Docket
from agreements.duty_rules import Happening, duty_rule
from agreements.indicators import INDICATORS
from agreements.sources import cite

RULES = ("representatives-meet", "indicators-reviewed")
BEGAN = datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize("each", INDICATORS.values(), ids=lambda each: each.id)
def test_every_indicator_is_named_explained_and_sourced_in_both_languages(each):
    assert all((each.zh, each.en, each.of_zh, each.of_en))
    assert each.sources
    assert all(cite(source, "en") for source in each.sources)


def test_a_share_of_nothing_cannot_be_judged_and_a_number_can_be_none():
    share, number = INDICATORS["I-01"], INDICATORS["I-04"]

    assert not share.has_something({"part": 0, "whole": 0})
    assert share.has_something({"part": 0, "whole": 3})
    assert number.has_something({"part": 0})


@pytest.mark.parametrize(
    ("marks", "met"),
    [
        ({"state": "signed", "representatives": "both", "indicators": "reviewed"}, set(RULES)),
        ({"state": "signed", "representatives": "both", "indicators": "none"}, {"representatives-meet"}),
        ({"state": "signed", "representatives": "lacking", "indicators": "reviewed"}, {"indicators-reviewed"}),
        ({"state": "signed_by_registrant", "representatives": "both", "indicators": "reviewed"}, set()),
    ],
)
def test_a_signed_meeting_meets_the_duty_of_those_who_were_there_and_of_what_was_reviewed(marks, met):
    docket = Docket(map(duty_rule, RULES))
    begun = {"kind": "quality", "state": "signed"}
    list(docket.take(Happening("agreement.signed", BEGAN, "agreement", "entrustment", begun)))
    held = BEGAN + timedelta(days=60)

    told = marks | {"held_on": f"{held:%Y-%m-%d}"}
    changed = list(docket.take(Happening("meeting.signed", held, "meeting", "entrustment", told)))

    assert {each.rule.id for each in changed if each.met_at == held} == met
    assert {each.rule.id for each in changed if each.is_open} == met
