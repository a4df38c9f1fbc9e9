"""What goes in and out through the doors: readings as lines, a document of events, a trace as page and as file."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from agreements.epcis import body_of, document_of
from agreements.epcis.telling import body_of_act
from portal.commands.waiting import take_all
from portal.db import now, session
from portal.identity.sessions import begin_session
from portal.lineage.numbering import addresses
from portal.records.batch import Batch
from portal.tenancy import acting_for
from tests.api.knocking import Knocker, register
from tests.bench.lines import Line, line, milliseconds
from tests.stage import sql, stored
from workflows.acts import Act, Item, Value
from workflows.lineage import Deed, Thing

MANY, ROUNDS = 10_000, 3
HERE = "https://mes.plant.example"
STEP, WHAT, UNIT, MACHINE = "数控精铣", "板厚", "mm", "EQ-001"


def told_to(stage: Any, world: Any) -> Iterator[Line]:
    """How many readings and events a second: the best of three, since nothing but other work slows them."""
    plant = register(stage.app, world, "hengrui")
    with acting_for(world.org["hengrui"]):
        number = session.get_one(Batch, world.batch["opened"]).number
    streamed = max(_streamed(plant, world, number, each) for each in range(ROUNDS))
    yield line("readings as lines through the door, judged and written, a second", streamed, 5_000, at_least=True)
    captured = max(_captured(stage, plant, _document(world, number, f"C{each}")) for each in range(ROUNDS))
    yield line(f"events of a document of {MANY}, gone through and written, a second", captured, 2_000, at_least=True)


def asked_of(stage: Any, world: Any, start: int, by_hand: Callable[[], object]) -> Iterator[Line]:
    """A trace through the door, against the same answer asked by hand."""
    client = stage.app.test_client()
    client.set_cookie("sid", begin_session(world.person["hengrui/plant-clerk"]))
    with acting_for(world.org["hengrui"]):
        where = addresses([start])[start]
    for name, path in (("a page", f"/traces/{where}"), ("CSV", f"/traces/{where}/units.csv")):
        shown, asked = milliseconds(lambda path=path: _whole(client.get(path)), by_hand)  # type: ignore[misc]
        yield line(f"lot to {MANY} units through the door as {name}", shown, 3.0, against=asked)


def _whole(answer: Any) -> int:
    if answer.status_code != 200:
        raise ValueError(answer.status)
    return len(answer.data)


def _streamed(plant: Knocker, world: Any, batch: str, turn: int) -> float:
    began = now() - timedelta(hours=4 * (turn + 1))
    told = {"batch": batch, "step": STEP, "parameter": WHAT, "unit": UNIT}
    lines = [
        told | {"value": f"{4 + each % 7 / 1000:.3f}", "at": (began + timedelta(seconds=each)).isoformat()}
        for each in range(MANY)
    ]
    body = b"\n".join(json.dumps(each).encode() for each in lines)
    path, media = f"/readings?entrustment_id={world.entrustment}", {"Content_Type": "application/x-ndjson"}
    started = time.perf_counter()
    answer = plant.send("POST", path, body, **media)
    taken = time.perf_counter() - started
    if answer.status_code != 200 or answer.json["taken"] != MANY:
        raise ValueError(answer.text[:500])
    return MANY / taken


def _captured(stage: Any, plant: Knocker, document: bytes) -> float:
    """Received by the door and gone through by the worker, both counted."""
    started = time.perf_counter()
    answer = plant.post("/epcis/capture", document, Content_Type="application/ld+json")
    with stage.app.app_context():
        take_all()
    taken = time.perf_counter() - started
    job = plant.get(answer.headers["Location"].removeprefix("/api/v1")).json
    if job["written"] != MANY:
        raise ValueError(str(job["errors"][:3]))
    return MANY / taken


def _document(world: Any, batch: str, name: str) -> bytes:
    """5,000 pieces made, 4,000 of them measured, all of them packed in boxes of five."""
    at = (now() - timedelta(hours=2)).replace(microsecond=0)
    found = "SELECT di FROM trade_item WHERE is_primary AND state = 'in_use' AND entrustment_id = :about"
    gtin = sql(found, about=stored(world.entrustment))[0][0]
    pieces = [Item(Thing.UNIT, f"{name}{each:06}", gtin, batch) for each in range(MANY // 2)]
    acts = [Act(Deed.COMMISSION, "", _after(at, n), batch=batch, makes=(each,)) for n, each in enumerate(pieces)]
    acts += [_measured(batch, each, _after(at, n, minutes=10), n) for n, each in enumerate(pieces[: MANY * 4 // 10])]
    acts += [
        Act(
            Deed.PACK,
            "",
            _after(at, n, minutes=20),
            package=Item(Thing.PACKAGE, f"{name}BOX{n}"),
            moves=tuple(pieces[n * 5 : n * 5 + 5]),
        )
        for n in range(MANY // 10)
    ]
    return "".join(document_of((body_of(body_of_act(each, HERE)) for each in acts), at)).encode()


def _measured(batch: str, piece: Item, at: datetime, turn: int) -> Act:
    value = Value("", WHAT, f"{4 + turn % 7 / 1000:.3f}", UNIT, at, piece)
    return Act(Deed.MONITOR, "", at, batch=batch, step=STEP, equipment=MACHINE, touches=(piece,), values=(value,))


def _after(at: datetime, turn: int, minutes: int = 0) -> datetime:
    return at + timedelta(minutes=minutes, milliseconds=turn)
