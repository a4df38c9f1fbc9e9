"""What the manufacturer found after shipment, and how the registrant took it."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, relationship

from portal.db import Record
from portal.records.entrustment import Entrustment
from portal.records.moving import Move, Moving
from portal.tenancy import Shared
from workflows.defect_notice import DEFECT_NOTICE


class DefectNotice(Moving, Shared, Record):
    """缺陷通知.  ``batches`` are numbers, all of one product; it is stopped until the notice is settled."""

    __tablename__ = "defect_notice"
    lifecycle: ClassVar = DEFECT_NOTICE

    number: Mapped[str]
    product_id: Mapped[UUID]
    product_name: Mapped[str]
    batches: Mapped[list[str]]
    what: Mapped[str]
    found_at: Mapped[datetime]
    found_by: Mapped[str]
    notified_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    reason: Mapped[str | None]
    settled_at: Mapped[datetime | None]

    entrustment: Mapped[Entrustment] = relationship(lazy="joined", viewonly=True)

    def took(self, move: Move) -> None:
        if move.name == "receive":
            self.received_at = move.at
        if move.name == "settle":
            self.settled_at = move.at

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            UniqueConstraint("entrustment_id", "number"),
            CheckConstraint("found_at <= notified_at", name="found_before_notified"),
            CheckConstraint("(state = 'notified') = (received_at IS NULL)", name="received_means_dated"),
            CheckConstraint("(state = 'settled') = (settled_at IS NOT NULL)", name="settled_means_dated"),
            CheckConstraint("(outcome IS NULL) = (reason IS NULL)", name="outcome_means_reasoned"),
            CheckConstraint("outcome IS NULL OR outcome IN ('recall', 'correction', 'none')", name="outcome_is_one"),
            CheckConstraint("state <> 'settled' OR outcome IS NOT NULL", name="settled_means_decided"),
        )
