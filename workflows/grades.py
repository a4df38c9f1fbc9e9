"""The grades of clean rooms, the cleanest first; what one grade is good for, every cleaner one is good for."""

from collections.abc import Mapping

from workflows.words import N_

UNGRADED = "none"
GRADES: Mapping[str, str] = {
    "100": N_("Class 100"),
    "10000/100": N_("Class 10,000 with local class 100"),
    "10000": N_("Class 10,000"),
    "100000": N_("Class 100,000"),
    "300000": N_("Class 300,000"),
    UNGRADED: N_("Not a clean room"),
}
_ORDER = tuple(GRADES)


def suffices(has: str, needs: str) -> bool:
    """Whether a room of the grade ``has`` is clean enough for what ``needs`` another; an unknown grade never is."""
    return has in _ORDER and needs in _ORDER and _ORDER.index(has) <= _ORDER.index(needs)
