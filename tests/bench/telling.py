"""How fast a plant's acts are looked up, judged and written: readings against limits, pieces against their step."""

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from portal.db import now, session
from portal.demo.hands import played_by
from portal.making.recording import put_on_record
from portal.records.batch import Batch
from portal.tenancy import acting_for
from workflows.acts import Act, Item, Value
from workflows.lineage import Deed, Thing
from workflows.powers import Role

MANY = 10_000
PER_ACT = 100


def rates(world: Any) -> Iterator[tuple[str, float, float]]:
    """What is measured, how many of it a second, and how many at least."""
    with acting_for(world.org["hengrui"]):
        number = session.get_one(Batch, world.batch["opened"]).number
    yield "readings judged by their limits and written, a second", _rate(world, _readings(number)), 5_000
    yield "pieces told of by a plant, looked up and written, a second", _rate(world, _pieces(number)), 10_000


def _rate(world: Any, acts: list[Act]) -> float:
    started = time.perf_counter()
    with played_by("hengrui", Role.PLANT_CLERK, world.org) as by:
        outcome = put_on_record(acts, entrustment_id=world.entrustment, by=by, origin="request")
    taken = time.perf_counter() - started
    if outcome.recorded is None or outcome.faults:
        raise ValueError(str(outcome.faults[:3]))
    return MANY / taken


def _readings(batch: str) -> list[Act]:
    at = now() - timedelta(hours=4)
    return [
        Act(
            Deed.MONITOR,
            f"line {start}",
            at + timedelta(seconds=start),
            batch=batch,
            step="数控精铣",
            equipment="EQ-001",
            values=[
                Value(f"line {each}", "板厚", f"{4 + each % 7 / 1000:.3f}", "mm", at + timedelta(seconds=each))
                for each in range(start, start + PER_ACT)
            ],
        )
        for start in range(0, MANY, PER_ACT)
    ]


def _pieces(batch: str) -> list[Act]:
    pieces = [Item(Thing.UNIT, f"BENCH{each:07}") for each in range(MANY)]
    return [Act(Deed.COMMISSION, "line 1", now() - timedelta(hours=1), batch=batch, makes=pieces)]
