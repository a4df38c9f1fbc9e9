"""An audit, what it found, the programme of a year, and why somebody is competent to audit."""

import hashlib
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

import rfc8785
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint, select
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from portal.db import AT_COMMIT, Kept, Record, session
from portal.records.entrustment import Entrustment
from portal.records.file import StoredFile
from portal.records.moving import Move, Moving
from portal.records.person import Person
from portal.tenancy import Private, Shared
from workflows.audit import AUDIT, AUDIT_BY_MANUFACTURER, holder_of, stands_for_registrant
from workflows.audit_finding import AUDIT_FINDING
from workflows.audit_programme import AUDIT_PROGRAMME
from workflows.engine import Lifecycle, Side

NAMED = "'team_confirmed', 'opened', 'concluded', 'reported', 'acknowledged'"
BEGUN = "'opened', 'concluded', 'reported', 'acknowledged'"
ENDED = "'concluded', 'reported', 'acknowledged'"


class Audit(Moving, Shared, Record):
    """审核.  Whoever planned it owns it; both sides read it.

    ``team`` is a list of {"person_id", "name", "title", "leads", "qualification_id", "qualification", "until",
    "declared", "tie"} as it was named, without a person for somebody from outside; ``points`` are the ids of the
    checklist, ``answers`` a list of {"point", "result", "note"}.  ``findings_hash`` covers the findings, so that
    whoever signs the report signs them too.
    """

    __tablename__ = "audit"
    lifecycle: ClassVar = AUDIT

    number: Mapped[str]
    kind: Mapped[str]
    mode: Mapped[str]
    held_by: Mapped[str]
    yearly: Mapped[bool]
    year: Mapped[int]
    site: Mapped[str]
    address: Mapped[str]
    supplier: Mapped[str | None]
    supplied: Mapped[str | None]
    scope: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    points: Mapped[list[str]]
    team: Mapped[list[Any]]
    lead_id: Mapped[UUID | None]
    answers: Mapped[list[Any]]
    arrived_on: Mapped[date | None]
    left_on: Mapped[date | None]
    opening: Mapped[str | None]
    closing: Mapped[str | None]
    conclusion: Mapped[str | None]
    findings_hash: Mapped[str | None]
    opened_at: Mapped[datetime | None]
    concluded_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]
    reported_by_id: Mapped[UUID | None]
    acknowledged_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]

    entrustment: Mapped[Entrustment] = relationship(lazy="joined", viewonly=True)
    findings: Mapped[list["AuditFinding"]] = relationship(back_populates="audit", order_by="AuditFinding.number")

    @property
    def holder(self) -> Side:
        return holder_of(self.held_by)

    @property
    def course(self) -> Lifecycle[Any]:
        return AUDIT if self.holder is Side.REGISTRANT else AUDIT_BY_MANUFACTURER

    @property
    def stands_for_registrant(self) -> bool:
        """Whether it is the registrant's own audit, where one is asked for what the supplier delivers."""
        return stands_for_registrant(self.supplied or "", self.held_by)

    @property
    def counts_as_yearly(self) -> bool:
        """Whether it stands for the audit that is owed each year; a desk review never does."""
        return self.yearly and self.cancelled_at is None

    @property
    def entry(self) -> dict[str, Any]:
        """How it stands in the programme of its year."""
        days = {"starts_on": self.starts_on.isoformat(), "ends_on": self.ends_on.isoformat()}
        return {"number": self.number, "kind": self.kind, "mode": self.mode, "yearly": self.yearly, **days}

    @property
    def lead(self) -> dict[str, Any] | None:
        return next((each for each in self.team if each["leads"]), None)

    def answer_to(self, point_id: str) -> dict[str, Any] | None:
        return next((each for each in self.answers if each["point"] == point_id), None)

    @property
    def marks(self) -> dict[str, str]:
        yearly = "yes" if self.counts_as_yearly else "no"
        held_on = (self.left_on or self.ends_on).isoformat()
        return {"state": self.state, "mode": self.mode, "yearly": yearly, "held_on": held_on}

    def took(self, move: Move) -> None:
        if move.name == "open":
            self.opened_at = move.at
        if move.name == "conclude":
            self.concluded_at = move.at
        if move.name == "report":
            self.reported_at, self.reported_by_id = move.at, move.person_id
        if move.name == "acknowledge":
            self.acknowledged_at = move.at
        if move.name == "cancel":
            self.cancelled_at = move.at

    def bind_findings(self) -> None:
        """Make the row answer for its findings as they are now."""
        with session.no_autoflush:
            found = [each.bound for each in sorted(self.findings, key=lambda each: each.number)]
        self.findings_hash = hashlib.sha256(b"findings\0" + rfc8785.dumps(found)).hexdigest()

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            UniqueConstraint("entrustment_id", "number"),
            CheckConstraint("kind IN ('system', 'supplier', 'for_cause')", name="kind_is_known"),
            CheckConstraint("mode IN ('on_site', 'desk')", name="mode_is_known"),
            CheckConstraint("held_by IN ('registrant', 'both', 'manufacturer')", name="holder_is_known"),
            CheckConstraint("held_by <> 'manufacturer' OR kind = 'supplier'", name="manufacturer_alone_means_supplier"),
            CheckConstraint("starts_on <= ends_on", name="ends_after_it_starts"),
            CheckConstraint(
                "left_on IS NULL OR (arrived_on IS NOT NULL AND arrived_on <= left_on)", name="leaves_after_arriving"
            ),
            CheckConstraint("NOT yearly OR (kind = 'system' AND mode = 'on_site')", name="yearly_means_on_site"),
            CheckConstraint("(kind = 'supplier') = (supplier IS NOT NULL)", name="supplier_means_named"),
            CheckConstraint(f"state NOT IN ({NAMED}) OR lead_id IS NOT NULL", name="confirmed_means_led"),
            CheckConstraint(
                f"state NOT IN ({BEGUN}) OR (opened_at IS NOT NULL AND opening IS NOT NULL "
                "AND (mode = 'desk' OR arrived_on IS NOT NULL))",
                name="opened_means_held",
            ),
            CheckConstraint(
                f"state NOT IN ({ENDED}) OR (concluded_at IS NOT NULL AND closing IS NOT NULL "
                "AND (mode = 'desk' OR left_on IS NOT NULL))",
                name="concluded_means_held",
            ),
            CheckConstraint(
                "state NOT IN ('reported', 'acknowledged') OR (reported_at IS NOT NULL AND conclusion IS NOT NULL "
                "AND reported_by_id IS NOT NULL AND reported_by_id = lead_id)",
                name="reported_means_signed_by_the_lead",
            ),
            CheckConstraint(
                "(state = 'acknowledged') = (acknowledged_at IS NOT NULL)", name="acknowledged_means_dated"
            ),
            CheckConstraint("(state = 'cancelled') = (cancelled_at IS NOT NULL)", name="cancelled_means_dated"),
        )


class AuditFinding(Moving, Shared, Record):
    """审核发现: what an audit found, what the manufacturer does about it, and what shows that it was done."""

    __tablename__ = "audit_finding"
    lifecycle: ClassVar = AUDIT_FINDING

    audit_id: Mapped[UUID]
    number: Mapped[str]
    point: Mapped[str | None]
    grade: Mapped[str]
    title: Mapped[str]
    description: Mapped[str]
    raised_by_id: Mapped[UUID]
    raised_at: Mapped[datetime]
    cause: Mapped[str | None]
    action: Mapped[str | None]
    action_owner: Mapped[str | None]
    due_on: Mapped[date | None]
    answered_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    evidence: Mapped[str | None]
    file_id: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]

    audit: Mapped[Audit] = relationship(back_populates="findings")
    file: Mapped[StoredFile | None] = relationship(viewonly=True)

    @property
    def marks(self) -> dict[str, str]:
        return {"state": self.state} | ({"due_on": self.due_on.isoformat()} if self.due_on else {})

    @property
    def bound(self) -> list[str | None]:
        """What the signature under the report says about this finding."""
        return [self.number, self.point, self.grade, self.title, self.description]

    def took(self, move: Move) -> None:
        if move.name == "answer":
            self.answered_at = move.at
        if move.name == "return_to_raised":
            self.answered_at = None
        if move.name == "accept":
            self.accepted_at = move.at
        if move.name == "close":
            self.closed_at = move.at

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            UniqueConstraint("entrustment_id", "number"),
            ForeignKeyConstraint(["entrustment_id", "audit_id"], ["audit.entrustment_id", "audit.id"]),
            ForeignKeyConstraint(
                ["entrustment_id", "file_id"], ["stored_file.entrustment_id", "stored_file.id"], **AT_COMMIT
            ),
            CheckConstraint("grade IN ('critical', 'major', 'minor', 'observation')", name="grade_is_known"),
            CheckConstraint(
                "state = 'raised' OR (cause IS NOT NULL AND action IS NOT NULL AND action_owner IS NOT NULL "
                "AND due_on IS NOT NULL)",
                name="answered_means_acted",
            ),
            CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_means_dated"),
            CheckConstraint("state <> 'closed' OR evidence IS NOT NULL", name="closed_means_evidenced"),
        )


class AuditProgramme(Moving, Shared, Record):
    """年度审核计划.  ``entries`` are the audits of the year as they were planned when it was drawn up."""

    __tablename__ = "audit_programme"
    lifecycle: ClassVar = AUDIT_PROGRAMME

    year: Mapped[int]
    entries: Mapped[list[Any]]
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[UUID | None]

    entrustment: Mapped[Entrustment] = relationship(lazy="joined", viewonly=True)

    @property
    def planned(self) -> list[dict[str, Any]]:
        """The registrant's audits of its year as they are planned now, those that were cancelled left out."""
        wanted = select(Audit).where(Audit.entrustment_id == self.entrustment_id, Audit.year == self.year)
        wanted = wanted.where(Audit.held_by != "manufacturer")
        with session.no_autoflush:
            found = session.scalars(wanted.where(Audit.cancelled_at.is_(None)).order_by(Audit.starts_on, Audit.id))
            return [each.entry for each in found]

    def draw_up(self) -> None:
        self.entries, self.approved_at, self.approved_by_id = self.planned, None, None

    def took(self, move: Move) -> None:
        if move.name == "draw_up":
            self.draw_up()
        if move.name == "approve":
            self.approved_at, self.approved_by_id = move.at, move.person_id

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("entrustment_id", "id"),
            UniqueConstraint("entrustment_id", "year"),
            CheckConstraint("(state = 'approved') = (approved_at IS NOT NULL)", name="approved_means_dated"),
            CheckConstraint("(approved_at IS NULL) = (approved_by_id IS NULL)", name="approved_means_by_somebody"),
        )


class AuditorQualification(Kept, Private, Record):
    """Why somebody is competent to audit for the house, until when, and the paper that proves it.

    Somebody from outside has no account: ``outsider`` is their name, ``outsider_of`` whom they work for.
    """

    __tablename__ = "auditor_qualification"

    person_id: Mapped[UUID | None] = mapped_column(index=True)
    outsider: Mapped[str | None]
    outsider_of: Mapped[str | None]
    basis: Mapped[str]
    granted_on: Mapped[date]
    valid_until: Mapped[date]
    file_id: Mapped[UUID]
    retired_on: Mapped[date | None]

    person: Mapped[Person | None] = relationship(viewonly=True, lazy="joined")
    file: Mapped[StoredFile] = relationship(viewonly=True, lazy="joined")

    @property
    def person_name(self) -> str:
        return self.person.name if self.person else self.outsider or ""

    @property
    def person_title(self) -> str:
        """The position of somebody of the house; of an outsider, whom they work for."""
        return self.person.title if self.person else self.outsider_of or ""

    def counts_on(self, day: date) -> bool:
        """Whether it is proved and lasts until a day."""
        return self.retired_on is None and self.file.accepted and self.granted_on <= day <= self.valid_until

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return (
            UniqueConstraint("owner_id", "id"),
            ForeignKeyConstraint(["owner_id", "person_id"], ["person.owner_id", "person.id"]),
            ForeignKeyConstraint(["owner_id", "file_id"], ["stored_file.owner_id", "stored_file.id"], **AT_COMMIT),
            CheckConstraint("granted_on <= valid_until", name="ends_after_it_starts"),
            CheckConstraint(
                "(person_id IS NULL) = (outsider IS NOT NULL) AND (outsider IS NULL) = (outsider_of IS NULL)",
                name="of_one_person",
            ),
        )
