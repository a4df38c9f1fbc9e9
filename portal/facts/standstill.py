"""Since when each product of an entrustment has not been made, from its batches and the restarts on record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, func, select

from agreements.standstill import are_similar, stands_still
from portal.db import CHINA, session, today
from portal.facts.ground import Ground
from portal.records.batch import Batch
from portal.records.entrustment import Exhibit
from portal.records.restart import Restart
from workflows.recording import UNDERWAY
from workflows.stages import COMMERCIAL


@dataclass(frozen=True)
class Making:
    """``last`` is the last day on which each product was being made, ``restarts`` what was filed, the newest first."""

    ground: Ground
    last: Mapping[UUID, date]
    restarts: Sequence[Restart]

    def last_made(self, product: Exhibit) -> date | None:
        """When one similar to ``product`` was last made or restarted; before any, since when it could have been made.

        None while the entrustment has never been active.
        """
        similar = self._similar(product)
        days = [day for made, day in self.last.items() if made in similar]
        days += [each.reported_on for each in self.restarts if each.product_id in similar and each.file.accepted]
        begun = self.ground.entrustment.activated_at
        return max(days, default=begun.astimezone(CHINA).date() if begun else None)

    def idle_since(self, product: Exhibit, starts_on: date) -> date | None:
        """The last day before a standstill of a year or more that ``starts_on`` would end; None without one."""
        last = self.last_made(product)
        return last if last is not None and stands_still(last, starts_on) else None

    def _similar(self, product: Exhibit) -> set[UUID]:
        code = product.facts.get("code")
        shown = (each for each in self.ground.exhibits if each.kind == "product")
        return {product.subject_id} | {each.subject_id for each in shown if are_similar(code, each.facts.get("code"))}


def making_of(ground: Ground) -> Making:
    """In two queries; a batch in production is being made today, and one that only tries something out is none."""
    within = and_(Batch.entrustment_id == ground.entrustment.id, Batch.stage == COMMERCIAL)
    running = Batch.finished_on.is_(None) & Batch.state.in_(UNDERWAY)
    rows = session.execute(
        select(
            Batch.product_id,
            func.max(func.coalesce(Batch.finished_on, Batch.started_on)),
            func.count().filter(running),
        )
        .where(within)
        .group_by(Batch.product_id)
    )
    last = {product_id: max(day, today()) if under_way else day for product_id, day, under_way in rows}
    wanted = select(Restart).where(Restart.entrustment_id == ground.entrustment.id).order_by(Restart.id.desc())
    return Making(ground, last, session.scalars(wanted).all())
