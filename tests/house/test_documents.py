"""What is written about the code is true of it."""

import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT, kept
from workflows import catalogue

PAGES = sorted(str(path.relative_to(ROOT)) for path in kept() if path.suffix == ".md")
COMMANDS = ("python3 -m portal demo", "python3 -m portal test")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)")


def test_the_handbook_is_fresh():
    assert (ROOT / "workflows" / "README.md").read_text("utf-8") == catalogue.handbook(), "run: portal handbook"


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readme_names_the_two_commands(command):
    assert command in (ROOT / "README.md").read_text("utf-8")


def test_the_machine_that_checks_runs_what_the_readme_says():
    script = (ROOT / ".ci" / "run").read_text("utf-8").rstrip()

    assert script.splitlines()[-1] == f"exec {COMMANDS[1]}"


@pytest.mark.parametrize("page", PAGES)
def test_its_links_lead_somewhere(page):
    targets = LINK.findall((ROOT / page).read_text("utf-8"))

    assert [target for target in targets if not (ROOT / Path(page).parent / target).exists()] == []
