"""The labels of the demonstration world: a run printed and counted, for a batch on its way."""

from uuid import UUID

from portal.db import session, today
from portal.demo.hands import played_by
from portal.facts.trade_items import primary_of
from portal.records.batch import Batch
from portal.rooms.labels.keeping import Wanted, count, put_on_record
from portal.tenancy import side_in
from workflows.engine import weigh_opening
from workflows.labelling import PRINT, PrintingFacts
from workflows.powers import Role


def print_labels(org: dict[str, UUID], batch_id: UUID, manufacturer: str) -> UUID:
    """Twelve hundred with serial numbers; counted, and yet to be reconciled."""
    with played_by(manufacturer, Role.PLANT_CLERK, org) as by:
        batch = session.get_one(Batch, batch_id)
        item = primary_of(batch.entrustment_id, batch.product_id)
        if item is None:
            raise LookupError(batch_id)
        side = side_in(batch.entrustment_id)
        decision = weigh_opening(PRINT, PrintingFacts(batch.state, 1), powers=by.powers, side=side, on=today())
        run = put_on_record(batch, Wanted(item, 1200, "S0001"), decision, by=by)
        session.flush()
        counted = {"used": 1181, "spoilt": 12, "destroyed": 0, "left_over": 7, "explanation": None}
        count(run, counted, by=by)
        return run.id
