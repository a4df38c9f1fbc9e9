"""A material of a house: what it is, and what is asked of each lot of it."""

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr

from portal.db import Record
from portal.records.moving import Moving
from portal.tenancy import Behind, Upstream
from workflows.criterion import Criterion
from workflows.material import MATERIAL


class Material(Moving, Upstream, Record):
    """物料.  ``certificates`` are keys of :data:`workflows.material.CERTIFICATES` that each lot brings.

    ``inspected`` is a list of criteria as :class:`workflows.criterion.Criterion` tells them; ``receipt`` says in words
    how a lot is sampled and inspected.  ``shelf_months`` counts from the day a lot was made.
    """

    __tablename__ = "material"
    lifecycle: ClassVar = MATERIAL
    behind: ClassVar = Behind("id", table="material_lot", column="material_id")

    code: Mapped[str]
    name: Mapped[str]
    specification: Mapped[str]
    unit: Mapped[str]
    is_key: Mapped[bool]
    certificates: Mapped[list[str]]
    shelf_months: Mapped[int | None]
    receipt: Mapped[str]
    inspected: Mapped[list[Any]]

    @property
    def called(self) -> str:
        return self.code

    @property
    def criteria(self) -> list[Criterion]:
        return [Criterion.of(each) for each in self.inspected]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("owner_id", "id"),
            UniqueConstraint("owner_id", "code"),
            CheckConstraint("shelf_months IS NULL OR shelf_months > 0", name="shelf_life_is_counted"),
        )
