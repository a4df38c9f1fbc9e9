"""Small files, plainly named."""

from pathlib import Path

import pytest

from tests.house.tree import ROOT, modules

HARD_STOP = 400
MOST_FILES_IN_A_ROOM = 6
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "service", "services"}
ROOMS = sorted(path.name for path in (ROOT / "portal" / "rooms").iterdir() if (path / "__init__.py").exists())


@pytest.mark.parametrize("module", ["app.py", *modules("portal", "agreements", "workflows", "tests")])
def test_a_module_is_short_and_its_name_says_something(module):
    assert len((ROOT / module).read_text("utf-8").splitlines()) <= HARD_STOP
    assert Path(module).stem not in SAYS_NOTHING


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_small(room):
    files = sorted(path.name for path in (ROOT / "portal" / "rooms" / room).glob("*.py") if path.name != "__init__.py")

    assert len(files) <= MOST_FILES_IN_A_ROOM, files
