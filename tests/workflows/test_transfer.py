"""A design transfer: handed over item by item, tried step by step, signed by both sides, whichever signs first."""

import pytest

from tests.workflows.weighing import EVERY_POWER, NOW, Lacking, checks_of, codes, weigh, without
from workflows.engine import Side, weigh_opening
from workflows.powers import Power
from workflows.transfer import TRANSFER, TRANSFER_GAP, GapFacts, TransferFacts
from workflows.transferring import AMEND, GIVE, LIST, NOTE_GAP, OPEN_TRANSFER, RECEIVE, STRIKE, TRAIN, TRY

READY = TransferFacts(
    entrustment_is_open=True,
    steps=6,
    papers=3,
    not_given=0,
    not_received=0,
    trainings=1,
    uncovered=0,
    first_uncovered="",
    trials_unrecorded=0,
    open_gaps=0,
)
LACKING: Lacking = {
    "entrustment-open": ({"entrustment_is_open": False}, {"entrustment-open"}),
    "steps-named": ({"steps": 0}, {"steps-named", "steps-tried"}),
    "papers-listed": ({"papers": 0}, {"papers-listed"}),
    "items-given": ({"not_given": 1}, {"items-given"}),
    "items-received": ({"not_received": 1}, {"items-received"}),
    "people-trained": ({"trainings": 0}, {"people-trained"}),
    "steps-tried": ({"uncovered": 1, "first_uncovered": "cleaning"}, {"steps-tried"}),
    "trials-recorded": ({"trials_unrecorded": 1}, {"trials-recorded"}),
    "gaps-closed": ({"open_gaps": 1}, {"gaps-closed"}),
}
SIGNED = [move.name for move in TRANSFER.transitions if move.signature]
WRITTEN = {
    AMEND: {"preparing"},
    LIST: {"preparing"},
    STRIKE: {"preparing"},
    GIVE: {"preparing"},
    RECEIVE: {"handed_over"},
    TRY: {"handed_over"},
    TRAIN: {"preparing", "handed_over"},
    NOTE_GAP: {"preparing", "handed_over", "trialled"},
}


@pytest.mark.parametrize("move", [move.name for move in TRANSFER.transitions])
def test_when_nothing_is_missing_it_may_happen(move):
    assert weigh(TRANSFER, move, READY).allowed


@pytest.mark.parametrize(("move", "code"), checks_of(*TRANSFER.transitions))
def test_one_missing_thing_is_enough_and_names_itself(move, code):
    facts, named = without(READY, LACKING, code)

    decision = weigh(TRANSFER, move, facts)

    assert not decision.allowed
    assert codes(decision.unmet) == named & codes(decision.findings)
    assert code in codes(decision.unmet)


@pytest.mark.parametrize("first", ["registrant", "manufacturer"])
def test_it_is_signed_by_both_whichever_signs_first(first):
    second = {"registrant": "manufacturer", "manufacturer": "registrant"}[first]
    begun, done = TRANSFER.transition(f"{first}_signs"), TRANSFER.transition(f"{second}_countersigns")

    assert (begun.sources, begun.target) == ({"trialled"}, f"signed_by_{first}")
    assert (done.sources, done.target) == ({begun.target}, "signed")
    assert {begun.side, done.side} == {Side.REGISTRANT, Side.MANUFACTURER}


@pytest.mark.parametrize("move", SIGNED)
def test_each_side_signs_for_itself_and_asks_everything_again(move):
    declared = TRANSFER.transition(move)

    for side in (None, *Side):
        assert weigh(TRANSFER, move, READY, side=side).allowed is (side is declared.side)
    assert {"steps-tried", "items-received", "people-trained", "gaps-closed"} <= {c.code for c in declared.checks}
    assert not weigh(TRANSFER, move, READY, powers=EVERY_POWER - {Power.TRANSFER_SIGN}).allowed


def test_nobody_signs_alone():
    assert not [move.name for move in TRANSFER.transitions if move.target == "signed" and move.sources & {"trialled"}]


@pytest.mark.parametrize("state", ["signed", "withdrawn", "ended"])
def test_what_is_signed_or_given_up_is_not_taken_back(state):
    assert not weigh(TRANSFER, "take_back", READY, state=state).allowed


@pytest.mark.parametrize("deed", WRITTEN, ids=lambda deed: deed.name)
def test_what_may_be_written_depends_on_how_far_it_has_come(deed):
    for state in TRANSFER.states:
        asked = {"powers": EVERY_POWER, "side": deed.side or Side.REGISTRANT, "on": NOW}
        assert weigh_opening(deed, state.name, **asked).allowed is (state.name in WRITTEN[deed])


def test_one_transfer_of_a_product_is_under_way_at_a_time():
    asked = {"powers": EVERY_POWER, "side": Side.REGISTRANT, "on": NOW}

    assert weigh_opening(OPEN_TRANSFER, False, **asked).allowed
    assert not weigh_opening(OPEN_TRANSFER, True, **asked).allowed


@pytest.mark.parametrize("mine", [True, False])
def test_a_gap_is_closed_by_the_side_that_owns_it_and_says_how(mine):
    assert weigh(TRANSFER_GAP, "close", GapFacts(mine=mine)).allowed is mine
    assert TRANSFER_GAP.transition("close").reason
