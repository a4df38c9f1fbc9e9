"""The two agreements, negotiated in versions, and the signatures under records."""

import hashlib
from copy import deepcopy
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

import rfc8785
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, literal_column
from sqlalchemy.orm import Mapped, declared_attr, relationship

from portal.db import Kept, Record, new_id, session
from portal.records.entrustment import Entrustment
from portal.records.moving import Move, Moving
from portal.tenancy import OverseenAtHome, Shared
from workflows.agreement import AGREEMENT

# One agreement of a kind is drawn up or signed at a time; what is signed or withdrawn makes room for the next.
UNDERWAY: Any = literal_column("signed_at IS NULL AND ended_at IS NULL")


class Agreement(Moving, Shared, Record):
    """质量协议 or 委托协议.  ``offered`` is the number of the version that lies on the table.

    ``offered_hash`` covers its text, so that whoever signs the agreement signs every clause.
    """

    __tablename__ = "agreement"
    lifecycle: ClassVar = AGREEMENT

    kind: Mapped[str]
    offered: Mapped[int | None]
    offered_hash: Mapped[str | None]
    wished_until: Mapped[date]
    ends_on: Mapped[date | None]
    ends_because: Mapped[str | None]
    signed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    entrustment: Mapped[Entrustment] = relationship(lazy="joined", viewonly=True)
    versions: Mapped[list["AgreementVersion"]] = relationship(
        back_populates="agreement", order_by="AgreementVersion.number"
    )

    @property
    def marks(self) -> dict[str, str]:
        return {"state": self.state, "kind": self.kind}

    @property
    def working(self) -> "AgreementVersion | None":
        """The version that may still be written; there is none while one lies on the table."""
        return next((each for each in reversed(self.versions) if each.offered_at is None), None)

    @property
    def lying(self) -> "AgreementVersion":
        """The version to read: the one on the table, or the one that is being written."""
        return next((each for each in self.versions if each.number == self.offered), self.versions[-1])

    def took(self, move: Move) -> None:
        with session.no_autoflush:
            if move.name == "offer" and self.working:
                self._lay_down(self.working, move.at)
            if move.name == "revise":
                self._take_up(self.lying, move.reason or "")
        if move.name in ("registrant_countersigns", "manufacturer_countersigns"):
            self.signed_at = move.at
        if move.name == "withdraw":
            self.ended_at = move.at

    @property
    def along(self) -> list[Any]:
        """The versions that the move has just written."""
        with session.no_autoflush:
            return [each for each in self.versions if each in session.new or each in session.dirty]

    def _lay_down(self, version: "AgreementVersion", at: datetime) -> None:
        version.offered_at, self.offered, self.offered_hash = at, version.number, version.text_hash

    def _take_up(self, offered: "AgreementVersion", why: str) -> None:
        self.offered = self.offered_hash = None
        self.versions.append(
            AgreementVersion(
                id=new_id(),
                entrustment_id=self.entrustment_id,
                number=self.versions[-1].number + 1,
                settlements=deepcopy(offered.settlements),
                particulars=deepcopy(offered.particulars),
                note=why,
            )
        )

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            Index(
                "uq_agreement_underway",
                "entrustment_id",
                "kind",
                unique=True,
                postgresql_where=UNDERWAY,
                sqlite_where=UNDERWAY,
            ),
            CheckConstraint("(offered IS NULL) = (offered_hash IS NULL)", name="offered_means_hashed"),
            CheckConstraint("kind IN ('quality', 'entrustment')", name="is_one_of_two"),
            CheckConstraint(
                "state <> 'signed' OR (signed_at IS NOT NULL AND ends_on IS NOT NULL)", name="signed_means_dated"
            ),
        )


class AgreementVersion(Kept, Shared, Record):
    """One version of the text.  Until ``offered_at`` is set its writers may change it; afterwards nobody may.

    ``settlements`` is a list of {"clause_id", "choice", "responsible", "text", "reason"}; ``particulars`` holds
    parties, site, licence and products as they were shown when the text was last written.
    """

    __tablename__ = "agreement_version"

    agreement_id: Mapped[UUID]
    number: Mapped[int]
    settlements: Mapped[list[Any]]
    particulars: Mapped[dict[str, Any]]
    note: Mapped[str]
    offered_at: Mapped[datetime | None]

    agreement: Mapped[Agreement] = relationship(back_populates="versions")

    @property
    def text_hash(self) -> str:
        """SHA-256 over everything the version says."""
        text: dict[str, Any] = {"number": self.number, "settlements": self.settlements, "particulars": self.particulars}
        return hashlib.sha256(b"agreement\0" + rfc8785.dumps(text)).hexdigest()

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("agreement_id", "number"),
            ForeignKeyConstraint(["entrustment_id", "agreement_id"], ["agreement.entrustment_id", "agreement.id"]),
        )


class Signature(Kept, OverseenAtHome, Record):
    """Who signed which version of what, what it meant, and how it was proved.  21 CFR 11.50; GMP 2025 art. 45.

    Under a record of the house alone it belongs to no entrustment, and ``side`` is empty.
    """

    __tablename__ = "signature"

    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    subject_version: Mapped[int]
    move: Mapped[str]
    meaning: Mapped[str]
    record_hash: Mapped[str]
    person_id: Mapped[UUID]
    person_name: Mapped[str]
    person_title: Mapped[str]
    organisation_name: Mapped[str]
    side: Mapped[str]
    reason: Mapped[str | None]
    proved: Mapped[str]
    signed_at: Mapped[datetime]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("subject_id", "subject_version", "move"),)
