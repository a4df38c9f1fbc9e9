"""How many statements and milliseconds the home and record pages take, with few and with many records on SQLite:
``python -m tests.bench.pages``.  Prints JSON with the machine's facts."""

import json
import statistics
import tempfile
import time
from pathlib import Path

from sqlalchemy import event

from portal.db import engines
from portal.demo.making import make_recorded
from portal.identity.sessions import begin_session
from tests.bench.eligibility import machine
from tests.browsing import Seat
from tests.stage import is_question, set_stage

MORE = 60
ROUNDS = 15


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench") as folder:
        stage = set_stage("sqlite", Path(folder))
        with stage.copy() as world:
            pages = {
                "home": "/",
                "entrustments": "/entrustments",
                "entrustment": f"/entrustments/{world.entrustment}",
                "batches": "/batches",
                "batch": f"/batches/{world.batch['production_released']}",
                "agreement": f"/agreements/{world.quality_agreement}",
                "verdicts": f"/entrustments/{world.entrustment}/verdicts",
                "trail": f"/entrustments/{world.entrustment}/trail",
            }
            few = _measured(stage, world, pages)
            with stage.app.app_context():
                make_recorded(world.org, world.entrustment, world.product, "MORE", MORE)
            found = {"few_records": few, f"{MORE}_more_batches": _measured(stage, world, pages)}
    print(json.dumps({"pages": found, "machine": machine()}, indent=2))


def _measured(stage, world, pages):
    client = stage.app.test_client()
    client.set_cookie("sid", begin_session(world.person["chengyue/registrant-quality-manager"]))
    seat = Seat(client, world.person["chengyue/registrant-quality-manager"])
    return {name: _page(seat, path) for name, path in pages.items()}


def _page(seat, path):
    asked = []

    def count(_connection, _cursor, statement, *_):
        if is_question(statement):
            asked.append(statement)

    for engine in (engines().reading, engines().writing):
        event.listen(engine, "before_cursor_execute", count)
    try:
        seat.get(path)
        asked.clear()
        taken = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            assert seat.get(path).status_code == 200, path
            taken.append((time.perf_counter() - started) * 1000)
    finally:
        for engine in (engines().reading, engines().writing):
            event.remove(engine, "before_cursor_execute", count)
    return {"queries": len(asked) // ROUNDS, "median_ms": round(statistics.median(taken), 1)}


if __name__ == "__main__":
    main()
