"""The stage of the matrix, set once for each worker and engine."""

import pytest

from portal import limits
from tests.matrix.scene import Scene, set_scene
from tests.stage import Stage

_scenes: dict[str, tuple[Stage, Scene]] = {}


@pytest.fixture
def matrix(stage, engine):
    """The stage to copy, and the records in it."""
    if engine not in _scenes:
        _scenes[engine] = set_scene(stage)
    return _scenes[engine]


@pytest.fixture(autouse=True)
def uncounted(monkeypatch):
    """Thousands of requests by the same few people: how often something may be done is tried elsewhere."""
    monkeypatch.setattr(limits, "_claimed", lambda *_: True)
    monkeypatch.setattr(limits, "_sweep", lambda: None)


@pytest.fixture
def scene(matrix):
    """The world of the matrix on a fresh copy."""
    prepared, scene = matrix
    with prepared.copy() as world:
        scene.world = world
        yield scene
