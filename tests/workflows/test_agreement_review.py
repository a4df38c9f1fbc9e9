"""The yearly review of an agreement: every clause judged by both sides, nothing lacking left without an amendment."""

import pytest

from tests.workflows.weighing import EVERY_POWER, NOW, Lacking, checks_of, codes, weigh, without
from workflows.agreement_review import AGREEMENT_REVIEW, BEGIN_REVIEW, JUDGE_LINES, BeginFacts, ReviewFacts
from workflows.engine import Side, weigh_opening
from workflows.powers import Power

READY = ReviewFacts(
    entrustment_is_open=True,
    agreement_in_force=True,
    open_to_registrant=0,
    first_of_registrant="",
    open_to_manufacturer=0,
    first_of_manufacturer="",
    unamended=0,
    first_unamended="",
)
LACKING: Lacking = {
    "judged-by-registrant": (
        {"open_to_registrant": 1, "first_of_registrant": "QA-01"},
        {"judged-by-registrant"},
    ),
    "judged-by-manufacturer": (
        {"open_to_manufacturer": 2, "first_of_manufacturer": "QA-02"},
        {"judged-by-manufacturer"},
    ),
    "lacking-amended": ({"unamended": 1, "first_unamended": "QA-33"}, {"lacking-amended"}),
    "reviewed-in-force": ({"agreement_in_force": False}, {"reviewed-in-force"}),
    "entrustment-open": ({"entrustment_is_open": False}, {"entrustment-open"}),
}
SIGNING = [move for move in AGREEMENT_REVIEW.transitions if move.signature]
BEGINNING = BeginFacts(entrustment_is_open=True, agreement_in_force=True, underway="")


@pytest.mark.parametrize("move", SIGNING, ids=lambda move: move.name)
def test_each_side_signs_for_itself_when_nothing_is_lacking(move):
    assert move.power is Power.AGREEMENT_SIGN
    for side in Side:
        assert weigh(AGREEMENT_REVIEW, move.name, READY, side=side).allowed is (side is move.side)


@pytest.mark.parametrize(("move", "code"), checks_of(*SIGNING))
def test_one_thing_lacking_refuses_the_signature_and_is_named(move, code):
    facts, named = without(READY, LACKING, code)

    decision = weigh(AGREEMENT_REVIEW, move, facts)

    assert not decision.allowed
    assert codes(decision.unmet) == named


def test_it_takes_two_signatures_of_two_sides_to_hold_the_review():
    into = [move for move in AGREEMENT_REVIEW.transitions if move.target == "signed"]

    assert {(move.side, *move.sources) for move in into} == {
        (Side.REGISTRANT, "signed_by_manufacturer"),
        (Side.MANUFACTURER, "signed_by_registrant"),
    }


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({}, set()),
        ({"agreement_in_force": False}, {"agreement-in-force"}),
        ({"underway": "AR-2026-01"}, {"no-review-underway"}),
        ({"entrustment_is_open": False}, {"entrustment-open"}),
    ],
)
def test_a_review_is_begun_of_an_agreement_in_force_and_one_at_a_time(changes, named):
    facts = BeginFacts(**{**{name: getattr(BEGINNING, name) for name in BEGINNING.__slots__}, **changes})

    decision = weigh_opening(BEGIN_REVIEW, facts, powers=EVERY_POWER, side=Side.MANUFACTURER, on=NOW)

    assert codes(decision.unmet) == named


@pytest.mark.parametrize("state", AGREEMENT_REVIEW.states, ids=lambda state: state.name)
def test_nothing_is_judged_any_more_once_a_side_has_signed(state):
    asked = {"powers": EVERY_POWER, "side": Side.REGISTRANT, "on": NOW}

    assert weigh_opening(JUDGE_LINES, state.name, **asked).allowed is (state.name == "drafted")
