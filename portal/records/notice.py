"""What people are told, who has read it, and the letters that carry it out of the house."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.db import AT_COMMIT, Record, Throwaway
from portal.records.entrustment import Entrustment
from portal.records.organisation import Organisation
from portal.tenancy import Walled


class Notice(Throwaway, Walled, Record):
    """通知: one house's people are told of something in an entrustment, or of their house's own where there is none.

    It is written together with the event that caused it.  ``whom`` is the power or the role whose holders are told,
    ``by_id`` whoever did it and need not be.  ``kind`` and ``detail`` say what it is about, never in prose: a move, an
    event, the rule of a duty, a step of its escalation, a day of a renewal.  ``once`` is a key by which a thing is told
    once, however many workers find it.  It is seen by nobody but the people of ``for_id``, in an entrustment only while
    they take part in it.

    It is no record: after the ninety days that anybody may look back the worker clears it away, and the ledger keeps
    the event that it told of.
    """

    __tablename__ = "notice"

    for_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    entrustment_id: Mapped[UUID | None] = mapped_column(ForeignKey("entrustment.id", **AT_COMMIT), index=True)
    event_id: Mapped[UUID | None] = mapped_column(ForeignKey("ledger_event.id", **AT_COMMIT))
    at: Mapped[datetime]
    whom: Mapped[str]
    by_id: Mapped[UUID]
    kind: Mapped[str]
    detail: Mapped[str]
    about_kind: Mapped[str]
    about_id: Mapped[UUID]
    name: Mapped[str]
    due_at: Mapped[datetime | None]
    urgent: Mapped[bool]
    once: Mapped[str | None]
    handed_on_at: Mapped[datetime | None]

    entrustment: Mapped[Entrustment | None] = relationship(viewonly=True, lazy="joined")
    house: Mapped[Organisation] = relationship(viewonly=True, lazy="joined", innerjoin=True)

    __table_args__ = (
        UniqueConstraint("once"),
        CheckConstraint("kind IN ('move', 'happened', 'duty', 'escalation', 'window')", name="kind_is_known"),
        CheckConstraint(
            "entrustment_id IS NOT NULL OR kind IN ('duty', 'escalation', 'window')", name="at_home_only_its_own"
        ),
    )


class Letter(Throwaway, Walled, Record):
    """One mail to one person.  It carries every notice whose copy names it; what it says is written as it is sent.

    ``next_at`` is when it is tried next: whoever takes it in hand moves that on, and a worker that dies lets go of it
    by then.  ``slot`` is the hour or the day of which it is the one letter, None for an urgent one.
    """

    __tablename__ = "letter"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    made_at: Mapped[datetime]
    slot: Mapped[str | None]
    next_at: Mapped[datetime] = mapped_column(index=True)
    attempts: Mapped[int]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]

    __table_args__ = (
        UniqueConstraint("person_id", "slot"),
        CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name="ended_means_told_how"),
        CheckConstraint("outcome IN ('sent', 'empty', 'given_up')", name="outcome_is_known"),
    )


class NoticeCopy(Throwaway, Walled, Record):
    """A notice as one person has it: whether it was read in the portal, and which letter carries it."""

    __tablename__ = "notice_copy"

    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notice.id"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    read_at: Mapped[datetime | None]
    letter_id: Mapped[UUID | None] = mapped_column(ForeignKey("letter.id"), index=True)

    __table_args__: Any = (UniqueConstraint("notice_id", "person_id"),)


class NoticeWish(Walled, Record):
    """How often a person wants mail about what is not urgent; without a row, as it happens."""

    __tablename__ = "notice_wish"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    pace: Mapped[str]

    __table_args__ = (
        UniqueConstraint("person_id"),
        CheckConstraint("pace IN ('at_once', 'daily', 'urgent_only')", name="pace_is_known"),
    )
