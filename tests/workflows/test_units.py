"""Quantities and their units: exact, and refused where they measure different things."""

import pytest

from workflows.units import Immeasurable, quantity_in


@pytest.mark.parametrize(
    ("quantity", "unit", "wanted", "becomes"),
    [
        ("120", "kg", "kg", "120"),
        ("120.500", "kg", "KG", "120.5"),
        ("1.5", "t", "kg", "1500"),
        ("250", "g", "kg", "0.25"),
        ("2", "公斤", "kg", "2"),
        ("3000", "mm", "m", "3"),
        ("0.5", "L", "ml", "500"),
        ("40", "张", "张", "40"),
        ("4", "pcs", "件", "4"),
        ("1", "cm2", "mm2", "100"),
    ],
)
def test_a_quantity_is_brought_to_the_wanted_unit_without_loss(quantity, unit, wanted, becomes):
    assert quantity_in(quantity, unit, wanted) == becomes


@pytest.mark.parametrize(("unit", "wanted"), [("m", "kg"), ("张", "kg"), ("kg", "张"), ("件", "张"), ("box", "pieces")])
def test_units_of_different_things_are_refused_and_both_are_named(unit, wanted):
    with pytest.raises(Immeasurable) as refused:
        quantity_in("1", unit, wanted)

    assert unit in str(refused.value)
    assert wanted in str(refused.value)


@pytest.mark.parametrize("quantity", ["0", "-1", "", "1,5", "1e3", "much", "NaN"])
def test_what_is_no_quantity_is_refused(quantity):
    with pytest.raises(Immeasurable):
        quantity_in(quantity, "kg", "kg")


def test_what_would_be_rounded_is_refused():
    with pytest.raises(Immeasurable, match="six decimals"):
        quantity_in("0.5", "mg", "kg")
