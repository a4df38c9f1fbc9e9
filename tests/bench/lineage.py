"""How fast a lineage is written and followed, against the hand-written query on the same rows."""

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

from portal.db import session
from portal.lineage.tracing import units
from portal.tenancy import acting_for
from tests import postgres
from tests.bench import doors
from tests.bench.genealogy import made
from tests.bench.lines import Line, line, milliseconds
from tests.stage import behind_the_walls

FEW, MANY = 1_000, 10_000
# The same answer as portal.lineage.tracing.units gives, asked by hand and past the walls.
BY_HAND = """WITH RECURSIVE reached(id) AS (SELECT CAST({0} AS bigint)
    UNION SELECT l.target FROM reached r JOIN link l ON l.source = r.id WHERE l.struck_by IS NULL)
SELECT n.id, n.item, n.code, n.batch, m.activity FROM reached r JOIN node n ON n.id = r.id AND n.kind = 5
LEFT JOIN movement m ON m.node = n.id AND m.struck_by IS NULL"""


def measured(stage: Any, world: Any) -> Iterator[Line]:
    engine = stage.engine
    started = time.perf_counter()
    small, large = made(world, "FEW", FEW), made(world, "MANY", MANY)
    rate = (FEW + MANY) / (time.perf_counter() - started)
    yield line("units made with ledger event and lineage, a second", rate, 10_000, at_least=True)
    yield line("the same, against as many bare rows", rate, 0.1, against=_bare_rows(engine), at_least=True)
    analyse(engine)
    yield from _traced(world, engine, large, "where nothing else was made", None)
    before = _as(world, "hengrui", lambda: sum(1 for _ in units([small])))
    made(world, "MORE", 9 * MANY)
    analyse(engine)
    yield from _traced(world, engine, large, "in a plant that made ten times as many", 1.5)
    after = _as(world, "hengrui", lambda: sum(1 for _ in units([small])))
    limit = 1.5 if engine == "sqlite" else 2.0
    yield line(f"lot to {FEW} units when the rest grows tenfold", after, limit, against=before)
    yield from doors.asked_of(stage, world, large, by_hand(engine, large))


def _traced(world: Any, engine: str, start: int, where: str, limit: float | None) -> Iterator[Line]:
    for house in ("hengrui", "chengyue"):
        session.remove()
        with acting_for(world.org[house]):
            ours, theirs = milliseconds(lambda: sum(1 for _ in units([start])), by_hand(engine, start), rounds=11)
        yield line(f"lot to {MANY} units and what took them, as {house}, {where}", ours, limit, against=theirs)


def by_hand(engine: str, start: int) -> Callable[[], int]:
    """The same answer, asked past the walls by whoever owns the database."""
    statement = BY_HAND.format("%s" if engine == "postgresql" else "?")

    def ask() -> int:
        with behind_the_walls().connect() as connection:
            cursor = connection.connection.cursor()
            cursor.execute(statement, (start,))
            return len(cursor.fetchall())

    return ask


def _bare_rows(engine: str) -> float:
    """Units a second into two tables with the same keys and nothing else: COPY, or one prepared statement."""
    nodes = [(each, 1, 5, 0, f"BARE{each:09d}") for each in range(MANY)]
    links = [(1, each) for each in range(MANY)]
    with behind_the_walls().connect() as connection:
        cursor = connection.connection.cursor()
        cursor.execute("CREATE TABLE bare_node (id bigint PRIMARY KEY, folio bigint, kind int, item bigint, code text)")
        cursor.execute("CREATE UNIQUE INDEX bare_known ON bare_node (folio, kind, item, code)")
        cursor.execute("CREATE TABLE bare_link (source bigint, target bigint, PRIMARY KEY (source, target))")
        if engine == "sqlite":
            cursor.execute("BEGIN")
        started = time.perf_counter()
        for table, rows in (("bare_node", nodes), ("bare_link", links)):
            _poured(engine, cursor, table, rows)
        connection.connection.commit()
        taken = time.perf_counter() - started
        cursor.execute("DROP TABLE bare_node")
        cursor.execute("DROP TABLE bare_link")
        connection.connection.commit()
    return MANY / taken


def _poured(engine: str, cursor: Any, table: str, rows: list[tuple[Any, ...]]) -> None:
    if engine == "sqlite":
        cursor.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
        return
    with cursor.copy(f"COPY {table} FROM STDIN") as into:
        for row in rows:
            into.write_row(row)


def _as(world: Any, house: str, ask: Callable[[], object]) -> float:
    session.remove()
    with acting_for(world.org[house]):
        return milliseconds(ask)[0]


def analyse(engine: str) -> None:
    """What PostgreSQL does by itself after a while."""
    session.remove()
    if engine == "postgresql":
        with behind_the_walls().begin() as connection:
            connection.exec_driver_sql("ANALYZE")


def serving() -> bool:
    if address := postgres.start():
        os.environ[postgres.ADDRESS] = address
    return postgres.ADDRESS in os.environ
