"""The checklist of the end of an entrustment, and its points."""

import hashlib
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

import rfc8785
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, relationship

from agreements.ending import EndingPoint, ending_point
from portal.db import AT_COMMIT, Record, session
from portal.records.entrustment import Entrustment
from portal.records.file import StoredFile
from portal.records.moving import Move, Moving
from portal.tenancy import Shared
from workflows.ending import ENDING, ENDING_LINE


class Ending(Moving, Shared, Record):
    """终止清单, one for an entrustment.  ``lines_hash`` covers the points that come before the end, as they stand,
    so that whoever signs the checklist signs each of them."""

    __tablename__ = "ending"
    lifecycle: ClassVar = ENDING

    planned_on: Mapped[date]
    because: Mapped[str]
    lines_hash: Mapped[str | None]
    drawn_up_by_id: Mapped[UUID]
    drawn_up_at: Mapped[datetime]
    signed_at: Mapped[datetime | None]

    entrustment: Mapped[Entrustment] = relationship(lazy="joined", viewonly=True)
    lines: Mapped[list["EndingLine"]] = relationship(back_populates="ending", order_by="EndingLine.id")

    def took(self, move: Move) -> None:
        if move.name in ("registrant_countersigns", "manufacturer_countersigns"):
            self.signed_at = move.at

    def bind_lines(self) -> None:
        """Make the row answer for its points as they are now."""
        with session.no_autoflush:
            bound = [each.bound for each in self.lines if not each.asks.follows]
        self.lines_hash = hashlib.sha256(b"ending\0" + rfc8785.dumps(bound)).hexdigest()

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            UniqueConstraint("entrustment_id"),
            CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name="signed_means_dated"),
        )


class EndingLine(Moving, Shared, Record):
    """One point.  ``found`` is what the records knew of it when its settlement was written; ``kept_by`` the side that
    keeps the records and ``keep_until`` the last day, where the point is about records."""

    __tablename__ = "ending_line"
    lifecycle: ClassVar = ENDING_LINE

    ending_id: Mapped[UUID]
    point: Mapped[str]
    owes: Mapped[str]
    how: Mapped[str | None]
    found: Mapped[list[Any]]
    kept_by: Mapped[str | None]
    keep_until: Mapped[date | None]
    file_id: Mapped[UUID | None]
    settled_at: Mapped[datetime | None]
    set_aside_because: Mapped[str | None]

    ending: Mapped[Ending] = relationship(back_populates="lines")
    file: Mapped[StoredFile | None] = relationship(viewonly=True)

    @property
    def asks(self) -> EndingPoint:
        return ending_point(self.point)

    @property
    def marks(self) -> dict[str, str]:
        ended = "yes" if self.ending.entrustment.state == "ended" else "no"
        return {"state": self.state, "point": self.point, "ended": ended}

    @property
    def bound(self) -> list[Any]:
        """What a signature under the checklist says about this point."""
        until = self.keep_until.isoformat() if self.keep_until else None
        shown = self.file.sha256 if self.file else None
        return [self.point, self.state, self.how, self.found, self.kept_by, until, shown, self.set_aside_because]

    def took(self, move: Move) -> None:
        self.settled_at = move.at if move.name == "settle" else None
        self.set_aside_because = move.reason if move.name == "set_aside" else None
        if not self.asks.follows:
            self.ending.bind_lines()

    @property
    def along(self) -> list[Any]:
        """What comes after the end is under no signature, so it changes nothing that was signed."""
        return [] if self.asks.follows else [self.ending]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            UniqueConstraint("ending_id", "point"),
            ForeignKeyConstraint(["entrustment_id", "ending_id"], ["ending.entrustment_id", "ending.id"]),
            ForeignKeyConstraint(
                ["entrustment_id", "file_id"], ["stored_file.entrustment_id", "stored_file.id"], **AT_COMMIT
            ),
            CheckConstraint("owes IN ('registrant', 'manufacturer')", name="somebody_settles_it"),
            CheckConstraint(
                "(state = 'settled') = (settled_at IS NOT NULL) AND (state <> 'settled' OR how IS NOT NULL)",
                name="settled_means_written",
            ),
            CheckConstraint("(state = 'set_aside') = (set_aside_because IS NOT NULL)", name="set_aside_means_reasoned"),
            CheckConstraint("(kept_by IS NULL) = (keep_until IS NULL)", name="kept_means_until_when"),
        )
