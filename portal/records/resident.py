"""Who is posted at a site, which days are excepted, who stands in for whom, and who was there."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, literal_column, select
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship
from sqlalchemy.orm.exc import StaleDataError

from portal.db import AT_COMMIT, CHINA, Kept, Record, session
from portal.records.entrustment import Entrustment
from portal.records.file import StoredFile
from portal.records.moving import Move, Moving
from portal.records.person import Person
from portal.tenancy import Shared
from workflows.posting import POSTING
from workflows.posting_exception import POSTING_EXCEPTION

THERE: Any = literal_column("left_at IS NULL")


class Posting(Moving, Shared, Record):
    """派驻: one person of the registrant, at the site of the entrustment, from ``since`` to ``until``, both included.

    Name and title are copied, because the manufacturer does not see the registrant's people; ``duties`` is the text of
    clause QA-46 as it was signed; ``key_links`` are the steps that the person supervises.
    """

    __tablename__ = "posting"
    lifecycle: ClassVar = POSTING

    person_id: Mapped[UUID] = mapped_column(index=True)
    person_name: Mapped[str]
    person_title: Mapped[str]
    site_id: Mapped[UUID | None]
    site_name: Mapped[str]
    since: Mapped[date]
    until: Mapped[date]
    production_experience: Mapped[str]
    quality_experience: Mapped[str]
    key_links: Mapped[list[str]]
    duties: Mapped[str]
    file_id: Mapped[UUID]
    posted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    entrustment: Mapped[Entrustment] = relationship(lazy="joined", viewonly=True)
    file: Mapped[StoredFile] = relationship(lazy="joined", viewonly=True)

    def took(self, move: Move) -> None:
        if move.name == "post":
            self.posted_at = move.at
            self._insist_on_one_place()
        if move.name == "end":
            self.ended_at = move.at

    def counts_on(self, day: date) -> bool:
        """Whether the person was posted on that day: nobody is before it was signed, or after it was ended."""
        return _counts(day, self.since, self.until, self.posted_at, self.ended_at, from_signature=True)

    def _insist_on_one_place(self) -> None:
        """Of two people who post one person at the same moment, the second waits for the first and finds its row."""
        with session.no_autoflush:
            session.scalars(select(Person.id).where(Person.id == self.person_id).with_for_update()).one()
            others = select(Posting).where(Posting.person_id == self.person_id, Posting.state == "posted")
            among = [each for each in session.scalars(others).unique() if each.id != self.id]
        if elsewhere(
            self.person_id,
            self.since,
            self.until,
            entrustment_id=self.entrustment_id,
            site_id=self.site_id,
            among=among,
        ):
            raise StaleDataError

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            ForeignKeyConstraint(["owner_id", "person_id"], ["person.owner_id", "person.id"]),
            ForeignKeyConstraint(
                ["entrustment_id", "file_id"], ["stored_file.entrustment_id", "stored_file.id"], **AT_COMMIT
            ),
            CheckConstraint("since <= until", name="ends_after_it_begins"),
            CheckConstraint("state <> 'posted' OR posted_at IS NOT NULL", name="posted_means_dated"),
            CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended_means_dated"),
        )


class Roster(Kept, Shared, Record):
    """Days, both included, for which it is planned whether the person is at the site; a later entry outweighs it.

    ``standing_in_id`` is the posting of whoever stands in during an absence.
    """

    __tablename__ = "roster"

    posting_id: Mapped[UUID]
    since: Mapped[date]
    until: Mapped[date]
    plan: Mapped[str]
    standing_in_id: Mapped[UUID | None]
    note: Mapped[str | None]

    def covers(self, day: date) -> bool:
        return self.since <= day <= self.until

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            ForeignKeyConstraint(["entrustment_id", "posting_id"], ["posting.entrustment_id", "posting.id"]),
            ForeignKeyConstraint(["entrustment_id", "standing_in_id"], ["posting.entrustment_id", "posting.id"]),
            CheckConstraint("since <= until", name="ends_after_it_begins"),
            CheckConstraint("plan IN ('on_site', 'away')", name="is_there_or_away"),
            CheckConstraint(
                "standing_in_id IS NULL OR (plan = 'away' AND standing_in_id <> posting_id)", name="another_stands_in"
            ),
        )


class Presence(Kept, Shared, Record):
    """When the person came to the site and left it again; one arrival at a time waits for its departure."""

    __tablename__ = "presence"

    posting_id: Mapped[UUID]
    place: Mapped[str]
    arrived_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            Index("uq_presence_there", "posting_id", unique=True, postgresql_where=THERE, sqlite_where=THERE),
            ForeignKeyConstraint(["entrustment_id", "posting_id"], ["posting.entrustment_id", "posting.id"]),
            CheckConstraint("left_at IS NULL OR left_at >= arrived_at", name="leaves_after_arriving"),
        )


class PostingException(Moving, Shared, Record):
    """Days, both included, on which nobody need be posted, why, and what is done instead."""

    __tablename__ = "posting_exception"
    lifecycle: ClassVar = POSTING_EXCEPTION

    since: Mapped[date]
    until: Mapped[date]
    because: Mapped[str]
    measures: Mapped[str]
    granted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    entrustment: Mapped[Entrustment] = relationship(lazy="joined", viewonly=True)

    def took(self, move: Move) -> None:
        if move.name == "grant":
            self.granted_at = move.at
        if move.name == "end":
            self.ended_at = move.at

    def counts_on(self, day: date) -> bool:
        return _counts(day, self.since, self.until, self.granted_at, self.ended_at, from_signature=False)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            CheckConstraint("since <= until", name="ends_after_it_begins"),
            CheckConstraint("because <> '' AND measures <> ''", name="is_reasoned"),
            CheckConstraint("state <> 'granted' OR granted_at IS NOT NULL", name="granted_means_dated"),
            CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended_means_dated"),
        )


def elsewhere(
    person_id: UUID, since: date, until: date, *, entrustment_id: UUID, site_id: UUID | None, among: Sequence[Posting]
) -> list[Posting]:
    """The postings of a person that run at the same time in another place, or once more in the same entrustment."""
    return [
        each
        for each in among
        if each.person_id == person_id
        and each.since <= until
        and since <= each.until
        and (each.entrustment_id == entrustment_id or site_id is None or each.site_id != site_id)
    ]


def _counts(
    day: date, since: date, until: date, signed_at: datetime | None, ended_at: datetime | None, *, from_signature: bool
) -> bool:
    if signed_at is None or not since <= day <= until:
        return False
    if from_signature and day < signed_at.astimezone(CHINA).date():
        return False
    return ended_at is None or day <= ended_at.astimezone(CHINA).date()
