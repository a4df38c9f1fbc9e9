"""The checklist of an end: each point settled by whose it is, and two signatures under what comes before the end."""

import pytest

from tests.workflows.weighing import EVERY_POWER, NOW, Lacking, checks_of, codes, weigh, without
from workflows.ending import DRAW_UP, ENDING, ENDING_LINE, WRITE_LINE, DrawUpFacts, EndingFacts, LineFacts
from workflows.engine import Side, weigh_opening
from workflows.powers import Power
from workflows.words import Said

SETTLEABLE = LineFacts(mine=True, list_open=True, unsettled=True, written=True, objection=None)
LACKING: Lacking = {
    "point-mine": ({"mine": False}, {"point-mine"}),
    "checklist-open": ({"list_open": False}, {"checklist-open"}),
    "settlement-written": ({"written": False}, {"settlement-written"}),
    "records-agree": ({"objection": Said("Batches on their way: 1.")}, {"records-agree"}),
}
SIGNING = [move for move in ENDING.transitions if move.signature]


@pytest.mark.parametrize("move", SIGNING, ids=lambda move: move.name)
def test_each_side_signs_for_itself_and_only_what_is_settled(move):
    for side in Side:
        assert weigh(ENDING, move.name, EndingFacts(0), side=side).allowed is (side is move.side)
    assert codes(weigh(ENDING, move.name, EndingFacts(1)).unmet) == {"points-settled"}


@pytest.mark.parametrize(("move", "code"), checks_of(*ENDING_LINE.transitions))
def test_one_thing_lacking_keeps_a_point_as_it_is_and_names_itself(move, code):
    facts, named = without(SETTLEABLE, LACKING, code)

    decision = weigh(ENDING_LINE, move, facts)

    assert not decision.allowed
    assert codes(decision.unmet) == named & codes(decision.findings)


@pytest.mark.parametrize("move", [*ENDING.transitions, *ENDING_LINE.transitions], ids=lambda move: move.name)
def test_every_move_takes_the_power_to_decide(move):
    life, facts = (ENDING, EndingFacts(0)) if move in ENDING.transitions else (ENDING_LINE, SETTLEABLE)

    assert weigh(life, move.name, facts).allowed
    assert not weigh(life, move.name, facts, powers=EVERY_POWER - {Power.ENTRUSTMENT_DECIDE}).allowed


@pytest.mark.parametrize(
    ("facts", "named"),
    [
        (DrawUpFacts(begun=True, drawn_up=False), set()),
        (DrawUpFacts(begun=False, drawn_up=False), {"begun-once"}),
        (DrawUpFacts(begun=True, drawn_up=True), {"no-checklist"}),
    ],
)
def test_a_checklist_is_drawn_up_once_of_what_was_begun(facts, named):
    decision = weigh_opening(DRAW_UP, facts, powers=EVERY_POWER, side=Side.MANUFACTURER, on=NOW)

    assert codes(decision.unmet) == named


def test_what_is_settled_is_not_written_over():
    settled = LineFacts(mine=True, list_open=True, unsettled=False, written=True, objection=None)

    decision = weigh_opening(WRITE_LINE, settled, powers=EVERY_POWER, side=Side.MANUFACTURER, on=NOW)

    assert codes(decision.unmet) == {"point-open"}
