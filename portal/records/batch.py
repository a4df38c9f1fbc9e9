"""A batch, the documents of its record, and the nonconformities raised against it."""

import hashlib
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

import rfc8785
from sqlalchemy import JSON, CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from portal.db import AT_COMMIT, Kept, Record, session
from portal.records.definition import Definition
from portal.records.entrustment import Entrustment
from portal.records.file import StoredFile
from portal.records.moving import Move, Moving
from portal.tenancy import Shared
from workflows.batch import BATCH
from workflows.nonconformity import NONCONFORMITY
from workflows.stages import COMMERCIAL, STAGES

REVIEWS = ("production_records", "results", "release_file")


class Batch(Moving, Shared, Record):
    """批.  The manufacturer opens it and owns it; quantities are whole pieces.

    ``papers_hash`` covers the current papers and the nonconformities, ``making_hash`` each recording of its making, so
    that whoever signs the batch signs them too.
    """

    __tablename__ = "batch"
    lifecycle: ClassVar = BATCH

    number: Mapped[str]
    stage: Mapped[str] = mapped_column(default=COMMERCIAL, server_default=COMMERCIAL)
    product_id: Mapped[UUID]
    product_name: Mapped[str]
    started_on: Mapped[date]
    finished_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    steps_planned: Mapped[int]
    steps_done: Mapped[int]
    planned: Mapped[int]
    put_in: Mapped[int | None]
    passed: Mapped[int | None]
    scrapped: Mapped[int | None]
    sampled: Mapped[int | None]
    label_version: Mapped[str | None]
    instructions_version: Mapped[str | None]
    udi_di: Mapped[str | None]
    papers_hash: Mapped[str | None]
    making_hash: Mapped[str | None]
    production_released_at: Mapped[datetime | None]
    production_released_by_id: Mapped[UUID | None]
    production_records_reviewed_at: Mapped[datetime | None]
    results_reviewed_at: Mapped[datetime | None]
    release_file_reviewed_at: Mapped[datetime | None]
    marketing_released_at: Mapped[datetime | None]
    marketing_released_by_id: Mapped[UUID | None]
    rejected_at: Mapped[datetime | None]

    entrustment: Mapped[Entrustment] = relationship(lazy="joined", viewonly=True)
    documents: Mapped[list["BatchDocument"]] = relationship(back_populates="batch", order_by="BatchDocument.id")
    nonconformities: Mapped[list["Nonconformity"]] = relationship(
        back_populates="batch", order_by="Nonconformity.number"
    )
    binding: Mapped["BatchDefinition | None"] = relationship(back_populates="batch", lazy="joined")

    def took(self, move: Move) -> None:
        if move.name == "release_production":
            self.production_released_at, self.production_released_by_id = move.at, move.person_id
        if move.name == "release_marketing":
            self.marketing_released_at, self.marketing_released_by_id = move.at, move.person_id
        if move.name in ("reject_production", "refuse_marketing"):
            self.rejected_at = move.at

    @property
    def stage_label(self) -> str:
        return STAGES[self.stage]

    @property
    def is_commercial(self) -> bool:
        return self.stage == COMMERCIAL

    @property
    def definition(self) -> Definition | None:
        """The version that the batch is made under; None for one from before there were any, or for a trial."""
        return self.binding.definition if self.binding else None

    @property
    def definition_id(self) -> UUID | None:
        return self.binding.definition_id if self.binding else None

    @property
    def papers(self) -> list["BatchDocument"]:
        """The papers that count: those that no later one has replaced."""
        return [each for each in self.documents if each.replaced_at is None]

    def bind_papers(self) -> None:
        """Make the row answer for its papers and nonconformities as they are now.

        If they changed, what the registrant reviewed is not what is on record, and must be reviewed again.
        """
        with session.no_autoflush:
            found = {
                "papers": [each.bound for each in self.papers],
                "nonconformities": [each.bound for each in sorted(self.nonconformities, key=_by_number)],
            }
        bound = hashlib.sha256(b"papers\0" + rfc8785.dumps(found)).hexdigest()
        if bound != self.papers_hash:
            self.papers_hash = bound
            self._ask_for_reviews_again()

    def bind_making(self, facts_hash: str) -> None:
        """Make the row answer for one more recording of its making, after all that came before."""
        before = self.making_hash or ""
        self.making_hash = hashlib.sha256(f"making\0{before}\0{facts_hash}".encode()).hexdigest()
        self._ask_for_reviews_again()

    def _ask_for_reviews_again(self) -> None:
        for review in REVIEWS:
            setattr(self, f"{review}_reviewed_at", None)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            UniqueConstraint("entrustment_id", "number"),
            CheckConstraint("planned > 0", name="plans_something"),
            CheckConstraint("stage IN ('prototype', 'pilot', 'commercial')", name="stage_is_known"),
            CheckConstraint(
                "state <> 'trial_concluded' AND stage = 'commercial' "
                "OR state <> 'marketing_released' AND stage <> 'commercial'",
                name="stage_goes_its_own_way",
            ),
            CheckConstraint("steps_planned > 0 AND steps_done >= 0 AND steps_done <= steps_planned", name="steps"),
            CheckConstraint("finished_on IS NULL OR finished_on >= started_on", name="finished_after_started"),
            CheckConstraint("(state = 'rejected') = (rejected_at IS NOT NULL)", name="rejected_means_dated"),
            CheckConstraint(
                "(state = 'marketing_released') = (marketing_released_at IS NOT NULL)", name="marketed_means_dated"
            ),
            CheckConstraint(
                "state NOT IN ('production_released', 'marketing_released') OR production_released_at IS NOT NULL",
                name="production_release_comes_first",
            ),
            CheckConstraint(
                "marketing_released_by_id IS NULL OR marketing_released_by_id <> production_released_by_id",
                name="two_people_release",
            ),
        )


class BatchDefinition(Kept, Shared, Record):
    """Under which version a batch is made: the one that held on its first day, bound when it was opened."""

    __tablename__ = "batch_definition"

    batch_id: Mapped[UUID]
    definition_id: Mapped[UUID]

    batch: Mapped[Batch] = relationship(back_populates="binding")
    definition: Mapped[Definition] = relationship(
        primaryjoin="foreign(BatchDefinition.definition_id) == Definition.id", lazy="joined", viewonly=True
    )

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("batch_id"),
            ForeignKeyConstraint(["entrustment_id", "batch_id"], ["batch.entrustment_id", "batch.id"]),
            ForeignKeyConstraint(["entrustment_id", "definition_id"], ["definition.entrustment_id", "definition.id"]),
        )


class BatchDocument(Kept, Shared, Record):
    """One paper of the batch record, with its file and what it concluded."""

    __tablename__ = "batch_document"

    batch_id: Mapped[UUID]
    kind: Mapped[str]
    title: Mapped[str]
    result: Mapped[str]
    signed_by: Mapped[str]
    dated_on: Mapped[date]
    file_id: Mapped[UUID | None]
    replaced_at: Mapped[datetime | None]

    batch: Mapped[Batch] = relationship(back_populates="documents")
    file: Mapped[StoredFile | None] = relationship(viewonly=True)

    @property
    def bound(self) -> list[str | None]:
        """What a signature under the batch says about this paper."""
        return [self.kind, self.title, self.file.sha256 if self.file else None, self.result, self.signed_by]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            ForeignKeyConstraint(["entrustment_id", "batch_id"], ["batch.entrustment_id", "batch.id"]),
            ForeignKeyConstraint(
                ["entrustment_id", "file_id"], ["stored_file.entrustment_id", "stored_file.id"], **AT_COMMIT
            ),
        )


class Nonconformity(Moving, Shared, Record):
    """不合格: something that is not as it should be, and what was decided about it.

    ``serial_numbers`` are the pieces that it is about, where they are told apart.
    """

    __tablename__ = "nonconformity"
    lifecycle: ClassVar = NONCONFORMITY

    batch_id: Mapped[UUID]
    number: Mapped[str]
    title: Mapped[str]
    description: Mapped[str]
    pieces: Mapped[int | None]
    serial_numbers: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    disposition: Mapped[str | None]
    justification: Mapped[str | None]
    raised_by_id: Mapped[UUID]
    raised_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    batch: Mapped[Batch] = relationship(back_populates="nonconformities")

    @property
    def bound(self) -> list[str | None]:
        """What a signature under the batch says about this nonconformity."""
        named = [",".join(self.serial_numbers)] if self.serial_numbers else []
        return [self.number, self.state or self.lifecycle.initial, self.disposition, *named]

    def took(self, move: Move) -> None:
        if move.name == "close":
            self.closed_at = move.at
        with session.no_autoflush:
            self.batch.bind_papers()

    @property
    def along(self) -> list[Any]:
        return [self.batch]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            UniqueConstraint("entrustment_id", "number"),
            ForeignKeyConstraint(["entrustment_id", "batch_id"], ["batch.entrustment_id", "batch.id"]),
            CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_means_dated"),
            CheckConstraint("state = 'raised' OR disposition IS NOT NULL", name="disposed_means_decided"),
        )


def _by_number(nonconformity: Nonconformity) -> str:
    return nonconformity.number
