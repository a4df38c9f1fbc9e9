"""An agreement: offered in versions, signed by both sides, in force only then."""

from dataclasses import replace

import pytest

from tests.workflows.weighing import EVERY_POWER, NOW, Lacking, checks_of, codes, weigh, without
from workflows.agreement import AGREEMENT, AgreementFacts
from workflows.engine import Side
from workflows.powers import Power

READY = AgreementFacts(
    entrustment_is_open=True,
    has_working_version=True,
    unsettled=0,
    first_unsettled="",
    end_known=True,
    beyond_days=0,
    end_on="2028-06-21",
    verdict_favourable_today=True,
)
LACKING: Lacking = {
    "clauses-settled": ({"unsettled": 3, "first_unsettled": "QA-07"}, {"clauses-settled"}),
    "has-working-version": ({"has_working_version": False}, {"has-working-version"}),
    "within-term": ({"beyond_days": 10}, {"within-term"}),
    "entrustment-open": ({"entrustment_is_open": False}, {"entrustment-open"}),
    "verdict-of-today": ({"verdict_favourable_today": False}, {"verdict-of-today"}),
}
SIGNING = [move for move in AGREEMENT.transitions if move.signature]


@pytest.mark.parametrize("move", [move.name for move in AGREEMENT.transitions])
def test_when_nothing_is_missing_it_may_happen(move):
    assert weigh(AGREEMENT, move, READY).allowed


@pytest.mark.parametrize(("move", "code"), checks_of(*AGREEMENT.transitions))
def test_one_missing_thing_is_enough_and_names_itself(move, code):
    facts, named = without(READY, LACKING, code)

    decision = weigh(AGREEMENT, move, facts)

    assert not decision.allowed
    assert codes(decision.unmet) == named


@pytest.mark.parametrize("move", AGREEMENT.transitions, ids=lambda move: move.name)
def test_without_its_power_a_move_is_not_allowed(move):
    assert not weigh(AGREEMENT, move.name, READY, powers=EVERY_POWER - {move.power}).allowed


@pytest.mark.parametrize("move", SIGNING, ids=lambda move: move.name)
def test_each_side_signs_for_itself_alone(move):
    for side in (None, *Side):
        assert weigh(AGREEMENT, move.name, READY, side=side).allowed is (side is move.side)
    assert move.power is Power.AGREEMENT_SIGN


def test_it_takes_a_signature_of_each_side_to_be_signed():
    last = [move for move in AGREEMENT.transitions if move.target == "signed"]

    for move in last:
        (before,) = [each for each in AGREEMENT.transitions if each.target in move.sources]
        assert {move.side, before.side} == {Side.REGISTRANT, Side.MANUFACTURER}
        assert move.signature
        assert before.signature


def test_a_side_that_has_signed_does_not_sign_again():
    for signed, side in (("signed_by_registrant", Side.REGISTRANT), ("signed_by_manufacturer", Side.MANUFACTURER)):
        open_to = AGREEMENT.ways_on(state=signed, facts=READY, powers=EVERY_POWER, side=side, on=NOW)
        assert [each.transition.name for each in open_to] == ["revise"]


def test_an_end_that_is_not_known_holds_the_signature():
    (finding,) = weigh(AGREEMENT, "registrant_signs", replace(READY, end_known=False)).unmet

    assert (finding.code, finding.met) == ("within-term", None)


def test_the_term_says_by_how_much_it_is_passed():
    (finding,) = weigh(AGREEMENT, "offer", replace(READY, beyond_days=10)).unmet

    assert str(finding.fact) == "The wished end is 10 days past 2028-06-21, the last day the law allows."


def test_what_is_signed_by_both_or_withdrawn_stays():
    for state in ("signed", "withdrawn"):
        assert not any(state in move.sources for move in AGREEMENT.transitions)
