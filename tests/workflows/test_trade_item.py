"""A device identifier: entered, taken into use, given up, each by the registrant alone."""

import pytest

from tests.workflows.weighing import EVERY_POWER, NOW, Lacking, checks_of, codes, weigh, without
from workflows.engine import Side, weigh_opening
from workflows.trade_item import ENTER, TRADE_ITEM, EnteringFacts, TradeItemFacts

READY = TradeItemFacts(below="in_use", held_by=0)
LACKING: Lacking = {
    "below-in-use": ({"below": "entered"}, {"below-in-use"}),
    "held-by-none": ({"held_by": 2}, {"held-by-none"}),
}


@pytest.mark.parametrize("move", [move.name for move in TRADE_ITEM.transitions])
def test_when_nothing_is_missing_it_may_happen(move):
    assert weigh(TRADE_ITEM, move, READY).allowed


@pytest.mark.parametrize(("move", "code"), checks_of(*TRADE_ITEM.transitions))
def test_one_missing_thing_is_enough_and_names_itself(move, code):
    facts, named = without(READY, LACKING, code)

    assert codes(weigh(TRADE_ITEM, move, facts).unmet) == named


def test_the_smallest_unit_holds_nothing_that_would_have_to_be_in_use():
    assert weigh(TRADE_ITEM, "take_into_use", TradeItemFacts(below=None, held_by=0)).allowed


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        (EnteringFacts(entrustment_is_open=True, products=1), set()),
        (EnteringFacts(entrustment_is_open=True, products=0), {"product-shown"}),
        (EnteringFacts(entrustment_is_open=False, products=1), {"entrustment-open"}),
    ],
)
def test_it_is_entered_for_a_product_of_an_open_entrustment(facts, missing):
    decision = weigh_opening(ENTER, facts, powers=EVERY_POWER, side=Side.REGISTRANT, on=NOW)

    assert codes(decision.unmet) == missing


def test_the_manufacturer_neither_enters_nor_moves_one():
    facts = EnteringFacts(entrustment_is_open=True, products=1)

    assert not weigh_opening(ENTER, facts, powers=EVERY_POWER, side=Side.MANUFACTURER, on=NOW).allowed
    assert {move.side for move in TRADE_ITEM.transitions} == {Side.REGISTRANT}
