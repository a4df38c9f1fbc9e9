"""A change: weighed by both sides, decided by the registrant with a verdict and a day, proved, then implemented."""

from dataclasses import replace

import pytest

from tests.workflows.weighing import EVERY_POWER, NOW, Lacking, checks_of, codes, weigh, without
from workflows.change import CHANGE, ChangeFacts
from workflows.changing import ASSESS, DECIDE, PROPOSE, SHOW_REGISTRATION, SHOW_VALIDATION, Standing
from workflows.engine import Side, weigh_opening
from workflows.powers import Power

READY = ChangeFacts(
    impacts_weighed=5,
    assessed_by_registrant=True,
    assessed_by_manufacturer=True,
    verdict_given=True,
    registered=True,
    validated=True,
    effective_on="2026-11-23",
    effective_ahead=True,
    effective_reached=True,
)
LACKING: Lacking = {
    "impacts-weighed": ({"impacts_weighed": 4}, {"impacts-weighed"}),
    "assessed-by-both": ({"assessed_by_manufacturer": False}, {"assessed-by-both"}),
    "verdict-given": ({"verdict_given": False}, {"verdict-given"}),
    "effective-ahead": ({"effective_ahead": False}, {"effective-ahead"}),
    "registration-changed": ({"registered": False}, {"registration-changed"}),
    "change-validated": ({"validated": False}, {"change-validated"}),
    "effective-reached": ({"effective_reached": False}, {"effective-reached"}),
}
DEEDS = [(ASSESS, "proposed"), (DECIDE, "assessed"), (SHOW_REGISTRATION, "approved"), (SHOW_VALIDATION, "approved")]


@pytest.mark.parametrize("move", [move.name for move in CHANGE.transitions])
def test_when_nothing_is_missing_it_may_happen(move):
    assert weigh(CHANGE, move, READY).allowed


@pytest.mark.parametrize(("move", "code"), checks_of(*CHANGE.transitions))
def test_one_missing_thing_is_enough_and_names_itself(move, code):
    facts, named = without(READY, LACKING, code)

    decision = weigh(CHANGE, move, facts)

    assert not decision.allowed
    assert codes(decision.unmet) == named


def test_a_verdict_that_asks_for_nothing_needs_no_evidence_of_registration():
    assert weigh(CHANGE, "implement", replace(READY, registered=None)).allowed


def test_the_registrant_too_must_weigh_it():
    assert codes(weigh(CHANGE, "submit", replace(READY, assessed_by_registrant=False)).unmet) == {"assessed-by-both"}


@pytest.mark.parametrize("move", ["approve", "send_back", "refuse", "take_back"])
def test_only_the_registrant_decides(move):
    for side in (None, *Side):
        assert weigh(CHANGE, move, READY, side=side).allowed is (side is Side.REGISTRANT)


@pytest.mark.parametrize("move", CHANGE.transitions, ids=lambda move: move.name)
def test_every_move_takes_the_power_to_keep(move):
    assert not weigh(CHANGE, move.name, READY, powers=EVERY_POWER - {Power.CHANGE_KEEP}).allowed


@pytest.mark.parametrize("move", ["approve", "refuse", "take_back", "implement"])
def test_what_decides_or_claims_something_is_signed(move):
    assert CHANGE.transition(move).signature


def test_nothing_is_implemented_that_was_not_approved():
    assert CHANGE.transition("implement").sources == {"approved"}
    assert [move.name for move in CHANGE.transitions if move.target == "approved"] == ["approve"]


@pytest.mark.parametrize(("deed", "while_in"), DEEDS, ids=lambda given: getattr(given, "name", given))
def test_each_thing_is_written_in_its_own_time(deed, while_in):
    for state in CHANGE.states:
        asked = {"powers": EVERY_POWER, "side": Side.REGISTRANT, "on": NOW}
        decision = weigh_opening(deed, Standing(state.name, "filing"), **asked)
        assert decision.allowed is (state.name == while_in)


@pytest.mark.parametrize("verdict", [None, "none", "filing", "registration_change"])
def test_evidence_of_registration_is_filed_only_where_the_verdict_asks_for_it(verdict):
    asked = {"powers": EVERY_POWER, "side": Side.REGISTRANT, "on": NOW}

    decision = weigh_opening(SHOW_REGISTRATION, Standing("approved", verdict), **asked)

    assert decision.allowed is (verdict in ("filing", "registration_change"))


@pytest.mark.parametrize("side", [Side.REGISTRANT, Side.MANUFACTURER])
def test_either_side_proposes_one_as_long_as_the_entrustment_lasts(side):
    asked = {"powers": frozenset({Power.CHANGE_PROPOSE}), "side": side, "on": NOW}

    assert weigh_opening(PROPOSE, "active", **asked).allowed
    assert codes(weigh_opening(PROPOSE, "ended", **asked).unmet) == {"not-ended"}
    assert not weigh_opening(PROPOSE, "active", **asked | {"powers": EVERY_POWER - {Power.CHANGE_PROPOSE}}).allowed
