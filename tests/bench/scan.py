"""How many UDI codes are scanned a second, against a bare Flask page with one indexed lookup on the same rows:
``python -m tests.bench.scan [sqlite] [postgresql]``.

One JSON object a line: name, engine, value, against, ratio, limit, holds.  Both in one process, in turn, so that what
else the machine does slows both.
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from flask import Flask, render_template

from agreements.udi import Agency, Identification, build
from portal.db import now, session, today, unit_of_work
from portal.founding import Operator
from portal.identity.sessions import begin_session
from portal.lineage.recording import record
from portal.lineage.telling import Telling, Told
from portal.records.batch import Batch
from portal.records.trade_item import TradeItem
from portal.tenancy import acting_for
from tests import postgres
from tests.bench.eligibility import machine
from tests.bench.lineage import _serving
from tests.stage import behind_the_walls, set_stage
from workflows.lineage import Deed, Thing

LIMIT, UNITS, BLOCKS, ROUNDS = 0.6, 1_000, 12, 40
PAGE = "<!doctype html><title>{{ row[1] }}</title><h1>{{ row[1] }}</h1><p>{{ row[0] }}</p>"


def main(arguments: list[str]) -> int:
    wanted = [each for each in arguments if each in ("sqlite", "postgresql")] or ["sqlite", "postgresql"]
    print(json.dumps({"bench": "scan", "machine": machine()}))
    missed = 0
    for engine in wanted:
        if engine == "postgresql" and not _serving():
            print(json.dumps({"engine": engine, "left out": postgres.WHY_NOT}))
            continue
        line = measured(engine)
        missed += not line["holds"]
        print(json.dumps({"engine": engine} | line), flush=True)
    postgres.stop()
    return int(missed > 0)


def measured(engine: str) -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="bench", dir=postgres.in_memory()) as folder:
        stage = set_stage(engine, Path(folder))
        with stage.copy() as world:
            codes = _made(world)
            client, bare = stage.app.test_client(), _bare(engine).test_client()
            client.set_cookie("sid", begin_session(world.person["hengrui/plant-clerk"]))
            rates: dict[str, list[float]] = {"scan": [], "bare": []}
            for block in range(BLOCKS):
                some = codes[block * ROUNDS : (block + 1) * ROUNDS]
                rates["scan"].append(_rate(lambda each: client.get(f"/scan?q={quote(each[1])}"), some, 302))
                rates["bare"].append(_rate(lambda each: bare.get(f"/{each[0]}"), some, 200))
    value, against = (statistics.median(rates[name][1:]) for name in ("scan", "bare"))
    told = {"value": round(value, 1), "against": round(against, 1), "ratio": round(value / against, 2)}
    return {"name": "scans of a UDI a second", **told, "limit": LIMIT, "holds": value >= LIMIT * against}


def _made(world) -> list[tuple[str, str]]:
    """Serial numbers of devices of a batch, each with the code of its label."""
    by = Operator(world.person["hengrui/plant-clerk"], world.org["hengrui"], "plant")
    with acting_for(world.org["hengrui"], person_id=by.id), unit_of_work():
        batch = session.get_one(Batch, world.batch["marketing_released"])
        item = session.get_one(TradeItem, world.trade_item)
        telling = Telling(batch.entrustment_id)
        of = telling.thing(Thing.BATCH, batch.number, record_id=batch.id)
        serials = [f"SCAN{each:06}" for each in range(UNITS)]
        made = telling.units(serials, item=item.key, batch=of)
        telling.deed(Told(Deed.COMMISSION, now(), "bench", uses=[of], makes=made, batch=of))
        record(telling, by=by)
        told = Identification(Agency.GS1, di=item.di, lot=batch.number)
    return [(each, build(_with(told, each), today())) for each in serials]


def _with(told: Identification, serial: str) -> Identification:
    return Identification(told.agency, di=told.di, lot=told.lot, serial=serial)


def _bare(engine: str) -> Flask:
    """The least that a page with one lookup can be: no walls, no session, no words."""
    app, connection = Flask("bare"), behind_the_walls().raw_connection()
    page = app.jinja_env.from_string(PAGE)
    ask = "SELECT id, code FROM node WHERE code = " + ("%s" if engine == "postgresql" else "?")

    @app.get("/<serial>")
    def show(serial: str) -> str:
        cursor = connection.cursor()
        cursor.execute(ask, (serial,))
        return render_template(page, row=cursor.fetchone())

    return app


def _rate(ask: Callable[[tuple[str, str]], object], some: list[tuple[str, str]], status: int) -> float:
    started = time.perf_counter()
    for each in some:
        assert ask(each).status_code == status, each  # type: ignore[attr-defined]
    return len(some) / (time.perf_counter() - started)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
