"""A meeting of the two management representatives, with its minutes, decisions and the figures they reviewed."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, literal_column
from sqlalchemy.orm import Mapped, declared_attr, relationship

from portal.db import Record
from portal.records.entrustment import Entrustment
from portal.records.moving import Move, Moving
from portal.tenancy import Shared
from workflows.engine import Side
from workflows.meeting import MEETING, REPRESENTED

UNDERWAY: Any = literal_column("signed_at IS NULL AND left_at IS NULL AND cancelled_at IS NULL")
PARTIES = (Side.REGISTRANT, Side.MANUFACTURER)


class Meeting(Moving, Shared, Record):
    """管理者代表会议.

    Each side says who was there of it, and nothing until it does: {"said_for", "speaker", "name", "letter", "why",
    "others"}; ``said_for`` is the day of the meeting as it was then, ``speaker`` a name of SPEAKERS, ``others`` names.
    ``carried`` are the decisions of earlier meetings that were still open: {"meeting", "text", "side", "owner",
    "due_on", "done", "remark"}, ``done`` None until somebody says so; ``decisions`` are this meeting's: {"text",
    "side", "owner", "due_on", "answers"}, where ``answers`` is the id of an indicator or empty.  ``figures`` are the
    indicators as they were judged, counted ``since`` that day up to the day of the meeting: {"indicator", "figure",
    "target", "verdict", "remark"}.
    """

    __tablename__ = "meeting"
    lifecycle: ClassVar = MEETING

    number: Mapped[str]
    meets_on: Mapped[date]
    way: Mapped[str]
    place: Mapped[str]
    agenda: Mapped[str]
    reviews_indicators: Mapped[bool]
    registrant_there: Mapped[dict[str, Any]]
    manufacturer_there: Mapped[dict[str, Any]]
    carried: Mapped[list[Any]]
    minutes: Mapped[str | None]
    decisions: Mapped[list[Any]]
    since: Mapped[date | None]
    figures: Mapped[list[Any]]
    called_by_id: Mapped[UUID]
    held_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]

    entrustment: Mapped[Entrustment] = relationship(lazy="joined", viewonly=True)

    @property
    def marks(self) -> dict[str, str]:
        return {
            "state": self.state,
            "representatives": "both" if all(self.is_represented(each) for each in PARTIES) else "lacking",
            "indicators": "reviewed" if self.reviews_indicators else "none",
            "held_on": self.meets_on.isoformat(),
        }

    def there_of(self, side: Side) -> dict[str, Any]:
        """What a side last said of who was there."""
        return self.registrant_there if side is Side.REGISTRANT else self.manufacturer_there

    def said_by(self, side: Side) -> dict[str, Any] | None:
        """Who was there of a side, as it said for the very day of the meeting."""
        said = self.there_of(side)
        return said if said.get("said_for") == self.meets_on.isoformat() else None

    def is_represented(self, side: Side) -> bool:
        """Whether the management representative of the side was there, or the deputy they appointed."""
        said = self.said_by(side)
        return said is not None and said["speaker"] in REPRESENTED

    @property
    def left_open(self) -> list[dict[str, Any]]:
        """What the next meeting has to follow up: earlier decisions not done, and what was signed here."""
        own = [each | {"meeting": self.number} for each in self.decisions] if self.signed_at else []
        return [each for each in self.carried if not each["done"]] + own

    def took(self, move: Move) -> None:
        if move.name == "hold":
            self.held_at = move.at
        if move.name in ("registrant_countersigns", "manufacturer_countersigns"):
            self.signed_at = move.at
        if move.name == "leave":
            self.left_at = move.at
        if move.name == "cancel":
            self.cancelled_at = move.at

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            UniqueConstraint("entrustment_id", "number"),
            Index(
                "uq_meeting_underway",
                "entrustment_id",
                unique=True,
                postgresql_where=UNDERWAY,
                sqlite_where=UNDERWAY,
            ),
            CheckConstraint("way IN ('in_person', 'by_call')", name="way_is_known"),
            CheckConstraint("(state IN ('called', 'cancelled')) = (held_at IS NULL)", name="held_means_dated"),
            CheckConstraint(
                "state IN ('called', 'held', 'left_unsigned', 'cancelled') OR minutes IS NOT NULL",
                name="put_up_means_minuted",
            ),
            CheckConstraint("(state = 'signed') = (signed_at IS NOT NULL)", name="signed_means_dated"),
            CheckConstraint("(state = 'left_unsigned') = (left_at IS NOT NULL)", name="left_means_dated"),
            CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_means_dated"),
        )
