"""Small files, plainly named."""

from pathlib import Path

from tests.house.tree import ROOT, modules

HARD_STOP = 400
MOST_FILES_IN_A_ROOM = 6
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "service", "services"}


def test_a_module_is_short_and_its_name_says_something():
    named = ["app.py", *modules("portal", "agreements", "workflows", "tests")]
    lines = {each: len((ROOT / each).read_text("utf-8").splitlines()) for each in named}

    assert {each: count for each, count in lines.items() if count > HARD_STOP} == {}
    assert [each for each in named if Path(each).stem in SAYS_NOTHING] == []


def test_a_room_is_small():
    folders = (path for path in (ROOT / "portal" / "rooms").iterdir() if (path / "__init__.py").exists())
    rooms = {each.name: sorted(path.name for path in each.glob("*.py") if path.stem != "__init__") for each in folders}

    assert {room: files for room, files in rooms.items() if len(files) > MOST_FILES_IN_A_ROOM} == {}
