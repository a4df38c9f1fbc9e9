"""A hearing of the management representative by the person in charge, and the dispatch record of it."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, relationship

from portal.db import Record
from portal.records.appointment import Appointment
from portal.records.moving import Move, Moving
from portal.tenancy import Overseen
from workflows.quarterly_hearing import HEARING

MONTHS_OF_A_QUARTER = 3


class Hearing(Moving, Overseen, Record):
    """调度记录.  ``appointment_id`` is that of the representative who was heard."""

    __tablename__ = "hearing"
    lifecycle: ClassVar = HEARING

    held_on: Mapped[date]
    appointment_id: Mapped[UUID]
    present: Mapped[str]
    reported: Mapped[str]
    reviewed: Mapped[str]
    dispatched: Mapped[str]
    signed_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    appointment: Mapped[Appointment] = relationship(lazy="joined", viewonly=True)

    @property
    def quarter(self) -> str:
        return f"{self.held_on.year} Q{(self.held_on.month - 1) // MONTHS_OF_A_QUARTER + 1}"

    def took(self, move: Move) -> None:
        if move.name == "sign":
            self.signed_at = move.at
        if move.name == "withdraw":
            self.withdrawn_at = move.at

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("owner_id", "id"),
            ForeignKeyConstraint(["owner_id", "appointment_id"], ["appointment.owner_id", "appointment.id"]),
            CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name="signed_means_dated"),
            CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_means_dated"),
        )
