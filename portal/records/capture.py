"""A document of events that a machine sent, until it is gone through, and what became of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from portal.db import Record, Throwaway
from portal.tenancy import Private


class Capture(Throwaway, Private, Record):
    """One job of the capture interface.  ``document`` is what was sent, None once it is gone through.

    ``errors`` and ``warnings`` are sentences with their places.  It is no record of the trade and in no ledger: what
    was taken from it is.
    """

    __tablename__ = "capture"

    client_id: Mapped[UUID]
    entrustment_id: Mapped[UUID | None]
    media: Mapped[str]
    sha256: Mapped[str]
    events: Mapped[int]
    whole: Mapped[bool]
    document: Mapped[bytes | None] = mapped_column(LargeBinary)
    received_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    success: Mapped[bool | None]
    written: Mapped[int | None]
    errors: Mapped[list[Any]]
    warnings: Mapped[list[Any]]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            ForeignKeyConstraint(["owner_id", "client_id"], ["client.owner_id", "client.id"]),
            Index("ix_capture_waiting", "owner_id", "finished_at"),
            CheckConstraint("(finished_at IS NULL) = (success IS NULL)", name="finished_means_decided"),
            CheckConstraint("(finished_at IS NULL) = (document IS NOT NULL)", name="kept_until_finished"),
        )
