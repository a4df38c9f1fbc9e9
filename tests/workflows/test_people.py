"""Resetting somebody's factors takes two persons, and neither is the one concerned."""

from dataclasses import replace
from datetime import date

import pytest

from workflows.engine import weigh_opening
from workflows.people import CONFIRM_RESET, PROPOSE_RESET, ResetFacts

READY = ResetFacts(is_active=True, is_oneself=False, is_proposed=False, proposed_by_oneself=False, second_hands=1)


def unmet(move, facts):
    decision = weigh_opening(move, facts, powers=frozenset({move.power}), side=None, on=date(2026, 11, 22))
    return {finding.code for finding in decision.unmet}


def test_a_reset_is_proposed_for_another_active_person_where_a_third_can_confirm():
    assert unmet(PROPOSE_RESET, READY) == set()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"is_active": False}, "reset-person-active"),
        ({"is_oneself": True}, "reset-not-oneself"),
        ({"is_proposed": True}, "reset-not-proposed"),
        ({"second_hands": 0}, "reset-second-hand"),
    ],
)
def test_one_missing_thing_is_enough_to_propose_nothing(changed, code):
    assert unmet(PROPOSE_RESET, replace(READY, **changed)) == {code}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"is_proposed": False}, "reset-proposed"),
        ({"is_oneself": True}, "reset-not-oneself"),
        ({"proposed_by_oneself": True}, "reset-another-hand"),
    ],
)
def test_one_missing_thing_is_enough_to_confirm_nothing(changed, code):
    proposed = replace(READY, is_proposed=True)
    assert unmet(CONFIRM_RESET, proposed) == set()

    assert unmet(CONFIRM_RESET, replace(proposed, **changed)) == {code}
