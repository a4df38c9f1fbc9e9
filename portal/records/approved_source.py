"""Which material of a product may come from which supplier."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, literal_column
from sqlalchemy.orm import Mapped, declared_attr, relationship

from portal.db import Record
from portal.records.definition import TO_ITS_DEFINITION, Definition
from portal.records.entrustment import Entrustment
from portal.records.moving import Move, Moving
from portal.tenancy import Shared
from workflows.approved_source import APPROVED_SOURCE
from workflows.criterion import folded

# What was refused or withdrawn makes room for another proposal of the same.
STANDING: Any = literal_column("refused_at IS NULL AND withdrawn_at IS NULL")


class ApprovedSource(Moving, Shared, Record):
    """经批准的物料来源.  The supplier is named as text, since the row of the supplier is the manufacturer's own book.

    It holds from version ``since_version`` of the product's definition on, for each version that asks for
    ``material_code``: a later version takes its sources along.  ``supplied`` is a key of workflows.audit.SUPPLIES.
    """

    __tablename__ = "approved_source"
    lifecycle: ClassVar = APPROVED_SOURCE

    number: Mapped[str]
    definition_id: Mapped[UUID]
    product_id: Mapped[UUID]
    product_name: Mapped[str]
    since_version: Mapped[int]
    material_code: Mapped[str]
    material_name: Mapped[str]
    is_key: Mapped[bool]
    supplier_name: Mapped[str]
    supplier_uscc: Mapped[str | None]
    country: Mapped[str]
    supplied: Mapped[str]
    basis: Mapped[str]
    proposed_by_id: Mapped[UUID]
    proposed_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    suspended_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    entrustment: Mapped[Entrustment] = relationship(viewonly=True)
    definition: Mapped[Definition] = relationship(viewonly=True)

    def is_of(self, name: str, uscc: str | None) -> bool:
        """Whether a supplier is the one that is named here: by its USCC where both have one, else by its name."""
        if self.supplier_uscc and uscc:
            return self.supplier_uscc == uscc
        return folded(self.supplier_name) == folded(name)

    def holds_for(self, definition: Definition, code: str) -> bool:
        """Whether a material may come from it where the product is made under this version."""
        return (
            self.state == "approved"
            and self.product_id == definition.product_id
            and self.since_version <= definition.number
            and self.material_code == code
        )

    def took(self, move: Move) -> None:
        if move.name in ("approve", "reinstate"):
            self.approved_at, self.suspended_at = move.at, None
        if move.name == "refuse":
            self.refused_at = move.at
        if move.name == "suspend":
            self.suspended_at = move.at
        if move.name == "withdraw":
            self.withdrawn_at = move.at

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            UniqueConstraint("entrustment_id", "number"),
            ForeignKeyConstraint(*TO_ITS_DEFINITION),
            Index(
                "uq_approved_source_standing",
                "entrustment_id",
                "product_id",
                "material_code",
                "supplier_name",
                unique=True,
                postgresql_where=STANDING,
                sqlite_where=STANDING,
            ),
            CheckConstraint("since_version > 0", name="counted_from_one"),
            CheckConstraint("state <> 'approved' OR approved_at IS NOT NULL", name="approved_means_dated"),
            CheckConstraint("state <> 'suspended' OR suspended_at IS NOT NULL", name="suspended_means_dated"),
            CheckConstraint("(state = 'refused') = (refused_at IS NOT NULL)", name="refused_means_dated"),
            CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_means_dated"),
        )
