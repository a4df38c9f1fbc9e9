"""What a resident reports of a day, and what was observed."""

import hashlib
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

import rfc8785
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, relationship

from portal.db import Kept, Record, session
from portal.records.batch import Batch, Nonconformity
from portal.records.moving import Move, Moving
from portal.records.resident import Posting
from portal.tenancy import Shared
from workflows.daily_report import DAILY_REPORT


class DailyReport(Moving, Shared, Record):
    """日报: one for each posting and day.

    ``key_links`` are those of the posting that were supervised, ``batches`` the numbers of those that were seen.
    ``noted_hash`` covers the observations, so that whoever signs the report signs them too.
    """

    __tablename__ = "daily_report"
    lifecycle: ClassVar = DAILY_REPORT

    posting_id: Mapped[UUID]
    day: Mapped[date]
    key_links: Mapped[list[str]]
    batches: Mapped[list[str]]
    remarks: Mapped[str | None]
    handover: Mapped[str | None]
    noted_hash: Mapped[str | None]
    signed_at: Mapped[datetime | None]

    posting: Mapped[Posting] = relationship(lazy="joined", viewonly=True)
    observations: Mapped[list["Observation"]] = relationship(back_populates="report", order_by="Observation.id")

    def took(self, move: Move) -> None:
        if move.name == "sign":
            self.signed_at = move.at

    def bind_observations(self) -> None:
        """Make the row answer for its observations as they are now."""
        with session.no_autoflush:
            found = [[str(each.id), each.says, str(each.batch_id or "")] for each in self.observations]
        self.noted_hash = hashlib.sha256(b"observations\0" + rfc8785.dumps(found)).hexdigest()

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            UniqueConstraint("posting_id", "day"),
            ForeignKeyConstraint(["entrustment_id", "posting_id"], ["posting.entrustment_id", "posting.id"]),
            CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name="signed_means_dated"),
        )


class Observation(Kept, Shared, Record):
    """Something the resident saw, of a batch or of the site; ``nonconformity_id`` is what was raised from it."""

    __tablename__ = "observation"

    report_id: Mapped[UUID]
    batch_id: Mapped[UUID | None]
    says: Mapped[str]
    noted_at: Mapped[datetime]
    nonconformity_id: Mapped[UUID | None]
    raised_at: Mapped[datetime | None]

    report: Mapped[DailyReport] = relationship(back_populates="observations")
    batch: Mapped[Batch | None] = relationship(viewonly=True)
    nonconformity: Mapped[Nonconformity | None] = relationship(viewonly=True)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            ForeignKeyConstraint(["entrustment_id", "report_id"], ["daily_report.entrustment_id", "daily_report.id"]),
            ForeignKeyConstraint(["entrustment_id", "batch_id"], ["batch.entrustment_id", "batch.id"]),
            ForeignKeyConstraint(
                ["entrustment_id", "nonconformity_id"],
                ["nonconformity.entrustment_id", "nonconformity.id"],
            ),
            CheckConstraint("(nonconformity_id IS NULL) = (raised_at IS NULL)", name="raised_means_dated"),
            CheckConstraint("nonconformity_id IS NULL OR batch_id IS NOT NULL", name="raised_against_a_batch"),
        )
