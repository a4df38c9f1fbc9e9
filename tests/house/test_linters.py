"""The tools that read the code agree with it.  Their settings and our reasons are in pyproject.toml."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT

TOOLS = {
    "types": ["mypy"],
    "rules of style": ["ruff", "check"],
    "layout of code": ["ruff", "format", "--check"],
    "arrows between packages": ["lint-imports"],
    "layout of templates": ["djlint", "templates", "--check", "--quiet"],
    "rules of templates": ["djlint", "templates", "--lint", "--quiet"],
}


@pytest.mark.parametrize("tool", TOOLS.values(), ids=TOOLS)
def test_it_finds_nothing(tool):
    program = Path(sys.executable).with_name(tool[0])

    found = subprocess.run([program, *tool[1:]], cwd=ROOT, capture_output=True, text=True, check=False)

    assert found.returncode == 0, f"{' '.join(tool)}\n{found.stdout}{found.stderr}"
