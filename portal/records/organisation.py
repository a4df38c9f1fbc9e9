"""Organisations, their sites, and the functions a registrant must fill."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr

from portal.db import Kept, Record
from portal.tenancy import Private, Public


class Organisation(Kept, Public, Record):
    """A registrant, a manufacturer, both, or an authority.  Its entry is public, as in the register.

    An organisation owns itself: ``owner_id`` is its own ``id``.
    """

    __tablename__ = "organisation"

    name: Mapped[str]
    uscc: Mapped[str]
    province: Mapped[str]
    domicile: Mapped[str]
    is_registrant: Mapped[bool]
    is_manufacturer: Mapped[bool]
    is_authority: Mapped[bool]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("uscc"),
            CheckConstraint("owner_id = id", name="owns_itself"),
            CheckConstraint(
                "(is_authority AND NOT is_registrant AND NOT is_manufacturer) OR "
                "(NOT is_authority AND (is_registrant OR is_manufacturer))",
                name="is_a_party_or_an_authority",
            ),
        )

    @property
    def marks(self) -> dict[str, str]:
        """What a rule of the docket may ask about it when it is entered."""
        return {"party": "no" if self.is_authority else "yes"}

    @property
    def entrusts_only(self) -> bool:
        """Whether it makes nothing itself: 仅委托生产 in Announcement 2024 No. 38 (1)."""
        return self.is_registrant and not self.is_manufacturer


class Site(Kept, Private, Record):
    """A place of production."""

    __tablename__ = "site"

    name: Mapped[str]
    address: Mapped[str]
    province: Mapped[str]


class Functions(Kept, Private, Record):
    """Who fills the five functions of Announcement 2024 No. 38 (1); None where nobody does."""

    __tablename__ = "functions"

    technology: Mapped[str | None]
    production: Mapped[str | None]
    quality: Mapped[str | None]
    adverse_events: Mapped[str | None]
    after_sales: Mapped[str | None]
    quality_independent: Mapped[bool | None]
    full_time_quality_staff: Mapped[int | None]
    file_id: Mapped[UUID | None]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("owner_id"),)
