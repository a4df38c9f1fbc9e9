"""Templates draw what was decided; they decide nothing and load nothing from elsewhere."""

import re

import pytest
from jinja2 import Environment, StrictUndefined, nodes

from app import create_app
from tests.house.tree import ROOT, templates
from tests.stage import settings_of

ALL = templates()
PAGES = [name for name in ALL if not name.startswith(("ui/", "layouts/", "notices/")) and "/_" not in name]
INLINE = {
    "a script in the page": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "a style in the page": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "a handler in an attribute": re.compile(r"<[^>{]*\son[a-z]+\s*=", re.IGNORECASE),
    "a script in an address": re.compile(r"javascript:", re.IGNORECASE),
}


def text(name: str) -> str:
    return (ROOT / "templates" / name).read_text("utf-8")


def questions(environment: Environment, source: str) -> set[str]:
    """The names asked about in the conditions of ``source``: what it compares, and what it branches on."""
    tree = environment.parse(source)
    asked = [branch.test for branch in tree.find_all((nodes.If, nodes.CondExpr))]
    asked += [loop.test for loop in tree.find_all(nodes.For) if loop.test]
    asked += tree.find_all(nodes.Compare)
    found: set[str] = set()
    for condition in asked:
        found |= {name.name for name in _within(condition, nodes.Name)}
        found |= {each.attr for each in _within(condition, nodes.Getattr)}
        found |= {each.arg.value for each in _within(condition, nodes.Getitem) if isinstance(each.arg, nodes.Const)}
    return found


def _within(node, kind):
    return [*([node] if isinstance(node, kind) else []), *node.find_all(kind)]


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> Environment:
    """Templates need no books."""
    folder = tmp_path_factory.mktemp("no books")
    return create_app(settings_of(f"sqlite:///{folder / 'none.sqlite3'}", folder)).jinja_env


def test_it_compiles_and_a_missing_name_is_an_error(environment):
    assert environment.undefined is StrictUndefined
    assert all(environment.get_template(name) for name in ALL)


def test_a_page_has_a_title(environment):
    assert [name for name in PAGES if "title" not in environment.get_template(name).blocks] == []


def test_it_asks_for_no_state_and_no_role(environment):
    asked = {name: questions(environment, text(name)) & {"state", "role", "roles"} for name in ALL}

    assert {name: found for name, found in asked.items() if found} == {}


def test_it_holds_nothing_that_the_content_policy_forbids():
    found = [(name, what) for name in ALL for what, pattern in INLINE.items() if pattern.search(text(name))]

    assert found == []


@pytest.mark.parametrize(
    "source",
    [
        "{% if batch.state == 'released' %}x{% endif %}",
        "{{ 'x' if batch.state in ('open',) }}",
        "{% set done = batch['state'] == 'released' %}",
        "{% if 'clerk' in actor.roles %}x{% endif %}",
        "{% for each in batches if each.state == 'open' %}x{% endfor %}",
    ],
)
def test_a_template_that_decided_would_be_seen(source):
    assert questions(Environment(autoescape=True), source) & {"state", "role", "roles"}


def test_a_page_with_inline_parts_would_be_seen():
    bad = '<script>go()</script><style>p{}</style><p style="x"><a onclick="go()" href="javascript:go()">'

    assert all(pattern.search(bad) for pattern in INLINE.values())
    assert not any(pattern.search('<script src="a.js" defer></script><p class="on">') for pattern in INLINE.values())
