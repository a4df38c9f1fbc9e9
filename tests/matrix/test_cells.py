"""Every door, every method, every person, every relation: answered as the table says, the same on both engines."""

import json
import os
from pathlib import Path

import pytest

from tests.matrix.oracle import Cell
from tests.matrix.principals import EVERYBODY, GROUPS
from tests.matrix.runner import LOOKS, POSTGRESQL, WHOLE, Run, cells, fingerprint, told

# Of these PostgreSQL is asked: the rival, whoever looks, and machines; the others are answered as they are.
ON_POSTGRESQL = {"rival", "authorities", "machines"}


@pytest.mark.parametrize("group", GROUPS)
def test_everybody_gets_the_answers_that_the_table_promises_and_leaves_no_trace(
    group, engine, stage, scene, caplog, tmp_path_factory
):
    if engine == POSTGRESQL and group not in ON_POSTGRESQL and not WHOLE:
        pytest.skip("answered like others; asked there with TESTS=whole")
    run = Run(stage.app, scene)
    for who in GROUPS[group]:
        run.browser(who)
    before, told_before = fingerprint(), told()

    for who in GROUPS[group]:
        for cell in cells(who, scene, engine):
            run.judge(cell)

    assert run.surprises == []
    assert run.leaks == []
    assert fingerprint() == before
    assert [event for event in told() - told_before if not event.endswith(LOOKS)] == []
    assert run.sweep.foreign(None, [caplog.text.encode()]) == set()
    assert differences_between_engines(group, engine, run.outcomes, shared_by_all_workers(tmp_path_factory)) == []


def differences_between_engines(what: str, engine: str, outcomes: dict[str, str], folder: Path) -> list[str]:
    """Note the outcomes of this engine; if those of the other are there already, what both were asked and differs."""
    (folder / f"{what}-{engine}.json").write_text(json.dumps(outcomes), "utf-8")
    both = [json.loads(each.read_text("utf-8")) for each in sorted(folder.glob(f"{what}-*ql*.json"))]
    if len(both) < 2:
        return []
    one, other = both
    return [key for key in {*one} & {*other} if one[key] != other[key]]


def shared_by_all_workers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "outcomes"
    folder.mkdir(exist_ok=True)
    return folder


def test_an_engine_that_answers_otherwise_than_the_other_is_noticed(tmp_path):
    alike = {"clerk: GET /batches": "200", "clerk: GET /trail": "200"}

    assert differences_between_engines("group", "sqlite", alike, tmp_path) == []
    assert differences_between_engines("group", "postgresql", alike, tmp_path) == []
    assert differences_between_engines("group", "postgresql", alike | {"clerk: GET /trail": "403"}, tmp_path) == [
        "clerk: GET /trail"
    ]


@pytest.mark.negative_control
def test_an_answer_that_does_not_say_how_to_treat_it_is_noticed_at_any_door(stage, scene, monkeypatch):
    run = Run(stage.app, scene)
    clerk = EVERYBODY["hengrui/plant-clerk"]
    run.browser(clerk)
    monkeypatch.setitem(stage.app.after_request_funcs, None, [])

    run.judge(Cell(clerk, "GET", "/batches"))

    assert "Content-Security-Policy" in " ".join(run.surprises)
