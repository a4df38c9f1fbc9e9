"""Which operator may carry out which operations, on which equipment, from when until when, and who trained them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, relationship

from portal.db import AT_COMMIT, CHINA, Record
from portal.records.file import StoredFile
from portal.records.moving import Move, Moving
from portal.tenancy import Overseen
from workflows.authorisation import AUTHORISATION


class Authorisation(Moving, Overseen, Record):
    """上岗授权.  ``person_id`` is there for people of the portal; ``operations`` are names of OPERATIONS.

    ``equipment_ids`` are the equipment it is for; where there is none, it is for all that serves the operations.
    """

    __tablename__ = "authorisation"
    lifecycle: ClassVar = AUTHORISATION

    person_name: Mapped[str]
    person_id: Mapped[UUID | None]
    operations: Mapped[list[str]]
    equipment_ids: Mapped[list[str]]
    trainer: Mapped[str]
    trained_on: Mapped[date]
    training: Mapped[str]
    since: Mapped[date]
    until: Mapped[date]
    evidence_id: Mapped[UUID | None]
    granted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    evidence: Mapped[StoredFile | None] = relationship(lazy="joined", viewonly=True)

    def counts_on(self, day: date) -> bool:
        """Whether it was in force on a day, though it may have ended since."""
        if self.granted_at is None or not self.since <= day <= self.until:
            return False
        return self.ended_at is None or day <= self.ended_at.astimezone(CHINA).date()

    def covers(self, operation: str, equipment_ids: Iterable[UUID]) -> bool:
        named = set(self.equipment_ids)
        return operation in self.operations and (not named or {str(each) for each in equipment_ids} <= named)

    def took(self, move: Move) -> None:
        if move.name == "grant":
            self.granted_at = move.at
        if move.name == "end":
            self.ended_at = move.at
        if move.name == "withdraw":
            self.withdrawn_at = move.at

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("owner_id", "id"),
            Index("ix_authorisation_person_id", "person_id"),
            ForeignKeyConstraint(["owner_id", "person_id"], ["person.owner_id", "person.id"]),
            ForeignKeyConstraint(["owner_id", "evidence_id"], ["stored_file.owner_id", "stored_file.id"], **AT_COMMIT),
            CheckConstraint("since <= until", name="ends_after_it_begins"),
            CheckConstraint("trained_on <= since", name="trained_before_it_begins"),
            CheckConstraint(
                "(state IN ('in_force', 'ended')) = (granted_at IS NOT NULL)", name="in_force_means_granted"
            ),
            CheckConstraint("granted_at IS NULL OR evidence_id IS NOT NULL", name="granted_means_evidenced"),
            CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended_means_dated"),
            CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_means_dated"),
        )
