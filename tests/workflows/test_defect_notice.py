"""A defect found after shipment: the manufacturer stops and tells, the registrant receives and settles."""

import pytest

from tests.workflows.weighing import EVERY_POWER, NOW, checks_of, codes, weigh
from workflows.batch import BATCH
from workflows.defect_notice import DECIDE, DEFECT_NOTICE, NOTIFY, OUTCOMES, STOP, DefectFacts
from workflows.engine import Side, weigh_opening
from workflows.opening import OPEN
from workflows.powers import POWERS_OF, Power, Role

READY = DefectFacts(follows_written=True)
STOPPED = (OPEN, BATCH.transition("release_production"), BATCH.transition("release_marketing"))


def weigh_notify(side, powers=EVERY_POWER):
    return weigh_opening(NOTIFY, None, powers=powers, side=side, on=NOW)


def test_only_the_manufacturer_notifies_and_never_needs_the_registrant_for_it():
    assert [side for side in (None, *Side) if weigh_notify(side).allowed] == [Side.MANUFACTURER]
    assert (NOTIFY.checks, NOTIFY.signature) == ((), None)
    assert not weigh_notify(Side.MANUFACTURER, EVERY_POWER - {Power.DEFECT_NOTIFY}).allowed


@pytest.mark.parametrize("move", ["receive", "settle"])
def test_only_the_registrant_receives_and_settles_and_signs_either(move):
    for side in (None, *Side):
        assert weigh(DEFECT_NOTICE, move, READY, side=side).allowed is (side is Side.REGISTRANT)
    assert not weigh(DEFECT_NOTICE, move, READY, powers=EVERY_POWER - {Power.DEFECT_SETTLE}).allowed
    assert DEFECT_NOTICE.transition(move).signature


def test_nothing_is_settled_before_it_is_received_and_what_follows_is_written_down():
    assert not weigh(DEFECT_NOTICE, "settle", READY, state="notified").allowed
    assert codes(weigh(DEFECT_NOTICE, "settle", DefectFacts(follows_written=False)).unmet) == {"follows-written"}


@pytest.mark.parametrize("state", DEFECT_NOTICE.states, ids=lambda state: state.name)
def test_what_follows_is_written_between_receipt_and_settlement(state):
    decision = weigh_opening(DECIDE, state.name, powers=EVERY_POWER, side=Side.REGISTRANT, on=NOW)

    assert decision.allowed is (state.name == "received")


@pytest.mark.parametrize("move", STOPPED, ids=lambda move: move.name)
def test_a_stop_stops_opening_and_both_releases_by_the_regulation(move):
    (check,) = (each for each in move.checks if each.code == "no-unsettled-defect")

    assert check.sources[0] == STOP


def test_a_stop_stops_no_other_move_so_that_a_batch_can_still_be_rejected():
    stopped = {move for move, code in checks_of(*BATCH.transitions) if code == "no-unsettled-defect"}

    assert stopped == {"release_production", "release_marketing"}


def test_the_trade_s_roles_hold_the_powers():
    holders = {power: {role for role, held in POWERS_OF.items() if power in held} for power in Power}

    assert holders[Power.DEFECT_NOTIFY] == {
        Role.MANUFACTURER_QUALITY_MANAGER,
        Role.MANUFACTURER_RELEASE_PERSON,
        Role.MANAGEMENT_REPRESENTATIVE,
    }
    assert holders[Power.DEFECT_SETTLE] == {Role.REGISTRANT_QUALITY_MANAGER, Role.MANAGEMENT_REPRESENTATIVE}
    assert set(OUTCOMES) == {"recall", "correction", "none"}
