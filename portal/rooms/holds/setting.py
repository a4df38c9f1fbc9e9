"""Putting a hold point on a batch."""

from portal.acting import begin
from portal.db import new_id
from portal.identity import Actor
from portal.records.batch import Batch
from portal.records.hold_point import HoldPoint
from portal.tenancy import side_in
from workflows.engine import Decision


def set_hold(batch: Batch, step: str | None, because: str, decision: Decision[str], *, by: Actor) -> HoldPoint:
    """Let ``batch`` wait, or the step of it that is named; the batch is written along, so nobody releases it unseen."""
    hold = HoldPoint(
        id=new_id(),
        entrustment_id=batch.entrustment_id,
        batch_id=batch.id,
        batch=batch,
        step=step,
        because=because,
        set_by_id=by.id,
    )
    begin(hold, decision, actor=by, also=hold.along, side=side_in(batch.entrustment_id))
    return hold
