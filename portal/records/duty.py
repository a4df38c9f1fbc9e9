"""A duty: who owes what by when, what began it, and what shows that it is met."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, literal_column
from sqlalchemy.orm import Mapped, declared_attr, relationship

from agreements.docket import Standing, standing
from agreements.duty_rules import DutyRule, duty_rule
from portal.db import AT_COMMIT, Kept, Record, now
from portal.records.entrustment import Entrustment
from portal.records.file import StoredFile
from portal.records.organisation import Organisation
from portal.tenancy import OverseenAtHome

OPEN: Any = literal_column("met_at IS NULL AND lapsed_at IS NULL")
OPEN_AT_HOME: Any = literal_column("entrustment_id IS NULL AND met_at IS NULL AND lapsed_at IS NULL")


class Duty(Kept, OverseenAtHome, Record):
    """义务.  ``rule`` is an id of agreements/data/duty_rules.json; ``owes`` registrant, manufacturer or both; or the
    house itself, in no entrustment.

    It is about the record that began it, or about itself where a person did and wrote down ``happening``.  ``due_at``
    is the first moment that is too late, None where nobody counts.  What stands in it is worked out by the docket.
    """

    __tablename__ = "duty"
    ABOUT_ITSELF: ClassVar = "duty"

    rule: Mapped[str]
    owes: Mapped[str]
    about_kind: Mapped[str]
    about_id: Mapped[UUID]
    happening: Mapped[str | None]
    begun_by_id: Mapped[UUID]
    started_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    provisional: Mapped[bool]
    met_at: Mapped[datetime | None]
    evidence: Mapped[str | None]
    file_id: Mapped[UUID | None]
    lapsed_at: Mapped[datetime | None]

    owner: Mapped[Organisation] = relationship(lazy="joined", viewonly=True)
    entrustment: Mapped[Entrustment | None] = relationship(lazy="joined", viewonly=True)
    file: Mapped[StoredFile | None] = relationship(viewonly=True)

    @property
    def under(self) -> DutyRule:
        return duty_rule(self.rule)

    @property
    def is_open(self) -> bool:
        return self.met_at is None and self.lapsed_at is None

    @property
    def standing(self) -> Standing:
        """How it stands now."""
        return standing(self.started_at, self.due_at, self.met_at, self.lapsed_at, now())

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            Index(
                "uq_duty_open",
                "entrustment_id",
                "rule",
                "about_id",
                unique=True,
                postgresql_where=OPEN,
                sqlite_where=OPEN,
            ),
            Index(
                "uq_duty_open_at_home",
                "owner_id",
                "rule",
                "about_id",
                unique=True,
                postgresql_where=OPEN_AT_HOME,
                sqlite_where=OPEN_AT_HOME,
            ),
            ForeignKeyConstraint(
                ["entrustment_id", "file_id"], ["stored_file.entrustment_id", "stored_file.id"], **AT_COMMIT
            ),
            CheckConstraint("owes IN ('registrant', 'manufacturer', 'both', 'house')", name="somebody_owes_it"),
            CheckConstraint("(entrustment_id IS NULL) = (owes = 'house')", name="a_house_owes_at_home"),
            CheckConstraint("due_at IS NULL OR due_at >= started_at", name="due_after_its_start"),
            CheckConstraint("met_at IS NULL OR met_at >= started_at", name="met_after_its_start"),
            CheckConstraint("met_at IS NULL OR lapsed_at IS NULL", name="met_or_lapsed"),
            CheckConstraint("(about_kind = 'duty') = (happening IS NOT NULL)", name="says_what_happened"),
        )
