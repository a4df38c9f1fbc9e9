"""A query of events that a machine gave a name, to be asked again under it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr

from portal.db import Record, Throwaway
from portal.tenancy import Private


class NamedQuery(Throwaway, Private, Record):
    """What is asked, by the parameters of EPCIS 2.0, whoever asks it sees what they may see.

    It is no record of the trade and in no ledger.  ``removed_at`` says that the name is free again.
    """

    __tablename__ = "named_query"

    client_id: Mapped[UUID]
    name: Mapped[str]
    asked: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("owner_id", "name"),
            ForeignKeyConstraint(["owner_id", "client_id"], ["client.owner_id", "client.id"]),
        )
