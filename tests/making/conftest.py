"""The plant of the demonstration tells what it did, as its clerk; anybody may ask what came of it."""

from collections.abc import Callable

import pytest

from portal.db import session
from portal.demo.hands import played_by
from portal.making.recording import Outcome, put_on_record
from portal.records.batch import Batch
from portal.tenancy import acting_for
from workflows.powers import Role


@pytest.fixture
def tell(world) -> Callable[..., Outcome]:
    """``tell(act, …)``: put on record for the batch's entrustment; ``home=True`` in the plant's own books."""

    def _tell(*acts, home=False, **more):
        with played_by("hengrui", Role.PLANT_CLERK, world.org) as by:
            return put_on_record(acts, entrustment_id=None if home else world.entrustment, by=by, **more)

    return _tell


@pytest.fixture
def as_(world):
    """The books of one house, to read in."""

    def _as(house):
        session.remove()
        return acting_for(world.org[house])

    return _as


@pytest.fixture
def batch(as_, world) -> Callable[[str], str]:
    """The number of a batch of the demonstration, by the state it is in."""

    def _batch(state):
        with as_("hengrui"):
            return session.get_one(Batch, world.batch[state]).number

    return _batch
