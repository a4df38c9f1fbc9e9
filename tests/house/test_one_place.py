"""Some things happen in exactly one file."""

import ast
from collections.abc import Callable

from tests.house.tree import ROOT, RULES_AND_PORTAL, modules


def assigns(attribute: str) -> Callable[[ast.AST], bool]:
    """Any store counts: plain, unpacked, augmented or through setattr."""

    def _assigns(node: ast.AST) -> bool:
        if isinstance(node, ast.Attribute):
            return node.attr == attribute and isinstance(node.ctx, ast.Store)
        named = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "setattr"
        return named and any(isinstance(each, ast.Constant) and each.value == attribute for each in node.args)

    return _assigns


def calls(method: str) -> Callable[[ast.AST], bool]:
    return lambda node: isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method


def has(source: str, wanted: Callable[[ast.AST], bool]) -> bool:
    return any(wanted(node) for node in ast.walk(ast.parse(source)))


def where(wanted: Callable[[ast.AST], bool]) -> set[str]:
    return {module for module in modules(*RULES_AND_PORTAL) if has((ROOT / module).read_text("utf-8"), wanted)}


def test_a_record_changes_state_only_when_it_acts():
    assert where(assigns("state")) == {"portal/acting.py"}


def test_only_the_unit_of_work_commits():
    assert where(calls("commit")) == {"portal/db.py"}


def test_only_a_story_is_told_at_another_time_than_its_own():
    def speaks_of_it(node: ast.AST) -> bool:
        return isinstance(node, ast.Name | ast.alias) and "story_time" in (
            getattr(node, "id", ""),
            getattr(node, "name", ""),
        )

    assert where(speaks_of_it) == {"portal/db.py", "portal/demo/clock.py"}


def test_every_way_to_set_a_state_would_be_seen():
    for source in ("a.state = 1", "was, a.state = 1, 2", "a.state += 1", "a.state: str = 1", "setattr(a, 'state', 1)"):
        assert has(source, assigns("state")), source
    assert not has("b = a.state", assigns("state"))
