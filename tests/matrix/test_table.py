"""The table is whole: a line for each door, a door for each line, and a page that says the same."""

from dataclasses import replace

import pytest

from portal.api.doors import door_for_machines
from portal.web import Room, door_of
from tests.matrix import table
from tests.matrix.runner import kind_of, subjects_for
from workflows.catalogue import LIFECYCLES

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT"}


def hung(app):
    """Every method of every address that the portal answers."""
    return {f"{method} {table.address(rule)}" for rule in app.url_map.iter_rules() for method in rule.methods & METHODS}


def test_every_door_has_a_line_in_the_table_and_every_line_a_door(app):
    assert hung(app) ^ set(table.doors()) == set()


def test_a_door_that_nobody_wrote_down_is_noticed(app, monkeypatch):
    lines = dict(table.doors())
    lines.pop("GET /batches")
    monkeypatch.setattr(table, "doors", lambda: lines)

    assert hung(app) ^ set(table.doors()) == {"GET /batches"}


def test_a_door_without_a_power_does_not_hang():
    with pytest.raises(TypeError, match="does not say which power"):
        Room("shed", __name__).get("/")


def gate_of(view):
    """What a door asks for, as the table calls it, and the scope if it is one for machines."""
    door = door_for_machines(view)
    if door is not None and door.scope is not None:
        return "machines", door.scope.value
    if getattr(view, "own", False):
        return "themselves", None
    return "role" if door_of(view) else "anybody", None


def test_every_door_asks_for_what_the_table_says_role_person_machine_or_nothing(app):
    told, found = table.doors(), {}
    for rule in app.url_map.iter_rules():
        for method in rule.methods & METHODS:
            found[f"{method} {table.address(rule)}"] = gate_of(app.view_functions[rule.endpoint])

    assert {key: (door.gate, door.scope) for key, door in told.items()} == found


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda lifecycle: lifecycle.subject)
def test_every_move_of_a_process_has_a_line_with_the_same_states_and_side(lifecycle):
    """Two people wrote these down; where they differ, one of them has misread the law."""
    lines = {
        door.path.rsplit("/", 1)[1]: door
        for door in table.doors().values()
        if door.move and kind_of(door.path) == lifecycle.subject
    }

    assert set(lines) == {move.name.replace("_", "-") for move in lifecycle.transitions}
    for move in lifecycle.transitions:
        line = lines[move.name.replace("_", "-")]
        assert (line.states, line.side) == (move.sources, move.side), move.name


def test_the_world_has_a_record_of_every_relation_for_every_door(scene):
    for path in {door.path for door in table.doors().values() if kind_of(door.path) and door.record != "oneself"}:
        about = subjects_for(path, scene)
        assert len({(each.place, each.owner) for each in about}) >= 3, path


def test_the_page_says_what_the_table_says():
    assert table.PAGE.read_text("utf-8") == table.drawn(), "python -m tests.matrix.table draws it anew"


def test_a_word_that_says_nothing_is_refused():
    with pytest.raises(ValueError, match="says nothing"):
        list(table._doors("GET /", "home", {"for": "", "who": "everyone", "moves": True}, {}))


def test_two_lines_about_the_same_door_are_one_too_many(monkeypatch):
    door = table.doors()["GET /"]
    monkeypatch.setattr(table, "_doors", lambda *_: [door, replace(door)])

    with pytest.raises(ValueError, match="told of twice"):
        table.doors.__wrapped__()
