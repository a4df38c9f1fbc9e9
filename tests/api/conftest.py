"""Machines of both parties, and of strangers."""

from collections.abc import Callable
from functools import partial

import pytest

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
