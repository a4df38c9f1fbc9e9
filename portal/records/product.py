"""A device, as far as the law asks about it."""

from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr

from portal.db import Kept, Record
from portal.tenancy import Private


class Product(Kept, Private, Record):
    """A registrant's product.  For each attribute None means unknown, which is a value of its own.

    ``code`` is of the 2017 classification catalogue, NN-NN-NN.
    """

    __tablename__ = "product"

    name: Mapped[str]
    model: Mapped[str]
    code: Mapped[str | None]
    device_class: Mapped[str | None]
    is_implantable: Mapped[bool | None]
    contains_animal_origin_material: Mapped[bool | None]
    directly_from_animal_tissue: Mapped[bool | None]
    is_allogeneic: Mapped[bool | None]
    contains_allogeneic_material: Mapped[bool | None]
    vascular_site: Mapped[str | None]
    udi_di: Mapped[str | None]
    certificate_id: Mapped[UUID | None]

    @property
    def called(self) -> str:
        """Name and model, as people say it and as partners see it."""
        return f"{self.name} {self.model}".strip()

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("owner_id", "id"),
            ForeignKeyConstraint(
                ["owner_id", "certificate_id"], ["registration_certificate.owner_id", "registration_certificate.id"]
            ),
        )
