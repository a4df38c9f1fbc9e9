"""Putting a defect found after shipment on record, and what follows from it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from portal import ledger
from portal.acting import begin
from portal.db import new_id, now, session
from portal.facts.numbering import next_number
from portal.identity import Actor
from portal.records.batch import Batch
from portal.records.defect_notice import DefectNotice
from portal.tenancy import side_in
from workflows.batch import BATCH
from workflows.defect_notice import DECIDE
from workflows.engine import Decision

_UNDERWAY = [each.name for each in BATCH.states if not each.final]


def notify(
    concerned: Sequence[Batch], *, what: str, found_at: datetime, found_by: str, decision: Decision[None], by: Actor
) -> DefectNotice:
    """Stop the product of the batches; its batches under way are written along, so nobody releases one unseen."""
    first = concerned[0]
    notice = DefectNotice(
        id=new_id(),
        entrustment_id=first.entrustment_id,
        number=next_number(DefectNotice, "DN", first.entrustment_id),
        product_id=first.product_id,
        product_name=first.product_name,
        batches=[each.number for each in concerned],
        what=what,
        found_at=found_at,
        found_by=found_by,
        notified_at=now(),
    )
    begin(notice, decision, actor=by, also=_underway(first), side=side_in(first.entrustment_id))
    return notice


def decide(notice: DefectNotice, outcome: str, reason: str, *, by: Actor) -> None:
    notice.outcome, notice.reason = outcome, reason
    ledger.write(notice, DECIDE.event, by=by)


def _underway(of: Batch) -> list[Batch]:
    """The batches of the same product that somebody could still release."""
    wanted = select(Batch).where(
        Batch.entrustment_id == of.entrustment_id, Batch.product_id == of.product_id, Batch.state.in_(_UNDERWAY)
    )
    return list(session.scalars(wanted.order_by(Batch.id)))
