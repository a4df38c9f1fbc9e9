"""What a served portal answers with two workers, against the bare page in the same server on the same database."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from portal.commands.testing import ROOT
from portal.db import AT_A_TIME, engines
from portal.identity.sessions import begin_session
from tests.api.knocking import register
from tests.bench.lines import Line, line
from tests.bench.scan import labelled
from tests.servers import free_ports, running, wait_for
from tests.stage import KEY, sql, stored

WORKERS, SECONDS, ROUNDS = 2, 2.0, 3
MACHINES = 25  # each has a limit of its own, so that none is reached
BATCHES, A_PAGE = 100_000, 25
MANY_BATCHES = """INSERT INTO batch ({columns})
    WITH RECURSIVE more(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more WHERE n < {count})
    SELECT {values} FROM batch, more WHERE batch.id = :one"""
NUMBERED = {
    "sqlite": "printf('01900000000070008000%012x', n)",
    "postgresql": "('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid",
}
COLUMNS = {
    "sqlite": "SELECT name FROM pragma_table_info('batch')",
    "postgresql": "SELECT column_name FROM information_schema.columns WHERE table_name = 'batch'",
}
Headers = Sequence[str]
Asked = tuple[int, Sequence[str], Sequence[Headers]]
NOBODY: Sequence[Headers] = [[]]


@dataclass(frozen=True, slots=True)
class Served:
    """Two servers, by their ports; ``pid`` is the portal's own."""

    ours: int
    bare: int
    pid: int
    folder: Path

    def in_turn(self, *asked: Asked) -> list[float]:
        """Requests a second, each asked in turn, once both servers have answered each of them for a while."""
        for each in asked:
            self.rate(*each)
        rates: list[list[float]] = [[] for _ in asked]
        for _ in range(ROUNDS):
            for each, into in zip(asked, rates, strict=True):
                into.append(self.rate(*each))
        return [statistics.median(each) for each in rates]

    def rate(self, port: int, paths: Sequence[str], askers: Sequence[Headers], seconds: float = SECONDS) -> float:
        order = self.folder / "calls.json"
        order.write_text(json.dumps({"port": port, "paths": paths, "askers": askers, "seconds": seconds}))
        call = [sys.executable, "-m", "tests.bench.calling", str(order)]
        said = subprocess.run(call, cwd=ROOT, check=False, capture_output=True)
        if said.returncode:
            raise RuntimeError(said.stderr.decode())
        return float(said.stdout)


def measured(stage: Any, world: Any) -> Iterator[Line]:
    codes, engine = labelled(world), engines().writing.dialect.name
    person = [[f"Cookie: sid={begin_session(world.person['hengrui/plant-clerk'])}", "Accept-Language: zh-CN"]]
    machines = [register(stage.app, world, "hengrui").token for _ in range(MACHINES)]
    bearers = [[f"Authorization: Bearer {each}"] for each in machines]
    scans = ["/scan?q=" + quote(told) for _, told in codes]
    one, many = ["/one/" + serial for serial, _ in codes], [f"/many/{each}" for each in ("A", "B", "C")]
    with both(stage) as at:
        told, least = at.in_turn((at.ours, scans, person), (at.bare, one, NOBODY))
        yield line("scans of a UDI by somebody signed in, a second", told, 0.6, against=least, at_least=True)
        mixed = [
            *scans[:200],
            "/",
            "/batches",
            f"/batches/{world.batch['opened']}",
            "/traces",
            "/find?q=B2611",
            "/duties",
        ]
        at.rate(at.ours, mixed, person, seconds=12.0)
        largest = max(resident(each) for each in children(at.pid))
        yield line("worker's memory after a thousand mixed requests, MiB", largest, 120)
        share = max(proportional(each) for each in children(at.pid))
        yield line("the same, each page that processes share counted in parts (PSS), MiB", share)
        shown, least = at.in_turn((at.ours, ["/batches"], person), (at.bare, many, NOBODY))
        yield line("list of batches as a page, 50 people at once, a second", shown, 0.25, against=least, at_least=True)
        shown, least = at.in_turn((at.ours, [f"/api/v1/batches?limit={A_PAGE}"], bearers), (at.bare, many, NOBODY))
        yield line("list of batches as JSON, 50 at once, a second", shown, 0.5, against=least, at_least=True)
        oldest, newest = _many_batches(world, engine)
        front, back = (f"/batches?before={each}" for each in (newest, oldest))
        deep, first = at.in_turn((at.ours, [back], person), (at.ours, [front], person))
        yield line(
            f"page {BATCHES // A_PAGE} of the list against page 1, a second", deep, 0.8, against=first, at_least=True
        )


@contextmanager
def both(stage: Any) -> Iterator[Served]:
    settings, url = stage.app.config["SETTINGS"], engines().writing.url
    past_the_walls = url if url.drivername == "sqlite" else url.set(username="postgres")
    ours, bare = free_ports(2)
    env = os.environ | {
        "PORTAL_DATA_DIR": str(settings.data_dir),
        "PORTAL_DATABASE_URL": settings.database_url,
        "PORTAL_SECRET_KEY": KEY,
        "PORTAL_ADDRESS": settings.address,
        "PORTAL_HOSTS": ",".join(settings.hosts),
        "BARE_URL": past_the_walls.render_as_string(hide_password=False),
    }
    workers = str(WORKERS)
    portal = [sys.executable, "-m", "portal", "serve", "--port", str(ours), "--workers", workers]
    flask = [sys.executable, "-m", "gunicorn", "-k", "gthread", "-w", workers, "--threads", str(AT_A_TIME)]
    flask += ["-b", f"127.0.0.1:{bare}", "tests.bench.bare:app()"]
    with tempfile.TemporaryDirectory(prefix="bench") as name:
        folder = Path(name)
        logs = folder / "ours.log", folder / "bare.log"
        with running(portal, logs[0], env, ROOT), running(flask, logs[1], env, ROOT):
            for port, log in zip((ours, bare), logs, strict=True):
                wait_for(port, log.read_text)
            yield Served(ours, bare, _serving_at(ours), folder)


def _serving_at(port: int) -> int:
    """The process that was started to serve at a port."""
    for each in sorted(Path("/proc").glob("[0-9]*"), key=lambda path: int(path.name)):
        words = (each / "cmdline").read_bytes().split(b"\0")
        if str(port).encode() in words and b"serve" in words:
            return int(each.name)
    raise LookupError(port)


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def resident(pid: int) -> float:
    """MiB."""
    return int(Path(f"/proc/{pid}/status").read_text().split("VmRSS:")[1].split()[0]) / 1024


def proportional(pid: int) -> float:
    """MiB."""
    return int(Path(f"/proc/{pid}/smaps_rollup").read_text().split("\nPss:")[1].split()[0]) / 1024


def _many_batches(world: Any, engine: str) -> tuple[str, str]:
    """So many batches more of one entrustment, laid down behind the portal's back; ids near the oldest and newest."""
    names = [each for (each,) in sql(COLUMNS[engine])]
    instead = {"id": NUMBERED[engine], "number": "'BENCH-' || n"}
    values = ", ".join(instead.get(each, f"batch.{each}") for each in names)
    statement = MANY_BATCHES.format(columns=", ".join(names), values=values, count=BATCHES)
    sql(statement, one=stored(world.batch["opened"]))
    if engine == "postgresql":
        sql("ANALYZE")
    at = "01900000-0000-7000-8000-{:012x}".format
    return at(A_PAGE + 1), at(BATCHES)
