"""A nonconformity: decided with a justification, approved by the registrant, never by whoever raised it."""

import pytest

from tests.workflows.weighing import EVERY_POWER, NOW, Lacking, checks_of, codes, weigh, without
from workflows.batch import BATCH
from workflows.engine import Side, weigh_opening
from workflows.nonconformity import NONCONFORMITY, NonconformityFacts
from workflows.powers import Power
from workflows.recording import DISPOSE, RAISE

READY = NonconformityFacts(disposition_given=True, raised_by_actor=False)
LACKING: Lacking = {
    "disposition-given": ({"disposition_given": False}, {"disposition-given"}),
    "closed-by-another": ({"raised_by_actor": True}, {"closed-by-another"}),
}


@pytest.mark.parametrize("move", [move.name for move in NONCONFORMITY.transitions])
def test_when_nothing_is_missing_it_may_happen(move):
    assert weigh(NONCONFORMITY, move, READY).allowed


@pytest.mark.parametrize(("move", "code"), checks_of(*NONCONFORMITY.transitions))
def test_one_missing_thing_is_enough_and_names_itself(move, code):
    facts, named = without(READY, LACKING, code)

    decision = weigh(NONCONFORMITY, move, facts)

    assert not decision.allowed
    assert codes(decision.unmet) == named


@pytest.mark.parametrize("move", ["close", "return_to_raised"])
def test_only_the_registrant_approves_or_sends_back(move):
    for side in (None, *Side):
        assert weigh(NONCONFORMITY, move, READY, side=side).allowed is (side is Side.REGISTRANT)


@pytest.mark.parametrize("side", [Side.REGISTRANT, Side.MANUFACTURER])
def test_either_party_may_submit_a_disposition(side):
    assert weigh(NONCONFORMITY, "decide", READY, side=side).allowed


@pytest.mark.parametrize("move", NONCONFORMITY.transitions, ids=lambda move: move.name)
def test_every_move_takes_the_power_to_close(move):
    assert not weigh(NONCONFORMITY, move.name, READY, powers=EVERY_POWER - {Power.NONCONFORMITY_CLOSE}).allowed


def test_closed_is_for_good_and_signed():
    assert NONCONFORMITY.transition("close").signature
    assert not any("closed" in move.sources for move in NONCONFORMITY.transitions)


def test_it_is_never_closed_without_having_been_decided():
    assert NONCONFORMITY.transition("close").sources == {"decided"}


def test_sending_back_asks_why():
    assert NONCONFORMITY.transition("return_to_raised").reason


@pytest.mark.parametrize("state", BATCH.states, ids=lambda state: state.name)
@pytest.mark.parametrize("side", [Side.REGISTRANT, Side.MANUFACTURER])
def test_either_party_raises_one_until_the_batch_is_decided_on(state, side):
    decision = weigh_opening(RAISE, state.name, powers=EVERY_POWER, side=side, on=NOW)

    assert decision.allowed is not state.final


@pytest.mark.parametrize("state", NONCONFORMITY.states, ids=lambda state: state.name)
def test_the_disposition_is_written_only_while_it_is_raised(state):
    decision = weigh_opening(DISPOSE, state.name, powers=EVERY_POWER, side=Side.REGISTRANT, on=NOW)

    assert decision.allowed is (state.name == "raised")
