"""A change, and what each side says that it does."""

import hashlib
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

import rfc8785
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, relationship

from portal.db import AT_COMMIT, Kept, Record, session
from portal.records.entrustment import Entrustment
from portal.records.file import StoredFile
from portal.records.moving import Move, Moving
from portal.tenancy import Shared
from workflows.change import BINDING, CHANGE, IMPACTS


class Change(Moving, Shared, Record):
    """变更, of ``product_id`` or, without one, of every product of the entrustment.  ``side`` says whose change it is.

    ``known``: what it is about has happened already.  ``changed``, where the portal opened it, is a list of {"kind",
    "field", "was", "became"}: the field of a record of that kind.  ``assessments_hash`` covers what both sides
    wrote, so that whoever approves the change signs that too.
    """

    __tablename__ = "change"
    lifecycle: ClassVar = CHANGE

    number: Mapped[str]
    kind: Mapped[str]
    title: Mapped[str]
    description: Mapped[str | None]
    side: Mapped[str]
    known: Mapped[bool]
    changed: Mapped[list[Any]]
    product_id: Mapped[UUID | None]
    product_name: Mapped[str | None]
    assessments_hash: Mapped[str | None]
    verdict: Mapped[str | None]
    verdict_reason: Mapped[str | None]
    effective_on: Mapped[date | None]
    registration_evidence: Mapped[str | None]
    registration_file_id: Mapped[UUID | None]
    validation_evidence: Mapped[str | None]
    validation_file_id: Mapped[UUID | None]
    opened_by_id: Mapped[UUID]
    opened_at: Mapped[datetime]
    approved_at: Mapped[datetime | None]
    implemented_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]

    entrustment: Mapped[Entrustment] = relationship(lazy="joined", viewonly=True)
    assessments: Mapped[list["ChangeAssessment"]] = relationship(
        back_populates="change", order_by="ChangeAssessment.side"
    )
    registration_file: Mapped[StoredFile | None] = relationship(
        primaryjoin="foreign(Change.registration_file_id) == StoredFile.id", lazy="joined", viewonly=True
    )
    validation_file: Mapped[StoredFile | None] = relationship(
        primaryjoin="foreign(Change.validation_file_id) == StoredFile.id", lazy="joined", viewonly=True
    )

    @property
    def marks(self) -> dict[str, str]:
        return {
            "state": self.state,
            "kind": self.kind,
            "side": self.side,
            "known": "yes" if self.known else "no",
            "verdict": self.verdict or "",
        }

    @property
    def stands(self) -> bool:
        """Whether the registrant has decided that it is made, and has not taken that back."""
        return self.state in BINDING

    def binds(self, *, product_id: UUID, started_on: date) -> bool:
        """Whether a batch of this product whose production starts on that day is made under the change."""
        return (
            self.stands
            and self.effective_on is not None
            and self.effective_on <= started_on
            and self.product_id in (None, product_id)
        )

    def took(self, move: Move) -> None:
        if move.name == "approve":
            self.approved_at = move.at
        if move.name == "take_back":
            self.approved_at = None
        if move.name == "implement":
            self.implemented_at = move.at
        if move.name == "refuse":
            self.refused_at = move.at

    def bind_assessments(self) -> None:
        """Make the row answer for what both sides wrote, as it is now."""
        with session.no_autoflush:
            written = [each.bound for each in sorted(self.assessments, key=_by_side)]
        self.assessments_hash = hashlib.sha256(b"assessments\0" + rfc8785.dumps(written)).hexdigest()

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            UniqueConstraint("entrustment_id", "number"),
            *(
                ForeignKeyConstraint(
                    ["entrustment_id", name], ["stored_file.entrustment_id", "stored_file.id"], **AT_COMMIT
                )
                for name in ("registration_file_id", "validation_file_id")
            ),
            CheckConstraint("side IN ('registrant', 'manufacturer')", name="side_is_a_partys"),
            CheckConstraint("verdict IN ('registration_change', 'filing', 'none')", name="verdict_is_known"),
            CheckConstraint("(product_id IS NULL) = (product_name IS NULL)", name="product_is_named"),
            CheckConstraint("known OR description IS NOT NULL", name="proposed_means_described"),
            CheckConstraint(
                "state IN ('proposed', 'refused') OR assessments_hash IS NOT NULL", name="submitted_means_assessed"
            ),
            CheckConstraint(
                "state NOT IN ('approved', 'implemented') OR (approved_at IS NOT NULL AND verdict IS NOT NULL "
                "AND verdict_reason IS NOT NULL AND effective_on IS NOT NULL)",
                name="approved_means_decided",
            ),
            CheckConstraint("(state = 'implemented') = (implemented_at IS NOT NULL)", name="implemented_means_dated"),
            CheckConstraint(
                "state <> 'implemented' OR (validation_evidence IS NOT NULL "
                "AND (verdict = 'none' OR registration_file_id IS NOT NULL))",
                name="implemented_means_proved",
            ),
            CheckConstraint("(state = 'refused') = (refused_at IS NOT NULL)", name="refused_means_dated"),
        )


class ChangeAssessment(Kept, Shared, Record):
    """What one side says that a change does; None where it leaves that to the other side."""

    __tablename__ = "change_assessment"

    change_id: Mapped[UUID]
    side: Mapped[str]
    registration: Mapped[str | None]
    quality_system: Mapped[str | None]
    validation: Mapped[str | None]
    suppliers: Mapped[str | None]
    stock: Mapped[str | None]
    assessed_by_name: Mapped[str]
    assessed_at: Mapped[datetime]

    change: Mapped[Change] = relationship(back_populates="assessments")

    @property
    def impacts(self) -> dict[str, str | None]:
        return {name: getattr(self, name) for name in IMPACTS}

    @property
    def bound(self) -> list[str | None]:
        """What a signature under the change says about this assessment."""
        return [self.side, self.assessed_by_name, *self.impacts.values()]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            UniqueConstraint("change_id", "side"),
            ForeignKeyConstraint(["entrustment_id", "change_id"], ["change.entrustment_id", "change.id"]),
            CheckConstraint("side IN ('registrant', 'manufacturer')", name="side_is_a_partys"),
            CheckConstraint(
                "COALESCE(registration, quality_system, validation, suppliers, stock) IS NOT NULL",
                name="says_something",
            ),
        )


def _by_side(assessment: ChangeAssessment) -> str:
    return assessment.side
