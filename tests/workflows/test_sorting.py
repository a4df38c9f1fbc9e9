"""A piece that failed conforms again only after a rework, or once somebody answerable lets it pass."""

import pytest

from workflows.sorting import Condition, Event, Happened

WIDTH, FACE = (Happened(Event.FAILED, each) for each in ("width", "face"))
WIDE_ENOUGH, REWORKED, LET_PASS = (
    Happened(Event.PASSED, "width"),
    Happened(Event.REWORKED),
    Happened(Event.CONCEDED),
)


@pytest.mark.parametrize(
    ("happened", "failing"),
    [
        ([], []),
        ([WIDE_ENOUGH], []),
        ([WIDTH], ["width"]),
        ([WIDTH, WIDE_ENOUGH], ["width"]),
        ([REWORKED, WIDTH, WIDE_ENOUGH], ["width"]),
        ([WIDTH, REWORKED], ["width"]),
        ([WIDTH, REWORKED, WIDE_ENOUGH], []),
        ([WIDTH, REWORKED, WIDTH, WIDE_ENOUGH], ["width"]),
        ([WIDTH, FACE, REWORKED, WIDE_ENOUGH], ["face"]),
        ([WIDTH, FACE, LET_PASS], []),
        ([LET_PASS, WIDTH], ["width"]),
    ],
)
def test_what_failed_is_reworked_and_inspected_anew(happened, failing):
    assert list(Condition.after(happened).failing) == failing
