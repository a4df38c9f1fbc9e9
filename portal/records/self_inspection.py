"""The yearly self-inspection report of a house, as it was drawn from the records and as it was filed."""

import json
from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, literal_column
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from portal.db import Record
from portal.records.moving import Move, Moving
from portal.tenancy import Overseen
from workflows.self_inspection import SELF_INSPECTION

STANDING: Any = literal_column("state <> 'withdrawn'")


class SelfInspection(Moving, Overseen, Record):
    """年度自查报告.  ``body`` is the canonical JSON of the year's figures, a section for each partner; no id is in it.

    It names every partner of the house, so it stands in the house's own books: no partner ever sees it, not even its
    own section.
    """

    __tablename__ = "self_inspection"
    lifecycle: ClassVar = SELF_INSPECTION

    year: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    body_hash: Mapped[str]
    drawn_at: Mapped[datetime]
    overview: Mapped[str | None]
    changes: Mapped[str | None]
    operation: Mapped[str | None]
    outside: Mapped[str | None]
    signed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    filed_on: Mapped[date | None]
    filing_number: Mapped[str | None]

    @property
    def figures(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.body)
        return read

    @property
    def is_written(self) -> bool:
        return all((self.overview, self.changes, self.operation, self.outside))

    def took(self, move: Move) -> None:
        if move.name == "sign":
            self.signed_at = move.at
        if move.name == "withdraw":
            self.withdrawn_at = move.at

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("owner_id", "id"),
            Index(
                "uq_self_inspection_of_a_year",
                "owner_id",
                "year",
                unique=True,
                postgresql_where=STANDING,
                sqlite_where=STANDING,
            ),
            CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name="signed_means_dated"),
            CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_means_dated"),
            CheckConstraint("filed_on IS NULL OR signed_at IS NOT NULL", name="filed_means_signed"),
            CheckConstraint("(filed_on IS NULL) = (filing_number IS NULL)", name="filed_means_numbered"),
        )
