"""The cast, the stage they stand on, and the engines it stands on."""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from zlib import crc32

import pytest
from flask import Flask

from portal.db import reading
from portal.demo.story import World
from portal.identity.sessions import begin_session
from portal.tenancy import acting_for
from tests import ceph, postgres, sharing
from tests.browsing import Seat
from tests.sharing import own_folder, shared_stage
from tests.stage import ENGINES, Stage, set_stage

ALIKE = (
    "tests/rooms/",
    "tests/api/test_audits.py",
    "tests/api/test_doors.py",
    "tests/api/test_epcis_",
    "tests/api/test_fhir.py",
    "tests/api/test_intakes.py",
    "tests/api/test_material_lots.py",
    "tests/api/test_residents.py",
    "tests/api/test_tokens.py",
    "tests/api/test_writing.py",
    "tests/faults/test_object_store_outage.py",
    "tests/house/test_every_answer.py",
    "tests/house/test_fields_of_ones_own.py",
)
ONE_IN = 12
MANY = 50_000  # new things before waste is looked for among them, as portal/commands/front_door.py has it
_stages: dict[str, Stage | Exception] = {}


def pytest_sessionstart(session: pytest.Session) -> None:
    if hasattr(session.config, "workerinput"):
        return
    sharing.begin()
    if postgres.start() is None:
        print(postgres.WHY_NOT)  # noqa: T201  whoever runs the suite must know that half of it is left out
    if _is_whole(session.config) and ceph.possible():
        ceph.begin()


def _is_whole(config: pytest.Config) -> bool:
    """Whether workers run all there is: somebody who asks for a few tests waits for no object store."""
    return bool(config.getoption("numprocesses", None)) and config.args_source is pytest.Config.ArgsSource.TESTPATHS


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of what is the same on any engine, a twelfth is also tried on PostgreSQL; ``TESTS=whole`` tries all of it there.

    What tells the engines apart (walls, ledger, races, faults) always runs on both.
    """
    if os.environ.get("TESTS") == "whole":
        return
    config.hook.pytest_deselected(items=[each for each in items if _is_one_of_many(each)])
    items[:] = [each for each in items if not _is_one_of_many(each)]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Ten thousand tests are found and kept, and nothing is thrown away: nothing for the collector to look for."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        _leave_alone_what_stays()


def _is_one_of_many(item: pytest.Item) -> bool:
    given = getattr(getattr(item, "callspec", None), "params", {})
    if (given.get("engine"), given.get("shelf")) in (("sqlite", "s3"), ("postgresql", "folder")):
        return True  # as they are deployed: a folder beside SQLite, an object store beside PostgreSQL
    if given.get("engine") != "postgresql" or not item.nodeid.startswith(ALIKE):
        return False
    return crc32(item.nodeid.replace("postgresql", "").encode()) % ONE_IN != 0


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        sharing.end()
        ceph.end()
        postgres.stop()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Every test that touches the books runs on both engines."""
    if request.param == "postgresql" and postgres.ADDRESS not in os.environ:
        pytest.skip(postgres.WHY_NOT)
    return request.param


@pytest.fixture
def stage(engine: str, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Built once; one that cannot be built fails every test at once, not one by one.

    Whoever finds another worker building it builds the other engine's meanwhile.
    """
    for each, patiently in ((engine, False), (_other(engine), False), (engine, True)):
        if engine not in _stages and each is not None:
            _build(each, tmp_path_factory, patiently=patiently)
    built = _stages[engine]
    if isinstance(built, Exception):
        raise built
    return built


def _build(engine: str, tmp_path_factory: pytest.TempPathFactory, *, patiently: bool) -> None:
    own = own_folder(engine)
    try:
        if "PYTEST_XDIST_WORKER" in os.environ:
            _stages[engine] = shared_stage(engine, own, tmp_path_factory.getbasetemp().parent, patiently=patiently)
        else:
            _stages[engine] = set_stage(engine, own)
    except BlockingIOError:
        pass
    except Exception as broken:  # noqa: BLE001  whatever it is, each test must say it
        _stages[engine] = broken
    _leave_alone_what_stays()


def _leave_alone_what_stays() -> None:
    """What is there now is there until the end: the collector looked through all of it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(MANY)


def _other(engine: str) -> str | None:
    missing = (each for each in ENGINES if each != engine and each not in _stages)
    return next((each for each in missing if each == "sqlite" or postgres.ADDRESS in os.environ), None)


@pytest.fixture
def world(stage: Stage) -> Iterator[World]:
    """The world on a fresh copy of its database."""
    with stage.copy() as world:
        yield world


@pytest.fixture
def app(stage: Stage, world: World) -> Flask:
    return stage.app


@pytest.fixture
def seat(app: Flask, world: World) -> Callable[[str], Seat]:
    """Sit somebody down in front of a browser: ``seat("hengrui/plant-clerk")``."""

    def _seat(who: str, language: str = "en") -> Seat:
        client = app.test_client()
        client.set_cookie("sid", begin_session(world.person[who]))
        client.set_cookie("language", language)
        return Seat(client, world.person[who])

    return _seat


@pytest.fixture
def as_org(app: Flask, world: World) -> Callable[[str], AbstractContextManager[None]]:
    """Look into the books of a house, ``with as_org("chengyue"): ...``; what was read stays, the door closes.

    An authority looks as one of its people: ``as_org("jiangsu/authority-inspector")``.
    """

    @contextmanager
    def _look(who: str) -> Iterator[None]:
        house, _, role = who.partition("/")
        with acting_for(world.org[house], person_id=world.person[who] if role else None), reading():
            yield

    return _look
