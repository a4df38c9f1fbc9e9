"""A plant of a million serial numbers against its own list: ``python -m tests.assurance.planted_truth``.

A plant made up at random (tests/lineage/plant.py: rework, splits, merges, corrections, defects that are planted) tells
what it did through the portal's own telling; then traces forward and backward, as the plant and as each of its two
registrants, with tenancy and row security on, are compared with what the plant wrote down for itself: for each defect
that was planted, and for a sample of the rest drawn at random.

Prints a line for each reader and way: how many questions, how many units or lots the list has, how many were missed and
how many accused though they had no part, precision and recall.  Then how fast it was written, how much memory that
took, and what became of one same answer of 1,000 units when the rest grew.  Exit code 1 on any difference.
"""

import argparse
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from portal.db import session, unit_of_work
from portal.founding import Operator
from portal.lineage.knowing import in_turn
from portal.lineage.recording import record
from portal.lineage.telling import Telling
from portal.lineage.tracing import Way, activities, graph, passed, units
from portal.records.lineage import Node
from portal.tenancy import acting_for
from tests import postgres
from tests.bench.genealogy import made
from tests.lineage.plant import MACHINES, Plant, Truth, Unit, minute
from tests.stage import ENGINES, behind_the_walls, set_stage
from workflows.lineage import Thing

PLANT, REGISTRANTS = "hengrui", ("chengyue", "lantai")
BATCH, BOX = 4_000, 50
SAME, FIRST, ROUNDS = 1_000, 10_000, 25
LIMITS = {"sqlite": 1.5, "postgresql": 2.0}
HEAD = f"{'reader':10} {'asked':28} {'questions':>9} {'on the list':>11} {'missed':>7} {'accused':>7} precision recall"
HEAD += f" {'seconds':>8}"


@dataclass
class Tally:
    """What the questions of one kind came to; ``right`` counts what was found and stands on the list."""

    questions: int = 0
    right: int = 0
    missed: int = 0
    accused: int = 0
    seconds: float = 0.0

    def compare(self, found: set[Any], listed: set[Any]) -> None:
        self.questions += 1
        self.right += len(found & listed)
        self.missed += len(listed - found)
        self.accused += len(found - listed)

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.accused) if self.right + self.accused else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def is_exact(self) -> bool:
        return not self.missed and not self.accused


def main(arguments: Sequence[str] | None = None) -> int:
    given = _arguments(arguments)
    faults = 0
    try:
        for engine in ENGINES if given.engine == "both" else (given.engine,):
            if engine == "postgresql" and not _serving():
                print(postgres.WHY_NOT)
                return 1
            with (
                tempfile.TemporaryDirectory(prefix="plant", dir=postgres.in_memory()) as folder,
                set_stage(engine, Path(folder)).copy() as world,
            ):
                faults += _run(world, engine, given)
    finally:
        postgres.stop()
    return 1 if faults else 0


def _run(world: Any, engine: str, given: argparse.Namespace) -> int:
    plant = Plant(_entrustments(world), seed=given.seed, write=_writing(world), box=BOX)
    started, done = time.perf_counter(), 0.0
    same = made(world, "SAME", SAME)
    early = grown(plant, min(FIRST, given.pieces) - SAME)
    done += time.perf_counter() - started
    _analyse(engine)
    before = {house: _same_answer(world, house, same) for house in (PLANT, REGISTRANTS[0])}
    started = time.perf_counter()
    pieces = SAME + early + grown(plant, given.pieces - early - SAME)
    done += time.perf_counter() - started
    _analyse(engine)
    print(f"{engine}: {pieces} pieces written in {done:.0f} s ({pieces / done:.0f} a second), ", end="")
    print(f"at most {_memory():.0f} MiB in memory; seed {given.seed}", flush=True)
    faults = 0
    print(HEAD)
    for reader, asked, tally in judged(world, plant, given.sample, random.Random(given.seed)):
        faults += not tally.is_exact
        print(line(reader, asked, tally), flush=True)
    print(f"at most {_memory():.0f} MiB in memory with the questions")
    print(f"the same {SAME} units of a lot, in milliseconds (the fastest of {ROUNDS}):")
    for house, was in before.items():
        now_ = _same_answer(world, house, same)
        holds = now_ / was <= LIMITS[engine]
        faults += not holds
        said = f"  as {house}: {was:.1f} among {SAME + early}, {now_:.1f} among {pieces}: {now_ / was:.2f} times"
        print(f"{said}, at most {LIMITS[engine]}: {'holds' if holds else 'MISSED'}", flush=True)
    return faults


def grown(plant: Plant, pieces: int) -> int:
    """Let the plant make so many, in batches; how many they were."""
    left = pieces
    while left > 0:
        units_ = min(BATCH, left)
        for _ in plant.work(1, units=units_):
            left -= units_
        session.remove()
    return pieces


def judged(world: Any, plant: Plant, sample: int, chance: random.Random) -> Iterator[tuple[str, str, Tally]]:
    """For each reader and question what came of it."""
    truth = plant.truth
    stays = sorted({stay for parts in truth.parts.values() for part in parts for stay in part.stays})
    bad_lots = sorted(truth.bad_lots & set(plant.lots))
    bad_stays = [each for each in stays if each in truth.bad_stays]
    lots = _some(chance, [each for each in plant.lots if each not in truth.bad_lots], sample)
    other_stays = _some(chance, [each for each in stays if each not in truth.bad_stays], sample)
    for house in (PLANT, *REGISTRANTS):
        session.remove()
        with acting_for(world.org[house]):
            mine = {each for each in truth.parts if house in (PLANT, truth.house_of[each])}
            yield house, "bad lot to units, holders", _forward(truth, mine, bad_lots)
            yield house, "other lots to units, holders", _forward(truth, mine, lots)
            yield house, "bad stay to units", _through(truth, mine, bad_stays)
            yield house, "other stays to units", _through(truth, mine, other_stays)
            chosen = _some(chance, sorted(mine), sample)
            drawn = [chance.choice(list(truth.units(each))) for each in chosen]
            reworked = [each for batch in chosen[:3] for each in truth.units(batch) if each.serial in truth.reworked]
            yield house, "unit to lots and stays", _backward(drawn)
            yield house, "reworked unit to lots, stays", _backward(_some(chance, reworked, sample))


def line(reader: str, asked: str, tally: Tally) -> str:
    listed = tally.right + tally.missed
    said = f"{reader:10} {asked:28} {tally.questions:9} {listed:11} {tally.missed:7} {tally.accused:7}"
    return f"{said} {tally.precision:9.6f} {tally.recall:.6f} {tally.seconds:8.1f}"


def _forward(truth: Truth, mine: set[str], lots: Iterable[str]) -> Tally:
    """From a supplier's lot to each unit and whoever has it."""
    tally = Tally()
    holders = truth.holders(mine)
    for lot in lots:
        listed = {(unit, holders.get(unit)) for unit in truth.made_of(lot) if unit[0] in mine}
        start = select(Node.id).where(Node.kind == Thing.SUPPLIER_LOT, Node.code == lot)
        found = _timed(tally, lambda start=start: _held(session.scalars(start).all()))
        tally.compare(found, listed)
    return tally


def _through(truth: Truth, mine: set[str], stays: Iterable[tuple[str, int]]) -> Tally:
    """From what passed a machine in a minute to each unit."""
    tally = Tally()
    for machine, at in stays:
        listed = {unit for unit in truth.passed((machine, at)) if unit[0] in mine}
        deeds = passed(minute(at), minute(at), equipment_id=MACHINES[machine])
        found = _timed(tally, lambda deeds=deeds: {unit for unit, _ in _held(deeds)})
        tally.compare(found, listed)
    return tally


def _backward(sample: Iterable[Unit]) -> Tally:
    """From a unit to the suppliers' lots that went into it, and the stays it had."""
    tally = Tally()
    names = {key: name for name, key in MACHINES.items()}
    for unit in sample:
        start = select(Node.id).where(Node.kind == Thing.UNIT, Node.code == unit.serial)
        came = _timed(tally, lambda start=start: graph(session.scalars(start).all(), Way.BACKWARD).nodes)
        lots = {each.code for each in came.values() if each.kind == Thing.SUPPLIER_LOT}
        deeds = activities(came).values()
        stays = {(names[each.equipment_id], _minute(each.began_at)) for each in deeds if each.equipment_id}
        tally.compare(lots | stays, unit.lots | unit.stays)
    return tally


def _held(start: Sequence[int]) -> set[tuple[tuple[str, str], str | None]]:
    """Each unit downstream, by batch and serial number, and who has it."""
    if not start:
        return set()
    found = list(units(start))
    moved = activities({each.deed for each in found if each.deed is not None})
    named = sorted({each.batch for each in found if each.batch} | {each.party for each in moved.values() if each.party})
    codes: dict[int | None, str] = {}
    for some in in_turn(named):
        codes |= dict(session.execute(select(Node.id, Node.code).where(Node.id.in_(some))).all())
    session.expunge_all()
    return {
        ((codes[each.batch], each.code), codes[moved[each.deed].party] if each.deed is not None else None)
        for each in found
    }


def _timed(tally: Tally, ask: Callable[[], Any]) -> Any:
    started = time.perf_counter()
    found = ask()
    tally.seconds += time.perf_counter() - started
    return found


def _minute(at: Any) -> int:
    return int((at - minute(0)).total_seconds()) // 60


def _some(chance: random.Random, of: Sequence[Any], most: int) -> list[Any]:
    return list(of) if len(of) <= most else chance.sample(list(of), most)


def _same_answer(world: Any, house: str, start: int) -> float:
    """Milliseconds for one same answer: the fastest, which other work on the machine disturbs least."""
    session.remove()
    taken = []
    with acting_for(world.org[house]):
        for _ in range(ROUNDS):
            started = time.perf_counter()
            assert sum(1 for _ in units([start])) == SAME
            taken.append((time.perf_counter() - started) * 1000)
    return min(taken)


def _entrustments(world: Any) -> dict[str, Any]:
    return dict(zip(REGISTRANTS, (world.entrustment, world.rival_entrustment), strict=True))


def _writing(world: Any) -> Callable[[Telling], Sequence[int]]:
    by = Operator(world.person[f"{PLANT}/plant-clerk"], world.org[PLANT], "plant")

    def _write(telling: Telling) -> Sequence[int]:
        with acting_for(by.organisation_id, person_id=by.id), unit_of_work():
            return record(telling, by=by).deeds

    return _write


def _analyse(engine: str) -> None:
    """What PostgreSQL does by itself after a while."""
    session.remove()
    if engine == "postgresql":
        with behind_the_walls().begin() as connection:
            connection.exec_driver_sql("ANALYZE")


def _memory() -> float:
    """MiB, the most that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _serving() -> bool:
    if address := postgres.start():
        os.environ[postgres.ADDRESS] = address
    return postgres.ADDRESS in os.environ


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pieces", type=int, default=1_000_000)
    parser.add_argument("--engine", choices=("both", *ENGINES), default="both")
    parser.add_argument("--sample", type=int, default=25, help="questions of each sort besides the planted defects")
    parser.add_argument("--seed", type=int, default=2026)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
