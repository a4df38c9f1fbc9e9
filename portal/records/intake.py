"""A file that a plant sent instead of retyping it, and what the columns of its files mean."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, literal_column
from sqlalchemy.orm import Mapped, declared_attr, foreign, mapped_column, relationship

from portal.db import AT_COMMIT, Kept, Record
from portal.records.attempt import Attempt
from portal.records.file import StoredFile
from portal.tenancy import Private
from workflows.engine import State
from workflows.intake import STAGES, STOPPED, WHERE

STANDING: Any = literal_column("ended_at IS NULL OR stage IN ('taken', 'taken_with_faults')")


class ColumnMapping(Kept, Private, Record):
    """What the columns under one head mean, as somebody of the house confirmed it.

    ``mark`` is the digest of the head, ``mapped`` a :class:`agreements.tables.mapping.Mapped` as data.
    """

    __tablename__ = "column_mapping"

    mark: Mapped[str]
    sheet: Mapped[str]
    mapped: Mapped[dict[str, Any]]

    __table_args__ = (UniqueConstraint("owner_id", "id"), UniqueConstraint("owner_id", "mark"))


class Intake(Kept, Private, Record):
    """One file.  It stands in the house's own books: it may tell of work for others too, and those rows are faults.

    ``within_id`` is the entrustment that its rows are about.  ``sheets``: {"name", "row", "heads", "mark", "mapped"},
    ``mapped`` None until the columns are named.  ``rows`` counts what is to be told, ``done`` how far that went;
    ``taken``, ``known`` and ``twice`` count acts.  ``faults``: {"place", "row", "says"}; ``questions``: {"place",
    "says", "act", "stands", "answer", "reason"}; ``recordings`` are the ids of what was written.
    """

    __tablename__ = "intake"

    number: Mapped[str]
    within_id: Mapped[UUID] = mapped_column(ForeignKey("entrustment.id", **AT_COMMIT), index=True)
    file_id: Mapped[UUID]
    name: Mapped[str]
    sha256: Mapped[str]
    stage: Mapped[str]
    sheets: Mapped[list[Any]]
    rows: Mapped[int]
    done: Mapped[int]
    taken: Mapped[int]
    known: Mapped[int]
    faults: Mapped[list[Any]]
    questions: Mapped[list[Any]]
    recordings: Mapped[list[Any]]
    refused_because: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    sent_by_id: Mapped[UUID]
    sent_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    file: Mapped[StoredFile] = relationship(lazy="joined", viewonly=True)
    attempt: Mapped[Attempt | None] = relationship(
        lazy="joined", viewonly=True, primaryjoin=lambda: foreign(Intake.id) == Attempt.id
    )

    @property
    def where(self) -> State:
        return STOPPED if self.is_stopped else WHERE[self.stage]

    @property
    def is_stopped(self) -> bool:
        """Whether reading it broke so often that nobody takes it up of themselves."""
        return self.ended_at is None and self.attempt is not None and self.attempt.is_given_up

    @property
    def open_questions(self) -> list[dict[str, Any]]:
        return [each for each in self.questions if each["answer"] is None]

    @property
    def fault_count(self) -> int:
        return len(self.faults)

    @property
    def question_count(self) -> int:
        return len(self.open_questions)

    @property
    def unmapped(self) -> list[int]:
        """The places of the sheets of which nobody has said what their columns mean."""
        return [place for place, each in enumerate(self.sheets) if each["mapped"] is None]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("owner_id", "id"),
            UniqueConstraint("owner_id", "number"),
            ForeignKeyConstraint(["owner_id", "file_id"], ["stored_file.owner_id", "stored_file.id"], **AT_COMMIT),
            Index(
                "uq_intake_taken_once",
                "owner_id",
                "within_id",
                "sha256",
                unique=True,
                postgresql_where=STANDING,
                sqlite_where=STANDING,
            ),
            CheckConstraint(f"stage IN {STAGES}", name="stage_is_known"),
            CheckConstraint("length(sha256) = 64", name="hash_is_sha256"),
            CheckConstraint(
                "(stage IN ('received', 'mapped', 'running')) = (ended_at IS NULL)", name="ended_means_dated"
            ),
            CheckConstraint("(stage = 'refused') = (refused_because IS NOT NULL)", name="refused_means_explained"),
            CheckConstraint("done >= 0 AND done <= rows", name="goes_no_further_than_its_end"),
        )
