"""A million units of one lot as a file, from a served portal: how long, and how much memory the worker took at most."""

import http.client
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from portal.db import session
from portal.identity.sessions import begin_session
from portal.lineage.numbering import addresses
from portal.records.lineage import Activity, Node
from portal.tenancy import acting_for
from tests.bench.genealogy import made
from tests.bench.lines import Line, line, milliseconds
from tests.bench.served import both, children
from tests.stage import sql
from workflows.lineage import Deed

COUNT, FIRST = 1_000_000, 900_000 << 24
# Units that hang from what one told genealogy did, laid down behind the portal's back: what is read is the same.
NUMBERS = "WITH RECURSIVE more(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more WHERE n < :count)"
NODES = """INSERT INTO node (id, folio, kind, item, code, batch) {numbers}
    SELECT CAST(:first AS bigint) + n, :folio, 5, 0, 'MILLION' || n, :batch FROM more"""
LINKS = "INSERT INTO link (source, target, folio) {numbers} SELECT :made, CAST(:first AS bigint) + n, :folio FROM more"
MOVES = """INSERT INTO movement (node, activity, folio) {numbers}
    SELECT CAST(:first AS bigint) + n, :moved, :folio FROM more"""


def laid_down(world: Any) -> int:
    """The lot that a million units come of."""
    start = made(world, "MILLION", 100)
    with acting_for(world.org["hengrui"]):
        unit = session.query(Node).filter(Node.code == "MILLION000000000").one()
        deeds = session.query(Activity).filter(Activity.batch == unit.batch, Activity.kind == Deed.COMMISSION.value)
        commissioned = deeds.first()
        moved = session.query(Activity).filter(Activity.kind == Deed.SHIP.value, Activity.folio == unit.folio).first()
        given = {"first": FIRST, "count": COUNT, "folio": unit.folio}
        batch, of, to = unit.batch, commissioned.id, moved.id
    sql(NODES.format(numbers=NUMBERS), **given, batch=batch)
    sql(LINKS.format(numbers=NUMBERS), **given, made=of)
    sql(MOVES.format(numbers=NUMBERS), **given, moved=to)
    return start


def measured(stage: Any, world: Any, start: int, by_hand: Callable[[], object]) -> Iterator[Line]:
    session.remove()
    with acting_for(world.org["hengrui"]):
        path = f"/traces/{addresses([start])[start]}/units.csv"
    cookie = f"sid={begin_session(world.person['hengrui/plant-clerk'])}"
    with both(stage) as at:
        at.rate(at.ours, ["/traces"], [[f"Cookie: {cookie}"]])
        started = time.perf_counter()
        rows = _read(at.ours, path, cookie)
        taken = (time.perf_counter() - started) * 1000
        most = max(_most(each) for each in children(at.pid))
    if rows < COUNT:
        raise ValueError(f"{rows} rows")
    (asked,) = milliseconds(by_hand, rounds=1)
    yield line(f"lot to {COUNT} units as a download", taken, 3.0, against=asked)
    yield line("worker's memory while they were sent, MiB", most, 200)


def _read(port: int, path: str, cookie: str) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    line.request("GET", path, headers={"Cookie": cookie})
    answer, rows = line.getresponse(), 0
    if answer.status != 200:
        raise ValueError(answer.status)
    while some := answer.read(1 << 20):
        rows += some.count(b"\n")
    return rows


def _most(pid: int) -> float:
    """MiB, at its peak."""
    return int(Path(f"/proc/{pid}/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
