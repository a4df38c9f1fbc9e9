"""How fast a lineage is written and followed, on both engines, against the hand-written query on the same rows:
``python -m tests.bench.lineage``, or ``python3 -m portal bench --json``.

One JSON object a line: name, engine, value, against, ratio, limit, holds.  Medians of seven; the first line tells the
machine's facts.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from portal.db import session
from portal.lineage.tracing import Way, graph, units
from portal.records.lineage import Node
from portal.tenancy import acting_for
from tests import postgres
from tests.bench.eligibility import machine
from tests.bench.genealogy import made
from tests.bench.telling import rates
from tests.stage import behind_the_walls, set_stage

ROUNDS = 7
FEW, MANY = 1_000, 10_000
# The same answer as portal.lineage.tracing.units gives, asked by hand and past the walls.
BY_HAND = """WITH RECURSIVE reached(id) AS (SELECT CAST({0} AS bigint)
    UNION SELECT l.target FROM reached r JOIN link l ON l.source = r.id WHERE l.struck_by IS NULL)
SELECT n.id, n.item, n.code, n.batch, m.activity FROM reached r JOIN node n ON n.id = r.id AND n.kind = 5
LEFT JOIN movement m ON m.node = n.id AND m.struck_by IS NULL"""


def main(arguments: list[str]) -> int:
    wanted = [each for each in arguments if each in ("sqlite", "postgresql")] or ["sqlite", "postgresql"]
    print(json.dumps({"bench": "lineage", "machine": machine()}))
    missed = 0
    for engine in wanted:
        if engine == "postgresql" and not _serving():
            print(json.dumps({"engine": engine, "left out": postgres.WHY_NOT}))
            continue
        for line in measured(engine):
            missed += not line["holds"]
            print(json.dumps({"engine": engine} | line), flush=True)
    postgres.stop()
    return int(missed > 0)


def measured(engine: str) -> Iterator[dict[str, Any]]:
    with (
        tempfile.TemporaryDirectory(prefix="bench", dir=postgres.in_memory()) as folder,
        _world(engine, folder) as world,
    ):
        started = time.perf_counter()
        small, large = made(world, "FEW", FEW), made(world, "MANY", MANY)
        rate = (FEW + MANY) / (time.perf_counter() - started)
        yield _line("units made with ledger event and lineage, a second", rate, 10_000, at_least=True)
        _analyse(engine)
        for house in ("hengrui", "chengyue"):
            by_hand = _by_hand(engine, large)
            ours = _as(world, house, lambda: sum(1 for _ in units([large])))
            yield _line(f"lot to {MANY} units and what took them, as {house}", ours, 1.5, against=by_hand)
        before = _as(world, "hengrui", lambda: sum(1 for _ in units([small])))
        made(world, "MORE", 9 * MANY)
        _analyse(engine)
        after = _as(world, "hengrui", lambda: sum(1 for _ in units([small])))
        limit = 1.5 if engine == "sqlite" else 2.0
        yield _line(f"lot to {FEW} units when the rest grows tenfold", after, limit, against=before)
        for name, rate, least in rates(world):
            yield _line(name, rate, least, at_least=True)
        unit = _one_unit(world)
        yield _line("unit to all its lots, milliseconds", _as(world, "chengyue", lambda: graph([unit], Way.BACKWARD)))


def _line(
    name: str, value: float, limit: float | None = None, *, against: float | None = None, at_least: bool = False
) -> dict[str, Any]:
    ratio = None if against is None else value / against
    asked = value if ratio is None else ratio
    holds = limit is None or (asked >= limit if at_least else asked <= limit)
    found = {"value": value, "against": against, "ratio": ratio}
    rounded = {key: each if each is None else round(each, 2) for key, each in found.items()}
    return {"name": name, **rounded, "limit": limit, "holds": holds}


@contextmanager
def _world(engine: str, folder: str) -> Iterator[Any]:
    with set_stage(engine, Path(folder)).copy() as world:
        yield world


def _as(world: Any, house: str, ask: Callable[[], object]) -> float:
    session.remove()
    with acting_for(world.org[house]):
        return _median(ask)


def _by_hand(engine: str, start: int) -> float:
    session.remove()
    connection = behind_the_walls().raw_connection()
    cursor = connection.cursor()
    statement = BY_HAND.format("%s" if engine == "postgresql" else "?")

    def ask() -> int:
        cursor.execute(statement, (start,))
        return len(cursor.fetchall())

    taken = _median(ask)
    connection.rollback()
    connection.close()
    return taken


def _median(ask: Callable[[], object]) -> float:
    """Milliseconds."""
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


def _one_unit(world: Any) -> int:
    with acting_for(world.org["chengyue"]):
        return session.query(Node.id).filter(Node.code == f"MANY{MANY // 2:09d}").scalar()


def _analyse(engine: str) -> None:
    """What PostgreSQL does by itself after a while."""
    session.remove()
    if engine == "postgresql":
        with behind_the_walls().begin() as connection:
            connection.exec_driver_sql("ANALYZE")


def _serving() -> bool:
    if address := postgres.start():
        os.environ[postgres.ADDRESS] = address
    return postgres.ADDRESS in os.environ


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
