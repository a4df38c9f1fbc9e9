"""Where races are run: long-lived processes, each with the portal open on the same database, and a barrier."""

import gc
import logging
import multiprocessing
import shutil
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import uuid4

from argon2 import PasswordHasher

from app import create_app
from portal import logs
from portal.api import doors as machine_doors
from portal.db import Engines, engines, let_in, session
from portal.demo.story import World
from portal.filing import LocalShelf, Store
from portal.identity import passwords
from portal.rooms.sessions import lanes
from portal.settings import Settings
from portal.verifying import verify
from portal.walls import open_books
from portal.web import doors
from tests.races.race import Answer, Hand, Race, Tally
from tests.stage import Stage, as_the_verifier

PATIENCE = 60


@dataclass(frozen=True)
class Stocked:
    """A race with its subjects, and the books that hold them, to be copied for each chunk of rounds."""

    race: Race
    parties: int
    stage: Stage
    subjects: Sequence[Any]


class Arena:
    """``most`` hands, started once; they move from database to database and from race to race."""

    def __init__(self, most: int = 8) -> None:
        start = multiprocessing.get_context("forkserver")
        start.set_forkserver_preload(["tests.races.arena", "tests.races.catalogue"])
        self.shared = start.Value("q", 0)
        self.opened = start.Value("d", 0.0, lock=False)
        note = partial(_note_the_moment, self.opened)
        self.gates = {size: start.Barrier(size, note) for size in range(2, most + 1)}
        self.lines: list[Connection] = []
        self.hands = []
        for place in range(most):
            mine, theirs = start.Pipe()
            hand = start.Process(
                target=_sit_and_wait, args=(theirs, _Seat(place, self.gates, self.opened, self.shared)), daemon=True
            )
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
            self._run(stage, world, race, parties, race.stock(world, rounds, parties), tally)

    def stock(self, stage: Stage, race: Race, parties: int, rounds: int) -> Stocked:
        """Subjects for so many rounds, made once for :meth:`run_again`; what was stocked before is given up."""
        shutil.rmtree(stage.folder / "stocked", ignore_errors=True)
        with stage.copy() as world:
            with stage.app.app_context():
                subjects = race.stock(world, rounds, parties)
                session.remove()
            return Stocked(race, parties, stage.kept_as("stocked", world), subjects)

    def run_again(self, stocked: Stocked, rounds: int, tally: Tally) -> None:
        """The same on a copy of the books that hold the subjects already."""
        with stocked.stage.copy() as world, stocked.stage.app.app_context():
            self._run(stocked.stage, world, stocked.race, stocked.parties, stocked.subjects[:rounds], tally)

    def _run(self, stage: Stage, world: World, race: Race, parties: int, stocked: Sequence[Any], tally: Tally) -> None:
        subjects = race.ready(world, stocked, parties)
        with self._open(stage, parties):
            answers = self._ask(parties, "race", race, world, subjects)
        for number, happened in enumerate(race.effects(world, subjects, parties)):
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


def _note_the_moment(opened: Any) -> None:
    """The last hand to come opens the gate; the clock is the same in every process."""
    opened.value = time.monotonic()


def _sit_and_wait(line: Connection, seat: "_Seat") -> None:
    """A hand's whole life: do what is asked until nothing more is."""
    logs._level[0] = logging.ERROR  # that somebody was refused is what a race is about
    while asked := line.recv():
        parties, what, *given = asked
        try:
            line.send(getattr(seat, what)(parties, *given))
        except Exception as broken:  # noqa: BLE001  whatever it is, the referee must hear of it
            line.send(RuntimeError("".join(traceback.format_exception(broken))))


def _uncounted(*_: Any) -> None:
    """In place of a limit, which has a race of its own."""


class _Seat:
    def __init__(self, place: int, gates: dict[int, Any], opened: Any, shared: Any) -> None:
        self.place, self.gates, self.opened, self.shared = place, gates, opened, shared
        self.app: Any = None
        self.books: dict[str, Engines] = {}  # they keep what they have compiled from one race to the next

    def open(self, _parties: int, settings: Settings, files: Path) -> None:
        if self.app is None:
            passwords._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
            # A race is run thousands of times by the same hands.
            doors.spend = lanes.spend = machine_doors.spend = _uncounted
            self.app = create_app(settings)
            self.app.extensions["api-limit"] = _uncounted
            gc.collect()
            gc.freeze()
        known = self.books.get(settings.database_url)
        self.books[settings.database_url] = let_in(known) if known else open_books(settings)
        self.app.config["SETTINGS"] = settings
        self.app.extensions["store"] = Store(LocalShelf(files), settings.largest_file)

    def close(self, _parties: int) -> None:
        session.remove()
        engines().writing.dispose()
        engines().reading.dispose()

    def race(self, parties: int, race: Race, world: Any, subjects: Sequence[Any]) -> list[Answer]:
        hand = Hand(self.app, world, self.place, parties, self.shared)
        gate = self.gates[parties]
        with ExitStack() as changed:
            for where, what in race.instead.items():
                changed.enter_context(patch(where, _named(what)))
            with self.app.app_context():
                race.sit(hand, subjects)
            return [self._round(race, hand, subject, number, gate) for number, subject in enumerate(subjects)]

    def _round(self, race: Race, hand: Hand, subject: Any, number: int, gate: Any) -> Answer:
        try:
            with self.app.app_context():
                press = race.aim(hand, subject, number)
            session.remove()
        except Exception as broken:  # noqa: BLE001
            press = partial(_raise, broken)
        gate.wait(PATIENCE)
        said = ""
        try:
            told = press()
            status, said = told if isinstance(told, tuple) else (told, "")
        except Exception as broken:  # noqa: BLE001
            status = f"{type(broken).__name__}: {broken}"[:500]
        taken = (time.monotonic() - self.opened.value) * 1000
        gate.wait(PATIENCE)
        return Answer(status, taken, said)


def _raise(broken: Exception) -> int:
    raise broken


def _named(what: str) -> Any:
    module, _, name = what.rpartition(".")
    return getattr(__import__(module, fromlist=[name]), name)


def unique(prefix: str) -> str:
    """A word that no other round has used."""
    return f"{prefix}{uuid4().hex[:12]}"
