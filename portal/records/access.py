"""What opens the books of a province to an inspector: a case, what it is for, and when it ends."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from portal.db import Kept, Record
from portal.tenancy import Private


class AccessGrant(Kept, Private, Record):
    """A person of an authority may look, under this case, on the days from ``since`` to ``until``, both included."""

    __tablename__ = "access_grant"

    person_id: Mapped[UUID] = mapped_column(index=True)
    case_number: Mapped[str]
    purpose: Mapped[str]
    since: Mapped[date]
    until: Mapped[date]
    withdrawn_at: Mapped[datetime | None]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("owner_id", "id"),
            ForeignKeyConstraint(["owner_id", "person_id"], ["person.owner_id", "person.id"]),
            CheckConstraint("since <= until", name="ends_after_it_begins"),
        )
