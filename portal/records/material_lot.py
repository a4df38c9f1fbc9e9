"""A lot of a material as it was received: what it is, the certificates it brought, and what its inspection found."""

import hashlib
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

import rfc8785
from sqlalchemy import JSON, CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from portal.db import AT_COMMIT, Kept, Record, session, today
from portal.records.file import StoredFile
from portal.records.material import Material
from portal.records.moving import Move, Moving
from portal.records.supplier import Supplier
from portal.tenancy import Behind, Upstream
from workflows.criterion import Criterion
from workflows.engine import State
from workflows.material_lot import EXPIRED, IN_PART, MATERIAL_LOT, USABLE_STATES, is_expired
from workflows.part_acceptance import Parts, Rejection, piece_code

TO_ITS_LOT = (["owner_id", "lot_id"], ["material_lot.owner_id", "material_lot.id"])


class MaterialLot(Moving, Upstream, Record):
    """物料批.  ``quantity`` is decimal text in ``unit``, the unit of the material, as much as was received.

    What is left of it is counted in the lineage.  ``stated_quantity`` and ``stated_unit`` are as they stood on the
    delivery.  ``asked_certificates`` and ``asked`` are what was asked of a lot of the material on the day it came;
    ``tags`` are the numbers of its RFID tags, ``serials`` those of its pieces, None where they bear none;
    ``rejections`` are the pieces that were rejected on receipt (:class:`workflows.part_acceptance.Rejection`).
    ``papers_hash`` covers certificates, results and these, so that whoever accepts the lot signs them too.
    """

    __tablename__ = "material_lot"
    lifecycle: ClassVar = MATERIAL_LOT
    behind: ClassVar = Behind("id")

    number: Mapped[str]
    material_id: Mapped[UUID]
    supplier_id: Mapped[UUID]
    supplier_lot: Mapped[str]
    made_by: Mapped[str | None]
    received_on: Mapped[date]
    made_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    quantity: Mapped[str]
    unit: Mapped[str]
    stated_quantity: Mapped[str]
    stated_unit: Mapped[str]
    storage: Mapped[str]
    tags: Mapped[list[str]]
    serials: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    rejections: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    asked_certificates: Mapped[list[str]]
    asked: Mapped[list[Any]]
    papers_hash: Mapped[str]
    received_by_id: Mapped[UUID]
    accepted_at: Mapped[datetime | None]
    rejected_at: Mapped[datetime | None]
    blocked_at: Mapped[datetime | None]
    recalled_at: Mapped[datetime | None]

    material: Mapped[Material] = relationship(viewonly=True, lazy="joined")
    supplier: Mapped[Supplier] = relationship(viewonly=True, lazy="joined")
    certificates: Mapped[list["LotCertificate"]] = relationship(
        back_populates="lot", order_by="LotCertificate.id", lazy="selectin"
    )
    results: Mapped[list["LotResult"]] = relationship(back_populates="lot", order_by="LotResult.id", lazy="selectin")

    @property
    def expired(self) -> bool:
        """Whether its day has come: asked anew each time, since no clock writes it down."""
        return self.state in USABLE_STATES and is_expired(self.expires_on, today())

    @property
    def where(self) -> State:
        if self.expired:
            return EXPIRED
        return IN_PART if self.state == "accepted" and self.rejections else super().where

    @property
    def parts(self) -> Parts:
        return Parts(self.quantity, self.serials or (), [Rejection.of(each) for each in self.rejections or ()])

    @property
    def accepted_quantity(self) -> str | None:
        return self.parts.others if self.accepted_at is not None else None

    @property
    def rejected_quantity(self) -> str:
        return self.quantity if self.state == "rejected" else self.parts.rejected

    @property
    def material_code(self) -> str:
        return self.material.code

    @property
    def material_name(self) -> str:
        return self.material.name

    @property
    def supplier_number(self) -> str:
        return self.supplier.number

    @property
    def supplier_name(self) -> str:
        return self.supplier.name

    @property
    def standing_certificates(self) -> list["LotCertificate"]:
        return [each for each in self.certificates if each.struck_at is None]

    @property
    def standing_results(self) -> dict[str, "LotResult"]:
        """The result that counts, for each characteristic that has one, and of each piece that has one of its own."""
        return {each.called: each for each in self.results if each.struck_at is None}

    @property
    def criteria(self) -> list[Criterion]:
        return [Criterion.of(each) for each in self.asked]

    @property
    def missing(self) -> list[str]:
        """The kinds of certificates that it must bring and that are not there, or whose file does not count."""
        there = {each.kind for each in self.standing_certificates if each.file is None or each.file.accepted}
        return [each for each in self.asked_certificates if each not in there]

    @property
    def uninspected(self) -> list[str]:
        found = {each.characteristic for each in self.standing_results.values()}
        return [each.characteristic for each in self.criteria if each.characteristic not in found]

    @property
    def failed(self) -> list[str]:
        """Those that do not conform; what became of a rejected piece no longer matters."""
        out = self.parts.rejected_serials
        return [name for name, each in self.standing_results.items() if not each.passed and each.piece not in out]

    def bind_papers(self) -> None:
        """Make the row answer for its certificates and results as they are now."""
        with session.no_autoflush:
            papers: list[Any] = [[each.bound for each in self.standing_certificates]]
            papers.append([each.bound for each in self.standing_results.values()])
        if self.serials or self.rejections:
            papers.append([self.serials or [], self.rejections or []])
        self.papers_hash = hashlib.sha256(b"lot\0" + rfc8785.dumps(papers)).hexdigest()

    def took(self, move: Move) -> None:
        if move.name in ("accept", "accept_part", "unblock"):
            self.accepted_at, self.blocked_at = move.at, None
        if move.name == "reject":
            self.rejected_at = move.at
        if move.name == "block":
            self.blocked_at = move.at
        if move.name == "recall":
            self.recalled_at = move.at

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("owner_id", "id"),
            UniqueConstraint("owner_id", "number"),
            Index("ix_material_lot_owner_id_state_expires_on", "owner_id", "state", "expires_on"),
            Index("ix_material_lot_owner_id_material_id", "owner_id", "material_id"),
            Index("ix_material_lot_owner_id_supplier_id", "owner_id", "supplier_id"),
            ForeignKeyConstraint(["owner_id", "material_id"], ["material.owner_id", "material.id"]),
            ForeignKeyConstraint(["owner_id", "supplier_id"], ["supplier.owner_id", "supplier.id"]),
            CheckConstraint("made_on IS NULL OR made_on <= received_on", name="made_before_received"),
            CheckConstraint(
                "state NOT IN ('accepted', 'blocked') OR accepted_at IS NOT NULL", name="accepted_means_dated"
            ),
            CheckConstraint("(state = 'rejected') = (rejected_at IS NOT NULL)", name="rejected_means_dated"),
            CheckConstraint("state <> 'blocked' OR blocked_at IS NOT NULL", name="blocked_means_dated"),
            CheckConstraint("(state = 'recalled') = (recalled_at IS NOT NULL)", name="recalled_means_dated"),
        )


class LotCertificate(Kept, Upstream, Record):
    """A certificate that came with a lot: mill, biocompatibility, sterilisation or another."""

    __tablename__ = "lot_certificate"
    behind: ClassVar = Behind("lot_id")

    lot_id: Mapped[UUID]
    kind: Mapped[str]
    number: Mapped[str]
    issuer: Mapped[str]
    issued_on: Mapped[date]
    file_id: Mapped[UUID]
    struck_at: Mapped[datetime | None]

    lot: Mapped[MaterialLot] = relationship(back_populates="certificates")
    file: Mapped[StoredFile | None] = relationship(viewonly=True, lazy="joined")

    @property
    def bound(self) -> list[str]:
        return [str(self.id), self.kind, self.number, self.issuer, self.issued_on.isoformat(), str(self.file_id)]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("owner_id", "id"),
            Index("ix_lot_certificate_owner_id_lot_id", "owner_id", "lot_id"),
            Index("ix_lot_certificate_owner_id_file_id", "owner_id", "file_id"),
            ForeignKeyConstraint(*TO_ITS_LOT),
            ForeignKeyConstraint(["owner_id", "file_id"], ["stored_file.owner_id", "stored_file.id"], **AT_COMMIT),
            CheckConstraint("kind IN ('mill', 'biocompatibility', 'sterilisation', 'other')", name="kind_is_known"),
        )


class LotResult(Kept, Upstream, Record):
    """What the inspection on receipt found of one characteristic, against the criterion as it was then.

    ``inspected_by`` is who looked, ``recorded_by_id`` who wrote it down; None of results from before that was kept.
    ``piece`` is the serial number of the piece that was looked at, None for the lot as a whole.
    """

    __tablename__ = "lot_result"
    behind: ClassVar = Behind("lot_id")

    lot_id: Mapped[UUID]
    characteristic: Mapped[str]
    criterion: Mapped[str]
    measured: Mapped[str]
    passed: Mapped[bool]
    instrument: Mapped[str]
    inspected_on: Mapped[date]
    inspected_by: Mapped[str]
    recorded_by_id: Mapped[UUID | None]
    piece: Mapped[str | None]
    struck_at: Mapped[datetime | None]

    lot: Mapped[MaterialLot] = relationship(back_populates="results")

    @property
    def called(self) -> str:
        return piece_code(self.characteristic, self.piece) if self.piece else self.characteristic

    @property
    def bound(self) -> list[str | bool]:
        named: list[str | bool] = [str(self.id), self.characteristic, self.criterion, self.measured, self.passed]
        piece = [self.piece] if self.piece else []
        return [*named, self.instrument, self.inspected_on.isoformat(), self.inspected_by, *piece]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("owner_id", "id"),
            Index("ix_lot_result_owner_id_lot_id", "owner_id", "lot_id"),
            ForeignKeyConstraint(*TO_ITS_LOT),
        )
