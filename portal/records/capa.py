"""Corrective and preventive action, its steps, and the notes that each side keeps for itself."""

import hashlib
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

import rfc8785
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, relationship

from portal.db import AT_COMMIT, CHINA, Kept, Record, session
from portal.records.batch import Nonconformity
from portal.records.entrustment import Entrustment
from portal.records.file import StoredFile
from portal.records.moving import Move, Moving
from portal.tenancy import Private, Shared
from workflows.capa import CAPA, CAPA_ACTION


class Capa(Moving, Shared, Record):
    """纠正和预防措施.  ``joint`` where 2024-38 (9) asks for both sides.  Its effect is judged from ``check_after``
    days after it is carried out, within ``check_within`` days; plans from before that was asked name no days.

    ``plan_hash`` covers its actions, so that whoever approves the plan signs each of them.
    """

    __tablename__ = "capa"
    lifecycle: ClassVar = CAPA

    number: Mapped[str]
    title: Mapped[str]
    problem: Mapped[str]
    trigger: Mapped[str]
    joint: Mapped[bool]
    nonconformity_id: Mapped[UUID | None]
    earlier_id: Mapped[UUID | None]
    cause: Mapped[str | None]
    criterion: Mapped[str | None]
    check_after: Mapped[int | None]
    check_within: Mapped[int | None]
    check_on: Mapped[date | None]
    result: Mapped[str | None]
    plan_hash: Mapped[str | None]
    opened_by_id: Mapped[UUID]
    opened_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    carried_out_on: Mapped[date | None]
    concluded_at: Mapped[datetime | None]

    entrustment: Mapped[Entrustment] = relationship(lazy="joined", viewonly=True)
    nonconformity: Mapped[Nonconformity | None] = relationship(viewonly=True)
    actions: Mapped[list["CapaAction"]] = relationship(back_populates="capa", order_by="CapaAction.id")

    @property
    def standing_actions(self) -> list["CapaAction"]:
        """Those that are not dropped."""
        return [each for each in self.actions if each.state != "dropped"]

    @property
    def marks(self) -> dict[str, str]:
        return {"state": self.state} | ({"check_by": self.check_by.isoformat()} if self.check_by else {})

    @property
    def check_by(self) -> date | None:
        """The last day on which its effect is judged in time."""
        return self.check_on + timedelta(days=self.check_within or 0) if self.check_on else None

    def took(self, move: Move) -> None:
        if move.name == "approve":
            self.approved_at = move.at
        if move.name == "finish":
            self.carried_out_on = move.at.astimezone(CHINA).date()
            self.check_on = self.carried_out_on + timedelta(days=self.check_after or 0)
        if move.name in ("find_effective", "find_ineffective"):
            self.concluded_at = move.at

    def bind_plan(self) -> None:
        """Make the row answer for its actions as they are now."""
        with session.no_autoflush:
            planned = [each.bound for each in self.actions]
        self.plan_hash = hashlib.sha256(b"plan\0" + rfc8785.dumps(planned)).hexdigest()

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            UniqueConstraint("entrustment_id", "number"),
            ForeignKeyConstraint(
                ["entrustment_id", "nonconformity_id"], ["nonconformity.entrustment_id", "nonconformity.id"]
            ),
            ForeignKeyConstraint(["entrustment_id", "earlier_id"], ["capa.entrustment_id", "capa.id"]),
            CheckConstraint(
                "state = 'opened' OR (cause IS NOT NULL AND criterion IS NOT NULL AND check_after IS NOT NULL)",
                name="submitted_means_investigated",
            ),
            CheckConstraint(
                "state NOT IN ('approved', 'carried_out') OR approved_at IS NOT NULL", name="approved_means_dated"
            ),
            CheckConstraint("check_within IS NULL OR check_within >= 1", name="judged_within_days"),
            CheckConstraint("(carried_out_on IS NULL) = (check_on IS NULL)", name="carried_out_means_checked_later"),
            CheckConstraint(
                "(state IN ('effective', 'ineffective')) = (concluded_at IS NOT NULL)", name="concluded_means_dated"
            ),
            CheckConstraint("concluded_at IS NULL OR result IS NOT NULL", name="concluded_means_judged"),
        )


class CapaAction(Moving, Shared, Record):
    """One step of a plan.  ``owes`` is the side that does it, ``owner_name`` the person there."""

    __tablename__ = "capa_action"
    lifecycle: ClassVar = CAPA_ACTION

    capa_id: Mapped[UUID]
    kind: Mapped[str]
    what: Mapped[str]
    owes: Mapped[str]
    owner_name: Mapped[str]
    due_on: Mapped[date]
    evidence: Mapped[str | None]
    file_id: Mapped[UUID | None]
    done_at: Mapped[datetime | None]

    capa: Mapped[Capa] = relationship(back_populates="actions")
    file: Mapped[StoredFile | None] = relationship(viewonly=True)

    @property
    def marks(self) -> dict[str, str]:
        return {"state": self.state, "due_on": self.due_on.isoformat(), "owes": self.owes}

    @property
    def bound(self) -> list[str]:
        """What a signature under the plan says about this step."""
        return [str(self.id), self.kind, self.what, self.owes, self.owner_name, self.due_on.isoformat()]

    def took(self, move: Move) -> None:
        if move.name == "complete":
            self.done_at = move.at

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            ForeignKeyConstraint(["entrustment_id", "capa_id"], ["capa.entrustment_id", "capa.id"]),
            ForeignKeyConstraint(
                ["entrustment_id", "file_id"], ["stored_file.entrustment_id", "stored_file.id"], **AT_COMMIT
            ),
            CheckConstraint("owes IN ('registrant', 'manufacturer')", name="somebody_does_it"),
            CheckConstraint(
                "(state = 'done') = (done_at IS NOT NULL) AND (state <> 'done' OR evidence IS NOT NULL)",
                name="done_means_shown",
            ),
        )


class PrivateNote(Kept, Private, Record):
    """What one house notes for itself about a record that both sides share; the other never sees that it is there."""

    __tablename__ = "private_note"

    about_kind: Mapped[str]
    about_id: Mapped[UUID]
    text: Mapped[str]
    written_by_name: Mapped[str]
    written_at: Mapped[datetime]
