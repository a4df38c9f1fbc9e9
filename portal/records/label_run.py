"""A run of labels printed for a batch, and what became of each of them."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, relationship

from portal.db import Record
from portal.records.batch import Batch
from portal.records.moving import Move, Moving
from portal.records.trade_item import TradeItem
from portal.tenancy import Shared
from workflows.labelling import LABEL_RUN

COUNTED = ("used", "spoilt", "destroyed", "left_over")


class LabelRun(Moving, Shared, Record):
    """标签打印与平衡.  ``quantity`` labels of one identifier; ``first_serial`` is counted up from label to label.

    Whatever a run does, its batch is written along, so that nobody releases the batch unseen.
    """

    __tablename__ = "label_run"
    lifecycle: ClassVar = LABEL_RUN

    number: Mapped[str]
    batch_id: Mapped[UUID]
    trade_item_id: Mapped[UUID]
    label_version: Mapped[str | None]
    quantity: Mapped[int]
    first_serial: Mapped[str | None]
    used: Mapped[int | None]
    spoilt: Mapped[int | None]
    destroyed: Mapped[int | None]
    left_over: Mapped[int | None]
    explanation: Mapped[str | None]
    printed_by_id: Mapped[UUID]
    printed_at: Mapped[datetime]
    reconciled_at: Mapped[datetime | None]

    batch: Mapped[Batch] = relationship(lazy="joined", viewonly=True)
    item: Mapped[TradeItem] = relationship(
        primaryjoin="foreign(LabelRun.trade_item_id) == TradeItem.id", lazy="joined", viewonly=True
    )

    @property
    def difference(self) -> int | None:
        """Labels that nobody can tell the whereabouts of; negative where more came to light than were printed."""
        counted = (self.used, self.spoilt, self.destroyed, self.left_over)
        if any(each is None for each in counted):
            return None
        return self.quantity - sum(each or 0 for each in counted)

    def took(self, move: Move) -> None:
        if move.name == "reconcile":
            self.reconciled_at = move.at

    @property
    def along(self) -> list[Any]:
        return [self.batch]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        counts = " AND ".join(f"({each} IS NULL OR {each} >= 0)" for each in COUNTED)
        whole = " AND ".join(f"{each} IS NOT NULL" for each in COUNTED)
        return (
            UniqueConstraint("entrustment_id", "id"),
            UniqueConstraint("entrustment_id", "number"),
            ForeignKeyConstraint(["entrustment_id", "batch_id"], ["batch.entrustment_id", "batch.id"]),
            ForeignKeyConstraint(["entrustment_id", "trade_item_id"], ["trade_item.entrustment_id", "trade_item.id"]),
            CheckConstraint("quantity > 0", name="prints_something"),
            CheckConstraint(counts, name="counts_are_whole"),
            CheckConstraint("(state = 'reconciled') = (reconciled_at IS NOT NULL)", name="reconciled_means_dated"),
            CheckConstraint(
                f"state <> 'reconciled' OR ({whole} AND (explanation IS NOT NULL "
                "OR used + spoilt + destroyed + left_over = quantity))",
                name="reconciled_means_balanced",
            ),
        )
