"""Quantities with their units: exact decimals, brought from one unit to another only where both measure the same."""

from collections.abc import Mapping
from decimal import Decimal

from workflows.criterion import folded
from workflows.limits import exact
from workflows.words import N_, Said

# What is measured, each with its units and how many of the smallest one of them make it up.
MEASURED: Mapping[str, Mapping[str, int]] = {
    "mass": {
        **dict.fromkeys(("mg", "毫克"), 1),
        **dict.fromkeys(("g", "克"), 1_000),
        **dict.fromkeys(("kg", "千克", "公斤"), 1_000_000),
        **dict.fromkeys(("t", "吨"), 1_000_000_000),
    },
    "length": {
        **dict.fromkeys(("mm", "毫米"), 1),
        **dict.fromkeys(("cm", "厘米"), 10),
        **dict.fromkeys(("m", "米"), 1_000),
        **dict.fromkeys(("km", "千米", "公里"), 1_000_000),
    },
    "volume": {
        **dict.fromkeys(("ml", "毫升"), 1),
        **dict.fromkeys(("l", "升"), 1_000),
    },
    "area": {
        **dict.fromkeys(("mm2", "平方毫米"), 1),
        **dict.fromkeys(("cm2", "平方厘米"), 100),
        **dict.fromkeys(("m2", "平方米"), 1_000_000),
    },
    "pieces": dict.fromkeys(("pcs", "pc", "piece", "pieces", "件", "个", "支", "枚"), 1),
}
PLACES = 6


class Immeasurable(ValueError):
    """A quantity cannot be written in a unit; ``says`` tells why and what would do."""

    def __init__(self, says: Said) -> None:
        super().__init__(str(says))
        self.says = says


def quantity_in(quantity: str, unit: str, wanted: str) -> str:
    """The same quantity in the ``wanted`` unit, as decimal text without needless zeros.

    A unit that is not known here is only itself: sheets are not pieces.  Raises :class:`Immeasurable` for units that
    measure different things, for what is not more than nothing, and for what six decimals do not hold.
    """
    found = _positive(quantity)
    if folded(unit) == folded(wanted):
        return _plain(found)
    of, to = _known(unit), _known(wanted)
    if of is None or to is None or of[0] != to[0]:
        says = N_("The material is counted in %(wanted)s; what is given in %(unit)s cannot be counted so.")
        raise Immeasurable(Said(says, {"wanted": wanted, "unit": unit}))
    moved = found * of[1] / to[1]
    if moved != round(moved, PLACES):
        says = N_("%(quantity)s %(unit)s cannot be written in %(wanted)s with six decimals.")
        raise Immeasurable(Said(says, {"quantity": quantity, "unit": unit, "wanted": wanted}))
    return _plain(moved)


def _positive(quantity: str) -> Decimal:
    try:
        found = exact(quantity.strip())
    except ValueError as wrong:
        says = N_("Not a decimal number; write digits and a full stop, such as 12.50.")
        raise Immeasurable(Said(says)) from wrong
    if found <= 0:
        raise Immeasurable(Said(N_("A quantity is more than nothing.")))
    return found


def _known(unit: str) -> tuple[str, int] | None:
    for what, units in MEASURED.items():
        if (size := units.get(folded(unit))) is not None:
            return what, size
    return None


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
