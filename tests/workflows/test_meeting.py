"""Meetings of the representatives: what the minutes lack before they are put up, and who signs them."""

import pytest

from tests.workflows.weighing import EVERY_POWER, NOW, Lacking, checks_of, codes, weigh, without
from workflows.engine import Side, weigh_opening
from workflows.meeting import MEETING, CallFacts, MinutesFacts
from workflows.minuting import CALL, DEEDS
from workflows.powers import Power

READY = MinutesFacts(
    entrustment_is_open=True,
    meets_on="2026-11-20",
    day_reached=True,
    attended_registrant=True,
    attended_manufacturer=True,
    minuted=True,
    unfollowed=0,
    reviews_indicators=True,
    unjudged=0,
    first_unjudged="",
    unfounded=0,
    first_unfounded="",
    undecided=0,
    first_undecided="",
    counted=True,
)
LACKING: Lacking = {
    "entrustment-open": ({"entrustment_is_open": False}, {"entrustment-open"}),
    "meeting-day-reached": ({"day_reached": False}, {"meeting-day-reached"}),
    "registrant-attendance": ({"attended_registrant": False}, {"registrant-attendance"}),
    "manufacturer-attendance": ({"attended_manufacturer": False}, {"manufacturer-attendance"}),
    "minutes-written": ({"minuted": False}, {"minutes-written"}),
    "decisions-followed": ({"unfollowed": 2}, {"decisions-followed"}),
    "indicators-judged": ({"unjudged": 1, "first_unjudged": "I-03"}, {"indicators-judged"}),
    "indicators-counted": ({"unfounded": 1, "first_unfounded": "I-06"}, {"indicators-counted"}),
    "indicators-answered": ({"undecided": 1, "first_undecided": "I-01"}, {"indicators-answered"}),
    "figures-current": ({"counted": False}, {"figures-current"}),
}
SIGNING = [move for move in MEETING.transitions if move.signature]


@pytest.mark.parametrize(("move", "code"), checks_of(*MEETING.transitions))
def test_one_thing_lacking_refuses_the_move_and_is_named(move, code):
    facts, named = without(READY, LACKING, code)

    decision = weigh(MEETING, move, facts)

    assert not decision.allowed
    assert codes(decision.unmet) == named


@pytest.mark.parametrize("move", SIGNING, ids=lambda move: move.name)
def test_each_side_signs_the_minutes_for_itself(move):
    assert move.power is Power.AGREEMENT_SIGN
    for side in Side:
        assert weigh(MEETING, move.name, READY, side=side).allowed is (side is move.side)


def test_it_takes_two_signatures_of_two_sides_and_what_both_signed_is_final():
    into = [move for move in MEETING.transitions if move.target == "signed"]

    assert {(move.side, *move.sources) for move in into} == {
        (Side.REGISTRANT, "signed_by_manufacturer"),
        (Side.MANUFACTURER, "signed_by_registrant"),
    }
    assert MEETING.state("signed").final


def test_a_meeting_is_cancelled_only_before_it_is_held_and_always_with_a_reason():
    cancel = MEETING.transition("cancel")

    assert cancel.sources == {"called"}
    assert cancel.reason


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({}, set()),
        ({"underway": "MT-2026-001"}, {"no-meeting-underway"}),
        ({"entrustment_is_open": False}, {"entrustment-open"}),
    ],
)
def test_either_side_calls_a_meeting_once_the_one_before_is_settled(changes, named):
    facts = CallFacts(**{"entrustment_is_open": True, "underway": ""} | changes)

    for side in (Side.REGISTRANT, Side.MANUFACTURER):
        decision = weigh_opening(CALL, facts, powers=EVERY_POWER, side=side, on=NOW)
        assert codes(decision.unmet) == named


@pytest.mark.parametrize("state", MEETING.states, ids=lambda state: state.name)
def test_nothing_is_written_about_a_meeting_once_its_minutes_are_put_up(state):
    asked = {"powers": EVERY_POWER, "side": Side.MANUFACTURER, "on": NOW}
    open_to = {deed.name for deed in DEEDS if weigh_opening(deed, state.name, **asked).allowed}

    assert open_to == {
        "called": {"amend", "attend", "follow"},
        "held": {"attend", "follow", "write", "judge"},
    }.get(state.name, set())
