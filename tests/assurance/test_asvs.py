"""The table of the ASVS is whole, says what its data say, and names tests that exist"""

import ast

import pytest

from tests.assurance.asvs import IDS, OF_LEVEL_ONE, PAGE, page, requirements
from tests.assurance.locks import ROOT

FOUND = requirements()
STATES = {"proved", "partly", "not yet"}


def functions(module):
    tree = ast.parse((ROOT / module).read_text("utf-8"))
    return {each.name for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)}


def exists(test):
    module, _, name = test.partition("::")
    if not (ROOT / module).exists():
        return False
    return not name or name in functions(module)


def test_every_requirement_of_levels_one_and_two_is_there_once_and_in_order():
    assert [each["id"] for each in FOUND] == IDS
    assert len(IDS) == 253
    assert sum(each["level"] == 1 for each in FOUND) == OF_LEVEL_ONE
    assert {each["level"] for each in FOUND} == {1, 2}


@pytest.mark.parametrize("each", FOUND, ids=lambda each: each["id"])
def test_it_says_what_is_done_or_why_nothing_is(each):
    if not each["applies"]:
        assert each.keys() == {"id", "level", "applies", "reason"}
        assert each["reason"]
        return
    assert each["state"] in STATES
    assert each["does"]
    assert bool(each["tests"]) or each["state"] != "proved"
    assert ("missing" in each) is (each["state"] != "proved")
    assert [test for test in each["tests"] if not exists(test)] == []


def test_the_page_is_fresh():
    assert PAGE.read_text("utf-8") == page(), "run: python -m tests.assurance.asvs"


@pytest.mark.negative_control
def test_a_test_that_does_not_exist_would_be_seen():
    assert not exists("tests/assurance/test_asvs.py::test_of_nothing")
    assert not exists("tests/nowhere.py")
    assert exists("tests/assurance/test_asvs.py::test_the_page_is_fresh")
