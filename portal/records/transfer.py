"""A design transfer: what is handed over, who was trained, which step was tried on which batch, what is missing."""

import hashlib
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

import rfc8785
from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    and_,
    literal_column,
)
from sqlalchemy.orm import Mapped, declared_attr, relationship

from portal.db import AT_COMMIT, Kept, Record, session
from portal.records.batch import Batch
from portal.records.entrustment import Entrustment
from portal.records.file import StoredFile
from portal.records.moving import Move, Moving
from portal.tenancy import Shared
from workflows.transfer import TRANSFER, TRANSFER_GAP

# One transfer of a product is under way at a time; what is signed, withdrawn or ended makes room for the next.
UNDERWAY: Any = literal_column("signed_at IS NULL AND ended_at IS NULL")
# A line hangs from a transfer of its own entrustment.
TO_ITS_TRANSFER = (["entrustment_id", "transfer_id"], ["transfer.entrustment_id", "transfer.id"])


class Transfer(Moving, Shared, Record):
    """设计转换 of one product.  ``steps`` are the production steps that trial production has to cover, in their order.

    ``contents_hash`` covers items, training, trials and gaps, so that whoever signs the transfer signs each of them.
    """

    __tablename__ = "transfer"
    lifecycle: ClassVar = TRANSFER

    number: Mapped[str]
    product_id: Mapped[UUID]
    product_name: Mapped[str]
    scope: Mapped[str]
    method: Mapped[str]
    steps: Mapped[list[str]]
    contents_hash: Mapped[str | None]
    opened_by_id: Mapped[UUID]
    opened_at: Mapped[datetime]
    handed_over_at: Mapped[datetime | None]
    trialled_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    entrustment: Mapped[Entrustment] = relationship(lazy="joined", viewonly=True)
    items: Mapped[list["TransferItem"]] = relationship(back_populates="transfer", order_by="TransferItem.id")
    trainings: Mapped[list["TransferTraining"]] = relationship(
        back_populates="transfer", order_by="TransferTraining.id"
    )
    trials: Mapped[list["TransferTrial"]] = relationship(back_populates="transfer", order_by="TransferTrial.id")
    gaps: Mapped[list["TransferGap"]] = relationship(back_populates="transfer", order_by="TransferGap.id")

    @classmethod
    def underway(cls) -> ColumnElement[bool]:
        """Neither signed nor given up: what a query asks for."""
        return and_(cls.signed_at.is_(None), cls.ended_at.is_(None))

    @property
    def standing_items(self) -> list["TransferItem"]:
        """Those that are not struck off the list."""
        return [each for each in self.items if each.struck_at is None]

    def took(self, move: Move) -> None:
        if move.name == "hand_over":
            self.handed_over_at = move.at
        if move.name == "conclude_trials":
            self.trialled_at = move.at
        if move.name == "take_back":
            self.handed_over_at = self.trialled_at = None
        if move.name in ("registrant_countersigns", "manufacturer_countersigns"):
            self.signed_at = move.at
        if move.name in ("withdraw", "end"):
            self.ended_at = move.at

    def bind_contents(self) -> None:
        """Make the row answer for everything in it as it is now."""
        with session.no_autoflush:
            lines: dict[str, list[list[Any]]] = {
                "items": [each.bound for each in self.standing_items],
                "trainings": [each.bound for each in self.trainings],
                "trials": [each.bound for each in self.trials],
                "gaps": [each.bound for each in self.gaps],
            }
        self.contents_hash = hashlib.sha256(b"transfer\0" + rfc8785.dumps(lines)).hexdigest()

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            UniqueConstraint("entrustment_id", "number"),
            Index(
                "uq_transfer_underway",
                "entrustment_id",
                "product_id",
                unique=True,
                postgresql_where=UNDERWAY,
                sqlite_where=UNDERWAY,
            ),
            CheckConstraint(
                "state IN ('preparing', 'withdrawn') OR handed_over_at IS NOT NULL", name="handed_over_means_dated"
            ),
            CheckConstraint(
                "state IN ('preparing', 'handed_over', 'withdrawn') OR trialled_at IS NOT NULL",
                name="trialled_means_dated",
            ),
            CheckConstraint("(state IN ('signed', 'ended')) = (signed_at IS NOT NULL)", name="signed_means_dated"),
            CheckConstraint("(state IN ('withdrawn', 'ended')) = (ended_at IS NOT NULL)", name="ended_means_dated"),
        )


class TransferItem(Kept, Shared, Record):
    """One thing that is handed over, in one ``edition``; each side confirms it by name."""

    __tablename__ = "transfer_item"

    transfer_id: Mapped[UUID]
    kind: Mapped[str]
    title: Mapped[str]
    reference: Mapped[str]
    edition: Mapped[str]
    file_id: Mapped[UUID | None]
    given_by_name: Mapped[str | None]
    given_at: Mapped[datetime | None]
    received_by_name: Mapped[str | None]
    received_at: Mapped[datetime | None]
    struck_at: Mapped[datetime | None]

    transfer: Mapped[Transfer] = relationship(back_populates="items")
    file: Mapped[StoredFile | None] = relationship(lazy="joined", viewonly=True)

    @property
    def bound(self) -> list[Any]:
        """What a signature under the transfer says about this item."""
        return [
            str(self.id),
            self.kind,
            self.title,
            self.reference,
            self.edition,
            self.file.sha256 if self.file else None,
        ]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            ForeignKeyConstraint(*TO_ITS_TRANSFER),
            ForeignKeyConstraint(
                ["entrustment_id", "file_id"], ["stored_file.entrustment_id", "stored_file.id"], **AT_COMMIT
            ),
            CheckConstraint("(given_at IS NULL) = (given_by_name IS NULL)", name="given_means_by_somebody"),
            CheckConstraint("(received_at IS NULL) = (received_by_name IS NULL)", name="received_means_by_somebody"),
            CheckConstraint("received_at IS NULL OR given_at IS NOT NULL", name="given_before_received"),
        )


class TransferTraining(Kept, Shared, Record):
    """Who of the manufacturer was trained in what, by whom, on which day, and how it was judged."""

    __tablename__ = "transfer_training"

    transfer_id: Mapped[UUID]
    topic: Mapped[str]
    trained_on: Mapped[date]
    trainer: Mapped[str]
    trained: Mapped[str]
    assessment: Mapped[str]

    transfer: Mapped[Transfer] = relationship(back_populates="trainings")

    @property
    def bound(self) -> list[Any]:
        """What a signature under the transfer says about this training."""
        return [str(self.id), self.topic, self.trained_on.isoformat(), self.trainer, self.trained, self.assessment]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("entrustment_id", "id"), ForeignKeyConstraint(*TO_ITS_TRANSFER))


class TransferTrial(Kept, Shared, Record):
    """One step, tried out on one batch that is no commercial one; of the trials of a step the latest counts."""

    __tablename__ = "transfer_trial"

    transfer_id: Mapped[UUID]
    batch_id: Mapped[UUID]
    step: Mapped[str]
    result: Mapped[str]
    findings: Mapped[str]
    tried_by_name: Mapped[str]
    tried_at: Mapped[datetime]

    transfer: Mapped[Transfer] = relationship(back_populates="trials")
    batch: Mapped[Batch] = relationship(lazy="joined", viewonly=True)

    @property
    def bound(self) -> list[Any]:
        """What a signature under the transfer says about this trial."""
        return [str(self.id), str(self.batch_id), self.step, self.result, self.findings]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            ForeignKeyConstraint(*TO_ITS_TRANSFER),
            ForeignKeyConstraint(["entrustment_id", "batch_id"], ["batch.entrustment_id", "batch.id"]),
            CheckConstraint("result IN ('passed', 'failed')", name="passed_or_failed"),
        )


class TransferGap(Moving, Shared, Record):
    """What is still missing.  ``owes`` is the side that closes it; ``blocking``: before any commercial production."""

    __tablename__ = "transfer_gap"
    lifecycle: ClassVar = TRANSFER_GAP

    transfer_id: Mapped[UUID]
    what: Mapped[str]
    owes: Mapped[str]
    owner_name: Mapped[str]
    due_on: Mapped[date]
    blocking: Mapped[bool]
    resolution: Mapped[str | None]
    closed_at: Mapped[datetime | None]

    transfer: Mapped[Transfer] = relationship(back_populates="gaps")

    @property
    def marks(self) -> dict[str, str]:
        return {"state": self.state, "due_on": self.due_on.isoformat(), "owes": self.owes}

    @property
    def called(self) -> str:
        return self.transfer.number

    @property
    def bound(self) -> list[Any]:
        """What a signature under the transfer says about this gap; closing it afterwards changes nothing of that."""
        return [str(self.id), self.what, self.owes, self.owner_name, self.due_on.isoformat(), self.blocking]

    def took(self, move: Move) -> None:
        if move.name == "close":
            self.closed_at, self.resolution = move.at, move.reason

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            ForeignKeyConstraint(*TO_ITS_TRANSFER),
            CheckConstraint("owes IN ('registrant', 'manufacturer')", name="somebody_closes_it"),
            CheckConstraint(
                "(state = 'closed') = (closed_at IS NOT NULL) AND (state <> 'closed' OR resolution IS NOT NULL)",
                name="closed_means_explained",
            ),
        )
