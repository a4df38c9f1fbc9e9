"""The programme of a year: approved by the registrant alone, and only with an audit on site in it."""

import pytest

from tests.workflows.weighing import EVERY_POWER, Lacking, checks_of, codes, weigh, without
from workflows.audit_programme import AUDIT_PROGRAMME, ProgrammeFacts
from workflows.engine import Side
from workflows.powers import POWERS_OF, Power, Role

READY = ProgrammeFacts(entrustment_is_open=True, counting=1, desk=2, is_current=True)
LACKING: Lacking = {
    "entrustment-open": ({"entrustment_is_open": False}, {"entrustment-open"}),
    "yearly-audit-on-site": ({"counting": 0}, {"yearly-audit-on-site"}),
    "programme-current": ({"is_current": False}, {"programme-current"}),
}
MOVES = [move.name for move in AUDIT_PROGRAMME.transitions]


@pytest.mark.parametrize("move", MOVES)
def test_the_registrant_alone_draws_it_up_and_approves_it(move):
    for side in (None, *Side):
        assert weigh(AUDIT_PROGRAMME, move, READY, side=side).allowed is (side is Side.REGISTRANT)


@pytest.mark.parametrize(("move", "code"), checks_of(*AUDIT_PROGRAMME.transitions))
def test_one_missing_thing_is_enough_and_names_itself(move, code):
    facts, named = without(READY, LACKING, code)

    assert codes(weigh(AUDIT_PROGRAMME, move, facts).unmet) == named


def test_it_is_approved_with_the_signature_of_the_management_representative():
    assert AUDIT_PROGRAMME.transition("approve").signature
    assert not weigh(AUDIT_PROGRAMME, "approve", READY, powers=EVERY_POWER - {Power.AUDIT_APPROVE}).allowed
    assert {role for role, powers in POWERS_OF.items() if Power.AUDIT_APPROVE in powers} == {
        Role.MANAGEMENT_REPRESENTATIVE
    }
