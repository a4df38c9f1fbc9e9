"""The doors that need no more than the press: whoever may press does something, on a world of their own."""

import pytest

from tests.matrix.oracle import Cell, expected
from tests.matrix.principals import EVERYBODY
from tests.matrix.runner import Run, fingerprint, subjects_for
from tests.matrix.table import doors

ONE_OF_EACH_HOUSE = (
    "chengyue/management-representative",
    "hengrui/manufacturer-quality-manager",
    "qihe/registrant-quality-manager",
    "chengyue/organisation-administrator",
    "lantai/organisation-administrator",
)
ACTING = [door for door in doors().values() if door.bare == "acts"]


@pytest.mark.parametrize("door", [door for door in ACTING if not door.ends_the_session], ids=lambda door: door.key)
def test_whoever_may_press_gets_what_the_door_is_for(door, matrix):
    prepared, scene = matrix
    pressed = 0
    for who in map(EVERYBODY.get, ONE_OF_EACH_HOUSE):
        about = next(each for each in subjects_for(door.path, scene) if each.seen_by(who.house) or each.owner is None)
        cell = Cell(who, door.method, door.path, about)
        if expected(cell).statuses == {302}:
            with prepared.copy() as scene.world:
                run = Run(prepared.app, scene)
                run.browser(who)
                before = fingerprint()
                run.judge(cell)
                assert run.surprises + run.leaks == []
                assert fingerprint() != before
                pressed += 1

    assert pressed >= 2


def test_whoever_signs_out_is_out(stage, scene):
    run = Run(stage.app, scene)
    clerk = EVERYBODY["hengrui/plant-clerk"]
    assert run.judge(Cell(clerk, "GET", "/batches")) == "200"

    leaving = [door for door in ACTING if door.ends_the_session]
    assert [run.judge(Cell(clerk, door.method, door.path)) for door in leaving] == ["302 to the sign-in page"]

    assert run.judge(Cell(clerk, "GET", "/batches")) == "302 to the sign-in page"
