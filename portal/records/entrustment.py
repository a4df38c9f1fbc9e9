"""An entrustment and what it rests on: exhibits shown by either side, answers given, verdicts reached."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from portal.db import AT_COMMIT, Kept, Record
from portal.records.moving import Move, Moving
from portal.records.organisation import Organisation
from portal.tenancy import Shared
from workflows.entrustment import ENTRUSTMENT


class Entrustment(Moving, Shared, Record):
    """委托关系: a registrant has its products made by a manufacturer at one site.

    It belongs to itself: ``entrustment_id`` is its own ``id``, so the wall around it is the wall around its parts.
    """

    __tablename__ = "entrustment"
    lifecycle: ClassVar = ENTRUSTMENT

    number: Mapped[str]
    registrant_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    manufacturer_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"))
    residents_planned: Mapped[int | None]
    residents_exception: Mapped[str | None]
    registrant_reported_on: Mapped[date | None]
    registrant_report: Mapped[str | None]
    manufacturer_reported_on: Mapped[date | None]
    manufacturer_report: Mapped[str | None]
    activated_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    registrant: Mapped[Organisation] = relationship(foreign_keys="Entrustment.registrant_id", lazy="joined")
    manufacturer: Mapped[Organisation] = relationship(foreign_keys="Entrustment.manufacturer_id", lazy="joined")

    ending_lines: Mapped[list[Any]] = relationship("EndingLine", viewonly=True)

    @property
    def marks(self) -> dict[str, str]:
        reported = {
            "registrant_reported": self.registrant_reported_on,
            "manufacturer_reported": self.manufacturer_reported_on,
        }
        return {"state": self.state} | {name: "yes" if on else "no" for name, on in (reported | self._settled).items()}

    @property
    def _settled(self) -> dict[str, bool]:
        """Whether the two points that follow the end have been seen to before it."""
        done = {each.point for each in self.ending_lines if each.state != "open"}
        return {"address_removed": "address-removed" in done, "end_reported": "end-reported" in done}

    def took(self, move: Move) -> None:
        if move.name == "activate":
            self.activated_at = move.at
        if move.name == "end":
            self.ended_at = move.at

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("owner_id", "number"),
            CheckConstraint("entrustment_id = id", name="belongs_to_itself"),
            CheckConstraint("owner_id = registrant_id", name="is_the_registrants"),
            CheckConstraint("registrant_id <> manufacturer_id", name="takes_two"),
            CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended_means_dated"),
            CheckConstraint(
                "state NOT IN ('active', 'suspended') OR activated_at IS NOT NULL", name="active_means_dated"
            ),
        )


class Exhibit(Kept, Shared, Record):
    """A dated copy of one house's record, shown to the other side: product, certificate, licence, site and so on.

    ``facts`` is the copy; ``subject_id`` and ``subject_version`` say of what.  A change at home is shown again here.
    """

    __tablename__ = "exhibit"

    kind: Mapped[str]
    subject_id: Mapped[UUID]
    subject_version: Mapped[int]
    facts: Mapped[dict[str, Any]]
    file_id: Mapped[UUID | None]
    presented_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]

    @property
    def marks(self) -> dict[str, str]:
        """What a rule of the docket may ask of it when it is shown."""
        return {"kind": self.kind, "held_on": str(self.facts.get("on") or "")}

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            UniqueConstraint("entrustment_id", "kind", "subject_id"),
            ForeignKeyConstraint(
                ["entrustment_id", "file_id"], ["stored_file.entrustment_id", "stored_file.id"], **AT_COMMIT
            ),
        )


class Answer(Kept, Shared, Record):
    """What a person answered to a question that no attribute decides."""

    __tablename__ = "answer"

    product_id: Mapped[UUID]
    question: Mapped[str]
    answer: Mapped[bool]
    because: Mapped[str]
    answered_by: Mapped[str]
    answered_at: Mapped[datetime]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("entrustment_id", "product_id", "question"),)


class Verdict(Kept, Shared, Record):
    """One eligibility verdict.  ``body`` is its canonical JSON: inputs, rule versions, findings."""

    __tablename__ = "verdict"

    product_id: Mapped[UUID]
    product_name: Mapped[str]
    reached_on: Mapped[date] = mapped_column(index=True)
    reached_at: Mapped[datetime]
    because: Mapped[str]
    answer: Mapped[str]
    favourable: Mapped[bool]
    inputs_hash: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    body_hash: Mapped[str]

    __table_args__ = (Index("ix_verdict_entrustment_id_id", "entrustment_id", "id"),)
