"""A file somebody put on record."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr

from portal.db import Kept, Record
from portal.tenancy import Sharable


class StoredFile(Kept, Sharable, Record):
    """The entry of a file; its bytes lie in the store under their SHA-256.  ``size`` is in bytes."""

    __tablename__ = "stored_file"

    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("owner_id", "id"),
            UniqueConstraint("entrustment_id", "id"),
            CheckConstraint("length(sha256) = 64", name="hash_is_sha256"),
        )
