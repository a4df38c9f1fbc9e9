"""Where races are run: long-lived processes, each with the portal open on the same database, and a barrier."""

import multiprocessing
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from argon2 import PasswordHasher

from app import create_app
from portal.db import engines, session
from portal.filing import LocalShelf, Store
from portal.identity import passwords
from portal.rooms.sessions import lanes
from portal.settings import Settings
from portal.verifying import verify
from portal.walls import open_books
from portal.web import doors
from tests.races.race import Hand, Race, Tally
from tests.stage import Stage, as_the_verifier

PATIENCE = 60
Answer = tuple[int | str, float]


class Arena:
    """``most`` hands, started once; they move from database to database and from race to race."""

    def __init__(self, most: int = 8) -> None:
        start = multiprocessing.get_context("forkserver")
        start.set_forkserver_preload(["tests.races.arena", "tests.races.catalogue"])
        self.shared = start.Value("q", 0)
        self.sizes = {size: start.Barrier(size) for size in range(2, most + 1)}
        self.lines: list[Connection] = []
        self.hands = []
        for place in range(most):
            mine, theirs = start.Pipe()
            hand = start.Process(target=_sit_and_wait, args=(theirs, place, self.sizes, self.shared), daemon=True)
            hand.start()
            theirs.close()
            self.lines.append(mine)
            self.hands.append(hand)

    def close(self) -> None:
        for line in self.lines:
            line.send(None)
            line.close()
        for hand in self.hands:
            hand.join(PATIENCE)

    def run(self, stage: Stage, race: Race, parties: int, rounds: int, tally: Tally, before: Any = None) -> None:
        """Run ``rounds`` on a fresh copy of the world; ``before`` may break something in it first."""
        with stage.copy() as world, stage.app.app_context():
            if before:
                before()
            subjects = race.stock(world, rounds, parties)
            with self._open(stage, parties):
                answers = self._ask(parties, "race", race, world, subjects)
            effects = list(race.effects(world, subjects, parties))
            for number, happened in enumerate(effects):
                tally.count(race, [hand[number] for hand in answers], happened)
            session.remove()
            with as_the_verifier() as books:
                tally.faults += [each.says for each in verify(books)]

    @contextmanager
    def _open(self, stage: Stage, parties: int) -> Iterator[None]:
        session.remove()
        self._ask(parties, "open", stage.app.config["SETTINGS"], stage.app.extensions["store"].shelf.folder)
        try:
            yield
        finally:
            self._ask(parties, "close")

    def _ask(self, parties: int, *what: Any) -> list[Any]:
        for line in self.lines[:parties]:
            line.send((parties, *what))
        answers = [line.recv() for line in self.lines[:parties]]
        if broken := next((each for each in answers if isinstance(each, BaseException)), None):
            raise broken
        return answers


def _sit_and_wait(line: Connection, place: int, barriers: dict[int, Any], shared: Any) -> None:
    """A hand's whole life: do what is asked until nothing more is."""
    seat = _Seat(place, barriers, shared)
    while asked := line.recv():
        parties, what, *given = asked
        try:
            line.send(getattr(seat, what)(parties, *given))
        except Exception as broken:  # noqa: BLE001  whatever it is, the referee must hear of it
            line.send(RuntimeError("".join(traceback.format_exception(broken))))


def _uncounted(*_: Any) -> None:
    """In place of a limit, which has races and tests of its own."""


class _Seat:
    def __init__(self, place: int, barriers: dict[int, Any], shared: Any) -> None:
        self.place, self.barriers, self.shared = place, barriers, shared
        self.app: Any = None

    def open(self, _parties: int, settings: Settings, files: Path) -> None:
        if self.app is None:
            passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
            doors.spend = lanes.spend = _uncounted  # a race is run thousands of times by the same hands
            self.app = create_app(settings)
        open_books(settings)
        self.app.extensions["store"] = Store(LocalShelf(files), settings.largest_file)

    def close(self, _parties: int) -> None:
        session.remove()
        engines().writing.dispose()
        engines().reading.dispose()

    def race(self, parties: int, race: Race, world: Any, subjects: Sequence[Any]) -> list[Answer]:
        hand = Hand(self.app, world, self.place, parties, self.shared)
        barrier = self.barriers[parties]
        with ExitStack() as changed:
            for where, what in race.instead.items():
                changed.enter_context(patch(where, _named(what)))
            with self.app.app_context():
                race.sit(hand, subjects)
            return [self._round(race, hand, subject, number, barrier) for number, subject in enumerate(subjects)]

    def _round(self, race: Race, hand: Hand, subject: Any, number: int, barrier: Any) -> Answer:
        try:
            with self.app.app_context():
                press = race.aim(hand, subject, number)
            session.remove()
        except Exception as broken:  # noqa: BLE001
            press = _raise(broken)
        barrier.wait(PATIENCE)
        started = time.perf_counter()
        try:
            answer: int | str = press()
        except Exception as broken:  # noqa: BLE001
            answer = f"{type(broken).__name__}: {broken}"[:500]
        taken = (time.perf_counter() - started) * 1000
        barrier.wait(PATIENCE)
        return answer, taken


def _raise(broken: Exception) -> Callable[[], int]:
    def _press() -> int:
        raise broken

    return _press


def _named(what: str) -> Any:
    module, _, name = what.rpartition(".")
    return getattr(__import__(module, fromlist=[name]), name)


def unique(prefix: str) -> str:
    """A word that no other round has used."""
    return f"{prefix}{uuid4().hex[:12]}"
