"""What a notice of a defect depends on: what follows from it, and which batches had been shipped."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import Select, select

from portal.db import session
from portal.records.batch import Batch
from portal.records.defect_notice import DefectNotice
from workflows.defect_notice import SHIPPED, DefectFacts

LATEST = 3


def defect_facts(found: Iterable[DefectNotice]) -> dict[UUID, DefectFacts]:
    return {each.id: DefectFacts(follows_written=bool(each.outcome and each.reason)) for each in found}


def shipped(entrustment_id: UUID, numbers: Collection[str]) -> dict[str, Batch]:
    """Those of the batches so numbered that have left the manufacturer's hands."""
    wanted = _shipped_from(entrustment_id).where(Batch.number.in_(numbers))
    return {each.number: each for each in session.scalars(wanted)}


def latest_shipped(entrustment_id: UUID) -> list[str]:
    """The numbers of the last few, the newest first."""
    wanted = _shipped_from(entrustment_id).order_by(Batch.id.desc()).limit(LATEST)
    return [each.number for each in session.scalars(wanted)]


def _shipped_from(entrustment_id: UUID) -> Select[Batch]:
    return select(Batch).where(Batch.entrustment_id == entrustment_id, Batch.state.in_(SHIPPED))
