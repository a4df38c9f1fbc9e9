"""What goes no further until the resident at the site has seen to it."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, relationship

from portal.db import Record
from portal.records.batch import Batch
from portal.records.moving import Move, Moving
from portal.tenancy import Shared
from workflows.hold_point import HOLD_POINT


class HoldPoint(Moving, Shared, Record):
    """停止点: of a batch, or of the step of it that ``step`` names.  The batch is written along with every move."""

    __tablename__ = "hold_point"
    lifecycle: ClassVar = HOLD_POINT

    batch_id: Mapped[UUID]
    step: Mapped[str | None]
    because: Mapped[str]
    set_by_id: Mapped[UUID]
    lifted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    batch: Mapped[Batch] = relationship(lazy="joined", viewonly=True)

    @property
    def called(self) -> str:
        return self.batch.number

    def took(self, move: Move) -> None:
        if move.name == "lift":
            self.lifted_at = move.at
        if move.name == "withdraw":
            self.withdrawn_at = move.at

    @property
    def along(self) -> list[Any]:
        return [self.batch]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            ForeignKeyConstraint(["entrustment_id", "batch_id"], ["batch.entrustment_id", "batch.id"]),
            CheckConstraint("(state = 'lifted') = (lifted_at IS NOT NULL)", name="lifted_means_dated"),
            CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_means_dated"),
        )
