"""What is asked of one thing or one batch: a serial number, and the process record, against a bare page beside it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import event

from portal.db import engines, now, session
from portal.demo.hands import played_by
from portal.identity.sessions import begin_session
from portal.lineage.tracing import Way, graph
from portal.making.recording import put_on_record
from portal.records.batch import Batch
from portal.records.lineage import Node, Reading
from portal.tenancy import acting_for
from tests.bench.bare import bare
from tests.bench.lines import Line, line, milliseconds
from tests.stage import is_question
from workflows.acts import Act, Item, Value
from workflows.lineage import Deed, Thing
from workflows.powers import Role

STEPS, READINGS, SERIALS, MOST_QUERIES = 200, 5_000, 1_000, 14
STEP, WHAT, UNIT, MACHINE = "数控精铣", "板厚", "mm", "EQ-001"


def measured(stage: Any, world: Any) -> Iterator[Line]:
    with acting_for(world.org["hengrui"]):
        number = session.get_one(Batch, world.batch["opened"]).number
    _told(world, number)
    beside = bare(_past_the_walls()).test_client()
    with acting_for(world.org["hengrui"]):
        unit = session.query(Node.id).filter(Node.code == "ASKED0007").scalar()
    session.remove()
    with acting_for(world.org["hengrui"]):
        taken, least = milliseconds(lambda: _all_of(unit), lambda: beside.get("/one/ASKED0007"), rounds=41)
    yield line("serial number to its lots, suppliers and readings, against a bare page", taken, 2.0, against=least)
    client = stage.app.test_client()
    client.set_cookie("sid", begin_session(world.person["hengrui/plant-clerk"]))
    path = f"/batches/{world.batch['opened']}/steps"
    shown, least = milliseconds(lambda: client.get(path), lambda: beside.get("/one/ASKED0007"))
    yield line("process record of a batch, milliseconds", shown, against=least)
    asked = _questions(lambda: client.get(path))
    about = f"{STEPS} steps, {READINGS} readings, {SERIALS} serial numbers"
    yield line(f"questions that the record of {about} asks of the database", asked, MOST_QUERIES)


def _all_of(unit: int) -> tuple[int, int]:
    found = graph([unit], Way.BACKWARD)
    readings = session.query(Reading).filter(Reading.subject == unit, Reading.struck_by.is_(None)).all()
    if not readings:
        raise ValueError("it was measured")
    return len(found.nodes), len(readings)


def _told(world: Any, batch: str) -> None:
    at = now() - timedelta(hours=5)
    pieces = [Item(Thing.UNIT, f"ASKED{each:04}") for each in range(SERIALS)]
    each_step = READINGS // STEPS
    acts = [Act(Deed.COMMISSION, "pieces", at, batch=batch, makes=pieces)]
    for count in range(STEPS):
        began = at + timedelta(minutes=count)
        values = [
            Value(f"{count}/{each}", WHAT, "4.00", UNIT, began, pieces[(count * each_step + each) % SERIALS])
            for each in range(each_step)
        ]
        acts.append(Act(Deed.MONITOR, f"step {count}", began, batch=batch, step=STEP, equipment=MACHINE, values=values))
    with played_by("hengrui", Role.PLANT_CLERK, world.org) as by:
        outcome = put_on_record(acts, entrustment_id=world.entrustment, by=by, origin="request")
    if outcome.recorded is None or outcome.faults:
        raise ValueError(str(outcome.faults[:3]))


def _questions(ask: Callable[[], object]) -> int:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if is_question(statement):
            asked.append(statement)

    both = engines().reading, engines().writing
    for each in both:
        event.listen(each, "before_cursor_execute", note)
    try:
        ask()
    finally:
        for each in both:
            event.remove(each, "before_cursor_execute", note)
    return len(asked)


def _past_the_walls() -> str:
    url = engines().writing.url
    return (url if url.drivername == "sqlite" else url.set(username="postgres")).render_as_string(hide_password=False)
