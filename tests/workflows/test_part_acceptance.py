"""What of a lot may be rejected on receipt, and what is left of it to be accepted."""

from dataclasses import replace

import pytest

from tests.workflows.test_material_lot import READY, weigh
from workflows.part_acceptance import Parts, Rejection, lots_in, piece_code

LOT = Parts("4", ("S1", "S2", "S3", "S4"), [Rejection("1", ("S2",), "scratch", "somebody")])
COUNTED = Parts("100", (), [Rejection("2.5", (), "scratch", "somebody")])


def test_what_is_not_rejected_is_left_to_be_accepted():
    assert (LOT.rejected, LOT.others, LOT.other_serials) == ("1", "3", ["S1", "S3", "S4"])
    assert (COUNTED.rejected, COUNTED.others) == ("2.5", "97.5")


@pytest.mark.parametrize(("serial", "refused"), [("S1", False), ("S2", True), ("S9", True)])
def test_a_piece_is_rejected_once_and_only_if_the_lot_has_it(serial, refused):
    assert (LOT.fault_of_serial(serial) is not None) is refused


@pytest.mark.parametrize(("quantity", "refused"), [("97.5", False), ("97.6", True), ("0", True)])
def test_no_more_is_rejected_than_there_is(quantity, refused):
    assert (COUNTED.fault_of_quantity(quantity) is not None) is refused


def test_a_piece_is_called_by_its_lot_and_its_number():
    assert lots_in([piece_code("ML-1", "S2"), "ML-1", " · S2"]) == {"ML-1 · S2": ("ML-1", "S2")}


@pytest.mark.parametrize(
    ("facts", "whole", "part"),
    [
        ({}, [], ["lot-parted"]),
        ({"rejected": ("S2",)}, ["lot-whole"], []),
        ({"rejected": ("S2",), "failed": ("diameter",)}, ["lot-conforms", "lot-whole"], ["lot-conforms"]),
        ({"rejected": ("S2",), "by_actor": ("S2",)}, *2 * [["lot-accepted-by-another"]]),
        ({"rejected": ("4",), "something_is_left": False}, ["lot-whole"], ["lot-has-others"]),
    ],
)
def test_a_lot_is_accepted_whole_or_in_part_and_never_by_whoever_sorted_it(facts, whole, part):
    ready = replace(READY, **facts)
    if facts.get("by_actor"):
        whole = [*whole, "lot-whole"]

    assert [each.code for each in weigh(ready).unmet] == whole
    assert [each.code for each in weigh(ready, move="accept_part").unmet] == part
