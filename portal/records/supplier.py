"""A supplier of a house, why it may deliver, and how that stands."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, relationship

from portal.db import AT_COMMIT, Record
from portal.records.file import StoredFile
from portal.records.moving import Move, Moving
from portal.tenancy import Behind, Upstream
from workflows.supplier import SUPPLIER


class Supplier(Moving, Upstream, Record):
    """供应商.  ``country`` is an ISO 3166 code; ``province`` and ``uscc`` are there for suppliers in China.

    ``agreement`` names the quality agreement with it.  The paper of the evaluation stays in the house.
    """

    __tablename__ = "supplier"
    lifecycle: ClassVar = SUPPLIER
    behind: ClassVar = Behind("id", table="material_lot", column="supplier_id")

    number: Mapped[str]
    name: Mapped[str]
    uscc: Mapped[str | None]
    role: Mapped[str]
    country: Mapped[str]
    province: Mapped[str | None]
    supplies: Mapped[str]
    is_key: Mapped[bool]
    since: Mapped[date]
    evaluation: Mapped[str | None]
    evaluated_on: Mapped[date | None]
    evidence_id: Mapped[UUID | None]
    agreement: Mapped[str | None]
    tells_changes: Mapped[bool]
    approved_at: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    evidence: Mapped[StoredFile | None] = relationship(lazy="joined", viewonly=True)

    @property
    def is_approved(self) -> bool:
        return self.state == "approved"

    def took(self, move: Move) -> None:
        if move.name in ("approve", "reinstate"):
            self.approved_at, self.suspended_at = move.at, None
        if move.name == "suspend":
            self.suspended_at = move.at
        if move.name == "end":
            self.ended_at = move.at

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("owner_id", "id"),
            UniqueConstraint("owner_id", "number"),
            ForeignKeyConstraint(["owner_id", "evidence_id"], ["stored_file.owner_id", "stored_file.id"], **AT_COMMIT),
            CheckConstraint("role IN ('maker', 'distributor')", name="role_is_known"),
            CheckConstraint("(evaluation IS NULL) = (evaluated_on IS NULL)", name="evaluated_means_dated"),
            CheckConstraint(
                "state <> 'approved' OR (approved_at IS NOT NULL AND evaluation IS NOT NULL)",
                name="approved_means_evaluated",
            ),
            CheckConstraint("state <> 'suspended' OR suspended_at IS NOT NULL", name="suspended_means_dated"),
            CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended_means_dated"),
        )
