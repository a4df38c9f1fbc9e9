"""The secret address under which somebody's own calendar program reads their days."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, literal_column
from sqlalchemy.orm import Mapped, mapped_column

from portal.db import Record
from portal.tenancy import Walled

OPEN: Any = literal_column("ended_at IS NULL")


class CalendarFeed(Walled, Record):
    """A person has one at a time.  Only the SHA-256 of its token is kept; ``covers`` all days, or what they owe."""

    __tablename__ = "calendar_feed"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    token_hash: Mapped[str]
    covers: Mapped[str]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("token_hash"),
        Index("uq_calendar_feed_open", "person_id", unique=True, postgresql_where=OPEN, sqlite_where=OPEN),
        CheckConstraint("covers IN ('all', 'owed')", name="covers_is_known"),
    )
