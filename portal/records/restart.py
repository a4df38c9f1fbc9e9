"""What a manufacturer verified and reported before it made a product again after a standstill."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, relationship

from portal.db import AT_COMMIT, Kept, Record
from portal.records.file import StoredFile
from portal.tenancy import Shared


class Restart(Kept, Shared, Record):
    """恢复生产.  ``idle_since`` is the last day on which a similar product was made, as the batches tell it."""

    __tablename__ = "restart"

    product_id: Mapped[UUID]
    product_name: Mapped[str]
    site: Mapped[str]
    idle_since: Mapped[date]
    verified_on: Mapped[date]
    verification: Mapped[str]
    file_id: Mapped[UUID]
    reported_on: Mapped[date]
    reported_to: Mapped[str]
    report: Mapped[str]
    filed_by_id: Mapped[UUID]

    file: Mapped[StoredFile] = relationship(viewonly=True, lazy="joined")

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            ForeignKeyConstraint(
                ["entrustment_id", "file_id"], ["stored_file.entrustment_id", "stored_file.id"], **AT_COMMIT
            ),
            CheckConstraint("idle_since < verified_on", name="verified_after_the_standstill"),
            CheckConstraint("verified_on <= reported_on", name="reported_after_it_was_verified"),
        )
