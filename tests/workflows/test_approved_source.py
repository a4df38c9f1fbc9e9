"""Who decides from where a material comes, and what must be true first."""

from dataclasses import replace
from datetime import date

import pytest

from workflows.approved_source import APPROVED_SOURCE, PROPOSE, ProposalFacts, SourceFacts
from workflows.audit import KEY_ITEMS
from workflows.engine import Side, weigh_opening
from workflows.powers import Power

READY = SourceFacts(named=True, supplied="other", audited=False, entrustment_is_open=True)
ON = date(2026, 11, 23)


def weigh(facts, *, side=Side.REGISTRANT, move="approve", state="proposed"):
    return APPROVED_SOURCE.weigh(move, state=state, facts=facts, powers=frozenset(Power), side=side, on=ON)


def test_the_registrant_approves_and_the_manufacturer_does_not():
    assert weigh(READY).allowed
    assert not weigh(READY, side=Side.MANUFACTURER).allowed


@pytest.mark.parametrize("supplied", sorted(KEY_ITEMS))
def test_the_supplier_of_a_key_item_is_audited_first(supplied):
    decision = weigh(replace(READY, supplied=supplied))

    assert [each.code for each in decision.unmet] == ["key-supplier-audited"]
    assert weigh(replace(READY, supplied=supplied, audited=True)).allowed


@pytest.mark.parametrize(
    ("lacking", "code"),
    [({"named": False}, "material-in-definition"), ({"entrustment_is_open": False}, "entrustment-open")],
)
def test_a_material_that_nobody_asks_for_and_an_ended_entrustment_get_no_source(lacking, code):
    assert [each.code for each in weigh(replace(READY, **lacking)).unmet] == [code]


@pytest.mark.parametrize("side", [Side.REGISTRANT, Side.MANUFACTURER])
def test_either_side_suspends_and_only_the_registrant_lets_it_count_again(side):
    assert weigh(READY, side=side, move="suspend", state="approved").allowed
    assert weigh(READY, side=side, move="reinstate", state="suspended").allowed is (side is Side.REGISTRANT)


def test_the_same_source_is_not_proposed_twice():
    for known, allowed in (("", True), ("AS-2026-001", False)):
        facts = ProposalFacts(entrustment_is_open=True, known=known)
        decision = weigh_opening(PROPOSE, facts, powers=frozenset(Power), side=Side.MANUFACTURER, on=ON)
        assert decision.allowed is allowed
