"""What must be true before a supplier may deliver."""

from dataclasses import replace
from datetime import date

import pytest

from workflows.powers import Power
from workflows.supplier import SUPPLIER, SupplierFacts

READY = SupplierFacts(is_key=True, evaluated=True, filed=True, agreed=True, tells_changes=True)
ON = date(2026, 11, 23)


def weigh(facts, *, move="approve", state="listed", on=ON):
    return SUPPLIER.weigh(move, state=state, facts=facts, powers=frozenset(Power), side=None, on=on)


@pytest.mark.parametrize(
    ("lacking", "code"),
    [
        ({"evaluated": False}, "supplier-evaluated"),
        ({"filed": False}, "supplier-evaluation-filed"),
        ({"agreed": False}, "supplier-quality-agreement"),
        ({"tells_changes": False}, "supplier-tells-changes"),
    ],
)
@pytest.mark.parametrize(("move", "state"), [("approve", "listed"), ("reinstate", "suspended")])
def test_one_missing_thing_is_enough_to_keep_a_key_supplier_from_delivering(lacking, code, move, state):
    assert weigh(READY, move=move, state=state).allowed
    assert [each.code for each in weigh(replace(READY, **lacking), move=move, state=state).unmet] == [code]


def test_any_other_supplier_needs_only_its_evaluation():
    bare = SupplierFacts(is_key=False, evaluated=True, filed=False, agreed=False, tells_changes=False)

    assert weigh(bare).allowed
    assert not weigh(replace(bare, evaluated=False)).allowed


def test_what_the_gmp_of_2025_asks_is_not_asked_before_it_is_in_force():
    lacking = replace(READY, filed=False, agreed=False, tells_changes=False)

    assert weigh(lacking, on=date(2026, 10, 31)).allowed
    assert not weigh(lacking, on=date(2026, 11, 1)).allowed


def test_an_ended_relation_is_final():
    assert SUPPLIER.ways_on(state="ended", facts=READY, powers=frozenset(Power), side=None, on=ON) == []
