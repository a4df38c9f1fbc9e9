"""What the batches of the demonstration world were made of, and where their pieces went."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from portal.db import now, session
from portal.demo.hands import played_by
from portal.demo.receiving import LOTS
from portal.demo.supplying import SUPPLIERS, TITANIUM
from portal.lineage.receiving import supplier_lot_code
from portal.lineage.recording import record
from portal.lineage.telling import Handle, Telling, Told
from portal.records.batch import Batch
from workflows.lineage import MICRO, Amount, Deed, Thing
from workflows.powers import Role

# As the register of the plant's lots tells of them: one that is accepted, and one that nothing was made of yet.
BAR, SPARE_BAR = LOTS["lot_accepted"][0], LOTS["lot_in_quarantine"][0]
HEAT = supplier_lot_code(SUPPLIERS[TITANIUM][0], LOTS["lot_accepted"][2])
SPARE_HEAT = supplier_lot_code(SUPPLIERS[TITANIUM][0], LOTS["lot_in_quarantine"][2])
BLANKS = "BL2610-{}"
STEPS = (("数控加工", "CNC-03"), ("抛光", "PG-02"), ("超声清洗", "QX-01"), ("钝化", "DH-01"))
HOSPITALS = ("江苏示例医院", "浙江示例医院")
RELEASED = ("marketing_released", "production_released")
PIECES = 24
PER_BOX = 6


def share_titanium(org: dict[str, UUID], manufacturer: str, batches: tuple[Mapping[str, UUID], ...]) -> None:
    """One heat for the batches of several registrants that are released; what is on the market was shipped."""
    made = [(each[state], state == "marketing_released") for each in batches for state in RELEASED]
    cut_titanium(org, manufacturer, parts=len(made))
    for part, (batch_id, shipped) in enumerate(made, start=1):
        make_pieces(org, manufacturer, batch_id, part, shipped=shipped)


def cut_titanium(org: dict[str, UUID], manufacturer: str, parts: int) -> None:
    """The accepted bar, cut into as many lots of blanks, in the plant's own books."""
    with played_by(manufacturer, Role.PLANT_CLERK, org) as by:
        telling, at = Telling(None), now() - timedelta(days=10)
        bar = telling.thing(Thing.LOT, BAR)
        for number in range(1, parts + 1):
            blanks = telling.thing(Thing.LOT, BLANKS.format(number))
            amounts = {bar: _kilos(8), blanks: Amount(400 * MICRO, "件")}
            about = {"equipment": "JC-01"}
            telling.deed(_told(Deed.STEP, at, "下料", uses=[bar], makes=[blanks], amounts=amounts, about=about))
        record(telling, by=by)


def make_pieces(org: dict[str, UUID], manufacturer: str, batch_id: UUID, part: int, *, shipped: bool) -> None:
    """From the blanks to serialised pieces in boxes, and to two hospitals where they were shipped."""
    with played_by(manufacturer, Role.PLANT_CLERK, org) as by:
        made = session.get_one(Batch, batch_id)
        telling, at = Telling(made.entrustment_id), now() - timedelta(days=3)
        batch = telling.thing(Thing.BATCH, made.number, record_id=made.id)
        blanks = telling.thing(Thing.LOT, BLANKS.format(part), at_home=True)
        for count, (step, equipment) in enumerate(STEPS):
            uses = [blanks] if count == 0 else []
            amounts = {blanks: Amount(PIECES * MICRO, "件")} if uses else {}
            began = at + timedelta(hours=4 * count)
            told = _told(Deed.STEP, began, step, uses=uses, touches=[batch], amounts=amounts, batch=batch)
            telling.deed(_on(told, equipment, began + timedelta(hours=3)))
        serials = [f"{made.number}{number:04}" for number in range(1, PIECES + 1)]
        pieces = telling.units(serials, item=0, batch=batch)
        serialised = at + timedelta(hours=20)
        telling.deed(_told(Deed.COMMISSION, serialised, "激光打标", uses=[batch], makes=pieces, batch=batch))
        if shipped:
            _ship(telling, made.number, pieces, at + timedelta(days=1))
        record(telling, by=by)


def _ship(telling: Telling, number: str, pieces: list[Handle], at: datetime) -> None:
    boxes = []
    for start in range(0, len(pieces), PER_BOX):
        box = telling.thing(Thing.PACKAGE, f"{number}-X{start // PER_BOX + 1}")
        telling.deed(_told(Deed.PACK, at, "装箱", package=box, moves=pieces[start : start + PER_BOX]))
        boxes.append(box)
    for place, hospital in enumerate(HOSPITALS):
        party = telling.thing(Thing.PARTY, hospital)
        sent = at + timedelta(hours=2)
        telling.deed(_told(Deed.SHIP, sent, "发货", moves=boxes[place :: len(HOSPITALS)], party=party))


def _told(kind: Deed, at: datetime, step: str, *, about: Mapping[str, Any] | None = None, **what: Any) -> Told:
    return Told(kind, at, step, about={"label": step, **(about or {})}, **what)


def _on(told: Told, equipment: str, until: datetime) -> Told:
    return replace(told, ended_at=until, about={**told.about, "equipment": equipment})


def _kilos(count: int) -> Amount:
    return Amount(count * MICRO, "kg")
