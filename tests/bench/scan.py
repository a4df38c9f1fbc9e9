"""Devices to scan: their serial numbers, each with the code of its label."""

from agreements.udi import Agency, Identification, build
from portal.db import now, session, today, unit_of_work
from portal.founding import Operator
from portal.lineage.recording import record
from portal.lineage.telling import Telling, Told
from portal.records.batch import Batch
from portal.records.trade_item import TradeItem
from portal.tenancy import acting_for
from workflows.lineage import Deed, Thing

UNITS = 1_000


def labelled(world) -> list[tuple[str, str]]:
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
