"""The plant's own equipment and measuring instruments, what proves that they may be used, and its rooms."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, relationship

from portal.db import AT_COMMIT, CHINA, Kept, Record
from portal.records.file import StoredFile
from portal.records.moving import Move, Moving
from portal.tenancy import Overseen
from workflows.area import AREA
from workflows.equipment import EQUIPMENT
from workflows.grades import GRADES
from workflows.proving import DUE_AGAIN, PROOFS, Proof, Standing, needed, standing


def _one_of(known: Iterable[str]) -> str:
    return ", ".join(f"'{each}'" for each in known)


class Used:
    """What is used from a day on: ``since_on`` as it was typed, until it is taken out and put back again.

    ``since_at`` and ``until_at`` are when it was last put on record as used, and as used no more.  Days before an
    interruption are not remembered, so nothing is taken to have been used on them.
    """

    state: Mapped[str]
    since_on: Mapped[date]
    since_at: Mapped[datetime | None]
    until_at: Mapped[datetime | None]

    def used_on(self, day: date) -> bool:
        """From its first day up to the day on which it was taken out, both included."""
        if self.since_at is None or day < self.since_on:
            return False
        return self.until_at is None or day <= self.until_at.astimezone(CHINA).date()

    def took(self, move: Move) -> None:
        if not move.name.startswith("put_in"):
            self.until_at = self.until_at or move.at
            return
        if self.until_at is not None:
            self.since_on = move.at.astimezone(CHINA).date()
        self.since_at, self.until_at = move.at, None


class Area(Used, Moving, Overseen, Record):
    """房间、洁净区.  ``site`` is an address of the production licence, ``map_place`` where the room lies on its map."""

    __tablename__ = "area"
    lifecycle: ClassVar = AREA

    number: Mapped[str]
    name: Mapped[str]
    site: Mapped[str]
    map_place: Mapped[str]
    grade: Mapped[str]
    file_id: Mapped[UUID | None]

    file: Mapped[StoredFile | None] = relationship(lazy="joined", viewonly=True)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("owner_id", "id"),
            UniqueConstraint("owner_id", "number"),
            ForeignKeyConstraint(["owner_id", "file_id"], ["stored_file.owner_id", "stored_file.id"], **AT_COMMIT),
            CheckConstraint(f"grade IN ({_one_of(GRADES)})", name="grade_is_known"),
            CheckConstraint(
                "state <> 'in_use' OR (since_at IS NOT NULL AND until_at IS NULL)", name="in_use_means_dated"
            ),
            CheckConstraint("state NOT IN ('out_of_use', 'retired') OR until_at IS NOT NULL", name="out_means_dated"),
        )


class Equipment(Used, Moving, Overseen, Record):
    """设备、监视和测量装置.  ``operations`` are names of OPERATIONS that it serves."""

    __tablename__ = "equipment"
    lifecycle: ClassVar = EQUIPMENT

    number: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    maker: Mapped[str]
    model: Mapped[str]
    place: Mapped[str]
    area_id: Mapped[UUID | None]
    operations: Mapped[list[str]]
    needs_calibration: Mapped[bool]
    needs_validation: Mapped[bool]

    area: Mapped[Area | None] = relationship(viewonly=True)
    proofs: Mapped[list["EquipmentProof"]] = relationship(
        back_populates="equipment", order_by="EquipmentProof.done_on.desc(), EquipmentProof.id.desc()", viewonly=True
    )

    @property
    def needs(self) -> tuple[str, ...]:
        """The kinds of proof without which it is not used."""
        return needed(calibration=self.needs_calibration, validation=self.needs_validation)

    @property
    def counting(self) -> list[Proof]:
        """What proves something about it: not struck out, and with a certificate that was checked."""
        return [each.proof for each in self.proofs if each.counts]

    def standing_of(self, kind: str, on: date) -> Standing:
        return standing(self.counting, kind, on)

    def lacks(self, on: date) -> list[str]:
        """The kinds of proof that it needs and that do not count on a day."""
        return [each for each in self.needs if self.standing_of(each, on) is not Standing.GOOD]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("owner_id", "id"),
            UniqueConstraint("owner_id", "number"),
            ForeignKeyConstraint(["owner_id", "area_id"], ["area.owner_id", "area.id"]),
            CheckConstraint("kind IN ('machine', 'instrument')", name="kind_is_known"),
            CheckConstraint("kind <> 'instrument' OR needs_calibration", name="instruments_are_calibrated"),
            CheckConstraint(
                "state <> 'in_service' OR (since_at IS NOT NULL AND until_at IS NULL)", name="in_service_means_dated"
            ),
            CheckConstraint(
                "state NOT IN ('out_of_service', 'retired') OR until_at IS NOT NULL", name="out_means_dated"
            ),
        )


class EquipmentProof(Kept, Overseen, Record):
    """校准或者确认记录.  ``kind`` is one of PROOFS, ``due_on`` the last day on which it counts, if it ends.

    It is never changed; one that was entered in error is struck out and counts no more.
    """

    __tablename__ = "equipment_proof"

    equipment_id: Mapped[UUID]
    kind: Mapped[str]
    done_on: Mapped[date]
    due_on: Mapped[date | None]
    passed: Mapped[bool]
    done_by: Mapped[str]
    certificate: Mapped[str]
    remark: Mapped[str]
    file_id: Mapped[UUID]
    struck_on: Mapped[date | None]
    struck_because: Mapped[str | None]

    equipment: Mapped[Equipment] = relationship(back_populates="proofs", viewonly=True)
    file: Mapped[StoredFile | None] = relationship(lazy="joined", viewonly=True)

    @property
    def counts(self) -> bool:
        """An authority that looks is shown no files of the house: it sees what the house says of them."""
        return self.struck_on is None and (self.file is None or self.file.accepted)

    @property
    def proof(self) -> Proof:
        return Proof(self.kind, self.done_on, self.due_on, self.passed)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("owner_id", "id"),
            ForeignKeyConstraint(["owner_id", "equipment_id"], ["equipment.owner_id", "equipment.id"]),
            ForeignKeyConstraint(["owner_id", "file_id"], ["stored_file.owner_id", "stored_file.id"], **AT_COMMIT),
            Index("ix_equipment_proof_equipment_id", "equipment_id"),
            CheckConstraint(f"kind IN ({_one_of(PROOFS)})", name="kind_is_known"),
            CheckConstraint(f"kind NOT IN ({_one_of(DUE_AGAIN)}) OR due_on IS NOT NULL", name="due_again_means_dated"),
            CheckConstraint("due_on IS NULL OR done_on <= due_on", name="ends_after_it_is_done"),
            CheckConstraint("(struck_on IS NULL) = (struck_because IS NULL)", name="struck_means_reasoned"),
        )
