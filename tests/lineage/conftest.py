"""Telling the graph what a plant does, as the plant; asking it as anybody."""

from collections.abc import Callable

import pytest

from portal.db import session, unit_of_work
from portal.founding import Operator
from portal.lineage.recording import Recorded, record
from portal.lineage.telling import Telling
from portal.tenancy import acting_for


@pytest.fixture
def by(world) -> Operator:
    return Operator(world.person["hengrui/plant-clerk"], world.org["hengrui"], "常州恒锐精密制造有限公司")


@pytest.fixture
def tell(world, by) -> Callable[[Telling], Recorded]:
    """The plant tells of something, and it is written."""

    def _tell(telling: Telling) -> Recorded:
        with acting_for(world.org["hengrui"], person_id=by.id), unit_of_work():
            return record(telling, by=by)

    return _tell


@pytest.fixture
def deeds_of(tell) -> Callable[[Telling], list[int]]:
    return lambda telling: list(tell(telling).deeds)


@pytest.fixture
def as_(world):
    """The books of one house, to read in."""

    def _as(house: str):
        session.remove()
        return acting_for(world.org[house])

    return _as
