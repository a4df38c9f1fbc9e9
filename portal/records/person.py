"""People, their roles, and how they are invited.  Nobody is ever deleted."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr

from portal.db import Kept, Record
from portal.tenancy import Identifying, Private
from workflows.powers import ROLE_NAMES, Role


class Person(Kept, Private, Identifying, Record):
    """Somebody who acts for one organisation."""

    __tablename__ = "person"

    name: Mapped[str]
    title: Mapped[str]
    email: Mapped[str]
    roles: Mapped[list[str]]
    language: Mapped[str]
    deactivated_at: Mapped[datetime | None]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("email"), UniqueConstraint("owner_id", "id"))

    @property
    def role_labels(self) -> list[str]:
        return [ROLE_NAMES[Role(role)] for role in self.roles]


class Invitation(Kept, Private, Identifying, Record):
    """An offer to become a person of this organisation; the link's token is kept only as a hash."""

    __tablename__ = "invitation"

    name: Mapped[str]
    title: Mapped[str]
    email: Mapped[str]
    roles: Mapped[list[str]]
    token_hash: Mapped[str]
    invited_by_id: Mapped[UUID]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("token_hash"),
            ForeignKeyConstraint(["owner_id", "invited_by_id"], ["person.owner_id", "person.id"]),
        )

    @property
    def role_labels(self) -> list[str]:
        return [ROLE_NAMES[Role(role)] for role in self.roles]
