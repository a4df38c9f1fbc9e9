"""Telling the graph what a plant does, as the plant; asking it as anybody."""

from collections.abc import Callable, Iterator

import pytest

from portal.db import session, unit_of_work
from portal.demo.plant.story import work
from portal.demo.story import World
from portal.founding import Operator
from portal.lineage.recording import Recorded, record
from portal.lineage.telling import Telling
from portal.tenancy import acting_for
from tests.lineage.plant import Plant
from tests.stage import Stage

_running: dict[str, tuple[Stage, Plant]] = {}
_screws: dict[str, Stage] = {}


@pytest.fixture
def plant(stage) -> Iterator[Plant]:
    """A plant that has made eight batches for two rivals, on a fresh copy of its database; it works once a run."""
    if stage.engine not in _running:
        with stage.copy() as world:
            plant = Plant(
                {"chengyue": world.entrustment, "lantai": world.rival_entrustment},
                seed=2026,
                write=lambda telling: list(_told(world, telling).deeds),
                bad=0.3,
            )
            for _ in plant.work(8, units=40):
                pass
            _running[stage.engine] = stage.kept_as("made_up_plant", world), plant
    kept, plant = _running[stage.engine]
    with kept.copy():
        yield plant


@pytest.fixture
def bone_screws(stage) -> Iterator[World]:
    """The plant that the demonstration tells from files; it works once a run."""
    if stage.engine not in _screws:
        with stage.copy() as world, stage.app.app_context():
            _screws[stage.engine] = stage.kept_as("bone_screws", work(world))
    with _screws[stage.engine].copy() as world:
        yield world


@pytest.fixture
def by(world) -> Operator:
    return _clerk(world)


@pytest.fixture
def tell(world) -> Callable[[Telling], Recorded]:
    """The plant tells of something, and it is written."""

    return lambda telling: _told(world, telling)


@pytest.fixture
def as_(stage):
    """The books of one house, to read in."""

    def _as(house: str):
        session.remove()
        return acting_for(stage.world.org[house])

    return _as


def _clerk(world: World) -> Operator:
    return Operator(world.person["hengrui/plant-clerk"], world.org["hengrui"], "常州恒锐精密制造有限公司")


def _told(world: World, telling: Telling) -> Recorded:
    by = _clerk(world)
    with acting_for(by.organisation_id, person_id=by.id), unit_of_work():
        return record(telling, by=by)
