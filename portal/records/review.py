"""The yearly review of the quality agreement, a line for each of its clauses."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, literal_column
from sqlalchemy.orm import Mapped, declared_attr, relationship

from portal.db import Record
from portal.records.agreement import Agreement
from portal.records.entrustment import Entrustment
from portal.records.moving import Move, Moving
from portal.tenancy import Shared
from workflows.agreement_review import AGREEMENT_REVIEW

UNDERWAY: Any = literal_column("signed_at IS NULL AND dropped_at IS NULL")


class AgreementReview(Moving, Shared, Record):
    """协议年度评审.  ``since`` to ``until`` is the year that is judged.

    ``lines`` is a list of {"clause_id", "kept", "registrant", "manufacturer", "amend"}: ``kept`` counts the duties of
    the clause by how they stood, a side's judgement is None or {"lacks", "remark"}, ``lacks`` the names of ASPECTS.
    """

    __tablename__ = "agreement_review"
    lifecycle: ClassVar = AGREEMENT_REVIEW

    number: Mapped[str]
    agreement_id: Mapped[UUID]
    since: Mapped[date]
    until: Mapped[date]
    lines: Mapped[list[Any]]
    begun_by_id: Mapped[UUID]
    signed_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]

    entrustment: Mapped[Entrustment] = relationship(lazy="joined", viewonly=True)
    agreement: Mapped[Agreement] = relationship(viewonly=True)

    @property
    def marks(self) -> dict[str, str]:
        return {"state": self.state, "judged_until": self.until.isoformat()}

    def took(self, move: Move) -> None:
        if move.name in ("registrant_countersigns", "manufacturer_countersigns"):
            self.signed_at = move.at
        if move.name == "drop":
            self.dropped_at = move.at

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            UniqueConstraint("entrustment_id", "number"),
            ForeignKeyConstraint(["entrustment_id", "agreement_id"], ["agreement.entrustment_id", "agreement.id"]),
            Index(
                "uq_agreement_review_underway",
                "entrustment_id",
                unique=True,
                postgresql_where=UNDERWAY,
                sqlite_where=UNDERWAY,
            ),
            CheckConstraint("since <= until", name="ends_after_it_starts"),
            CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name="signed_means_dated"),
            CheckConstraint("(state = 'dropped') = (dropped_at IS NOT NULL)", name="dropped_means_dated"),
        )
