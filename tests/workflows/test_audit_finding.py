"""A finding: answered by the manufacturer once the report is signed, closed by the registrant only with evidence."""

import pytest

from tests.workflows.weighing import EVERY_POWER, NOW, Lacking, checks_of, codes, weigh, without
from workflows.audit_finding import AUDIT_FINDING, RESPOND, SHOW_EVIDENCE, FindingFacts
from workflows.engine import Side, weigh_opening

READY = FindingFacts(audit_reported=True, answered=True, evidenced=True)
LACKING: Lacking = {
    "audit-reported": ({"audit_reported": False}, {"audit-reported"}),
    "finding-answered": ({"answered": False}, {"finding-answered"}),
    "action-evidenced": ({"evidenced": False}, {"action-evidenced"}),
}
MOVES = {move.name: move for move in AUDIT_FINDING.transitions}


@pytest.mark.parametrize("move", MOVES)
def test_when_nothing_is_missing_it_may_happen(move):
    assert weigh(AUDIT_FINDING, move, READY).allowed


@pytest.mark.parametrize(("move", "code"), checks_of(*AUDIT_FINDING.transitions))
def test_one_missing_thing_is_enough_and_names_itself(move, code):
    facts, named = without(READY, LACKING, code)

    assert codes(weigh(AUDIT_FINDING, move, facts).unmet) == named


@pytest.mark.parametrize("move", MOVES)
def test_the_manufacturer_answers_and_the_registrant_judges(move):
    own = Side.MANUFACTURER if move == "answer" else Side.REGISTRANT
    for side in (None, *Side):
        assert weigh(AUDIT_FINDING, move, READY, side=side).allowed is (side is own)


def test_it_is_closed_for_good_with_a_signature_and_only_after_its_answer_was_accepted():
    assert MOVES["close"].signature
    assert MOVES["close"].sources == {"accepted"}
    assert not any("closed" in move.sources for move in MOVES.values())


def test_sending_back_asks_why():
    assert MOVES["return_to_raised"].reason


@pytest.mark.parametrize(("deed", "when"), [(RESPOND, "raised"), (SHOW_EVIDENCE, "accepted")])
@pytest.mark.parametrize("state", AUDIT_FINDING.states, ids=lambda state: state.name)
def test_the_manufacturer_writes_its_answer_and_its_evidence_in_their_time(deed, when, state):
    for side in Side:
        decision = weigh_opening(deed, state.name, powers=EVERY_POWER, side=side, on=NOW)
        assert decision.allowed is (state.name == when and side is Side.MANUFACTURER)
