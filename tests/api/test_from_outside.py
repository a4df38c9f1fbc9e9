"""Schemathesis knocks at every door for a moment; `python -m tests.assurance.openapi` lets it knock for long."""

import pytest

from tests.assurance.openapi import Kind, kinds, operations_of, run, served, surprises


@pytest.fixture
def each_kind(app, world) -> dict[str, Kind]:
    return {kind.name: kind for kind in kinds(app, world)}


@pytest.mark.parametrize("name", ["full, plant", "revoked"])
def test_nothing_undescribed_is_answered_and_no_door_opens_without_a_token(app, world, each_kind, name, engine):
    if (name == "revoked") != (engine == "postgresql"):
        pytest.skip("one kind on each engine; the long trial tries them all")
    _, free = operations_of(app)
    with served(app) as url:
        answers, complaint = run(url, each_kind[name], world, examples=1, seed=1, phases="fuzzing")

    assert complaint == ""
    assert surprises(each_kind[name], answers, free) == []
    assert answers.total() > 30
