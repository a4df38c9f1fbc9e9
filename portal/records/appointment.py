"""Who holds a key post of a house, by which letter, and what proves that they may."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, literal_column
from sqlalchemy.orm import Mapped, declared_attr, relationship

from agreements.key_posts import POSTS, Holder, Post
from portal.db import AT_COMMIT, Record
from portal.records.file import StoredFile
from portal.records.moving import Move, Moving
from portal.tenancy import Overseen
from workflows.appointment import APPOINTMENT

ALONE: Any = literal_column("state = 'in_office' AND post <> 'release_reviewer'")


class Appointment(Moving, Overseen, Record):
    """任命.  ``post`` is an id of agreements/data/key_posts.json; ``person_id`` is there for people of the portal.

    ``authorises`` is the text of the letter of authorisation, which the signature of the move is put under.  Partners
    are shown post, name and days; the evidence of the qualification stays in the house, so it is no ``file_id``.
    """

    __tablename__ = "appointment"
    lifecycle: ClassVar = APPOINTMENT

    post: Mapped[str]
    person_name: Mapped[str]
    person_id: Mapped[UUID | None]
    education: Mapped[str]
    professional_title: Mapped[str]
    practice_years: Mapped[int]
    full_time: Mapped[bool]
    is_senior: Mapped[bool]
    clean_record: Mapped[bool]
    of_quality: Mapped[bool]
    is_trained: Mapped[bool]
    small_maker: Mapped[bool]
    qualification: Mapped[str]
    authorises: Mapped[str | None]
    since: Mapped[date]
    until: Mapped[date | None]
    evidence_id: Mapped[UUID | None]
    appointed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    reported_on: Mapped[date | None]
    report_number: Mapped[str | None]

    evidence: Mapped[StoredFile | None] = relationship(lazy="joined", viewonly=True)

    @property
    def key_post(self) -> Post:
        return POSTS[self.post]

    @property
    def holder(self) -> Holder:
        """The person as the law's conditions ask about them."""
        return Holder(
            education=self.education,
            title=self.professional_title,
            years=self.practice_years,
            full_time=self.full_time,
            senior=self.is_senior,
            clean_record=self.clean_record,
            of_quality=self.of_quality,
            trained=self.is_trained,
        )

    @property
    def marks(self) -> dict[str, str]:
        return {"state": self.state, "post": self.post}

    def holds_on(self, day: date) -> bool:
        return self.state == "in_office" and self.since <= day and (self.until is None or day <= self.until)

    def is_of(self, other: "Appointment") -> bool:
        """Whether both are of the same person: the same account, or where one has none the same name."""
        if self.person_id and other.person_id:
            return self.person_id == other.person_id
        return self.person_name.casefold() == other.person_name.casefold()

    def took(self, move: Move) -> None:
        if move.name == "appoint":
            self.appointed_at = move.at
        if move.name == "relieve":
            self.ended_at = move.at
        if move.name == "withdraw":
            self.withdrawn_at = move.at

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        known = ", ".join(f"'{each}'" for each in POSTS)
        return (
            UniqueConstraint("owner_id", "id"),
            Index(
                "uq_appointment_one_holder",
                "owner_id",
                "post",
                unique=True,
                postgresql_where=ALONE,
                sqlite_where=ALONE,
            ),
            ForeignKeyConstraint(["owner_id", "person_id"], ["person.owner_id", "person.id"]),
            ForeignKeyConstraint(["owner_id", "evidence_id"], ["stored_file.owner_id", "stored_file.id"], **AT_COMMIT),
            CheckConstraint(f"post IN ({known})", name="post_is_known"),
            CheckConstraint("until IS NULL OR since <= until", name="ends_after_it_begins"),
            CheckConstraint("practice_years >= 0", name="years_are_counted"),
            CheckConstraint(
                "(state IN ('in_office', 'ended')) = (appointed_at IS NOT NULL)", name="in_office_means_appointed"
            ),
            CheckConstraint("appointed_at IS NULL OR evidence_id IS NOT NULL", name="appointed_means_evidenced"),
            CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended_means_dated"),
            CheckConstraint("(state = 'withdrawn') = (withdrawn_at IS NOT NULL)", name="withdrawn_means_dated"),
            CheckConstraint("(reported_on IS NULL) = (report_number IS NULL)", name="reported_means_numbered"),
        )
