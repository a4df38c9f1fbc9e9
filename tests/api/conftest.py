"""Machines of both parties, and of strangers."""

from collections.abc import Callable
from functools import partial

import pytest

from portal.demo.ending import make_ending
from portal.demo.residing import draft_report, set_hold_point
from portal.demo.restarting import make_restart
from portal.demo.stopping import find_defect, settle_defect
from tests.api.knocking import Knocker, register


@pytest.fixture
def machine(app, world) -> Callable[..., Knocker]:
    """Register a machine: ``machine("hengrui", scopes=[...])``."""
    return partial(register, app, world)


@pytest.fixture
def plant(machine) -> Knocker:
    return machine("hengrui")


@pytest.fixture
def registrant(machine) -> Knocker:
    return machine("chengyue")


@pytest.fixture
def reported(app, world) -> None:
    """The resident has written of the day, a batch waits for them, a defect was found, production started again; an end
    is being prepared."""
    with app.app_context():
        draft_report(world.org, world.posting, "chengyue", world.batch["opened"])
        set_hold_point(world.org, world.batch["opened"], "chengyue")
        settle_defect(world.org, find_defect(world.org, world.batch["marketing_released"]), "chengyue")
        make_restart(world.org, world.entrustment, "hengrui")
        make_ending(world.org, world.entrustment, "chengyue")
