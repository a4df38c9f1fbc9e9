"""A genealogy to measure with: one supplier's lot, ten lots of blanks, one batch in ten parts, units, consignees."""

from datetime import timedelta

from portal.db import now, unit_of_work
from portal.founding import Operator
from portal.lineage.recording import record
from portal.lineage.telling import Telling, Told
from portal.tenancy import acting_for
from workflows.lineage import MICRO, Amount, Deed, Thing

AT_ONCE = 10_000
CONSIGNEES = 100


def made(world, name: str, units: int) -> int:
    """Tell of one; returns the number of the supplier's lot."""
    by = Operator(world.person["hengrui/plant-clerk"], world.org["hengrui"], "plant")
    with acting_for(world.org["hengrui"], person_id=by.id), unit_of_work():
        start = _blanks(name, by)
    for first in range(0, units, AT_ONCE):
        with acting_for(world.org["hengrui"], person_id=by.id), unit_of_work():
            record(_units(world.entrustment, name, first, min(units, first + AT_ONCE)), by=by)
    return start


def _blanks(name: str, by: Operator) -> int:
    telling, at = Telling(None), now() - timedelta(days=2)
    lot, bar = telling.thing(Thing.SUPPLIER_LOT, f"{name}-HEAT"), telling.thing(Thing.LOT, f"{name}-BAR")
    received = {bar: Amount(1000 * MICRO, "kg")}
    telling.deed(Told(Deed.RECEIVE, at, "receipt", uses=[lot], makes=[bar], amounts=received))
    for count in range(10):
        blank = telling.thing(Thing.LOT, f"{name}-BLANK-{count}")
        telling.deed(Told(Deed.STEP, at, "cut", uses=[bar], makes=[blank], amounts={bar: Amount(MICRO, "kg")}))
    return record(telling, by=by).nodes[lot]


def _units(entrustment_id, name: str, first: int, last: int) -> Telling:
    telling, at = Telling(entrustment_id), now() - timedelta(days=1)
    batch = telling.thing(Thing.BATCH, f"{name}-BATCH")
    for count in range(10):
        part = telling.thing(Thing.PART, f"{name}-{first}-{count}", batch=batch)
        blank = telling.thing(Thing.LOT, f"{name}-BLANK-{count}", at_home=True)
        telling.deed(Told(Deed.STEP, at, "turn", uses=[blank], makes=[part], batch=batch))
        serials = [f"{name}{each:09d}" for each in range(first + count, last, 10)]
        units = telling.units(serials, item=0, batch=batch)
        telling.deed(Told(Deed.COMMISSION, at, "serialise", uses=[part], makes=units, batch=batch))
        for which in range(10):
            party = telling.thing(Thing.PARTY, f"{name}-CONSIGNEE-{count * 10 + which}")
            telling.deed(Told(Deed.SHIP, at, "ship", moves=units[which::10], party=party))
    return telling
