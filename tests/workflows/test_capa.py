"""A corrective action: cause, plan, approval by the registrant, carrying out, an effect that is judged from data."""

import pytest

from tests.workflows.weighing import EVERY_POWER, NOW, Lacking, checks_of, codes, weigh, without
from workflows.capa import CAPA, CAPA_ACTION, INVESTIGATE, JUDGE, PLAN, ActionFacts, CapaFacts
from workflows.engine import Side, weigh_opening
from workflows.powers import Power

READY = CapaFacts(
    cause_given=True,
    actions=2,
    undone=0,
    criterion_given=True,
    check_on="2026-11-20",
    check_due=True,
    batches_since=10,
    nonconforming_since=0,
    result_written=True,
)
LACKING: Lacking = {
    "cause-found": ({"cause_given": False}, {"cause-found"}),
    "actions-planned": ({"actions": 0}, {"actions-planned"}),
    "criterion-set": ({"criterion_given": False}, {"criterion-set"}),
    "actions-done": ({"undone": 1}, {"actions-done"}),
    "check-day-reached": ({"check_due": False}, {"check-day-reached"}),
    "judged-from-data": ({"batches_since": 0}, {"judged-from-data"}),
    "result-written": ({"result_written": False}, {"result-written"}),
}
DOABLE = ActionFacts(mine=True, approved=True, evidence_given=True)
NOT_DOABLE: Lacking = {
    "action-mine": ({"mine": False}, {"action-mine"}),
    "plan-approved": ({"approved": False}, {"plan-approved"}),
    "evidence-given": ({"evidence_given": False}, {"evidence-given"}),
}


@pytest.mark.parametrize("move", [move.name for move in CAPA.transitions])
def test_when_nothing_is_missing_it_may_happen(move):
    assert weigh(CAPA, move, READY).allowed


@pytest.mark.parametrize(("move", "code"), checks_of(*CAPA.transitions))
def test_one_missing_thing_is_enough_and_names_itself(move, code):
    facts, named = without(READY, LACKING, code)

    decision = weigh(CAPA, move, facts)

    assert not decision.allowed
    assert codes(decision.unmet) == named


@pytest.mark.parametrize(("move", "code"), checks_of(*CAPA_ACTION.transitions))
def test_a_step_is_done_by_its_owner_under_an_approved_plan_with_evidence(move, code):
    facts, named = without(DOABLE, NOT_DOABLE, code)

    decision = weigh(CAPA_ACTION, move, facts)

    assert weigh(CAPA_ACTION, move, DOABLE).allowed
    assert not decision.allowed
    assert codes(decision.unmet) == named


@pytest.mark.parametrize("move", ["approve", "send_back", "find_effective", "find_ineffective"])
def test_only_the_registrant_approves_and_judges(move):
    for side in (None, *Side):
        assert weigh(CAPA, move, READY, side=side).allowed is (side is Side.REGISTRANT)


@pytest.mark.parametrize("move", [*CAPA.transitions, *CAPA_ACTION.transitions], ids=lambda move: move.name)
def test_every_move_takes_the_power_to_keep(move):
    life, facts = (CAPA, READY) if move in CAPA.transitions else (CAPA_ACTION, DOABLE)

    assert not weigh(life, move.name, facts, powers=EVERY_POWER - {Power.CAPA_KEEP}).allowed


def test_what_did_not_work_is_signed_with_a_reason_and_for_good():
    move = CAPA.transition("find_ineffective")

    assert (bool(move.signature), move.reason, move.grave, CAPA.state(move.target).final) == (True, True, True, True)


@pytest.mark.parametrize(
    ("deed", "while_in"),
    [(INVESTIGATE, "opened"), (PLAN, "opened"), (JUDGE, "carried_out")],
    ids=lambda given: getattr(given, "name", given),
)
def test_nothing_is_written_into_a_plan_that_lies_with_the_registrant_or_is_signed(deed, while_in):
    for state in CAPA.states:
        asked = {"powers": EVERY_POWER, "side": Side.REGISTRANT, "on": NOW}
        assert weigh_opening(deed, state.name, **asked).allowed is (state.name == while_in)
