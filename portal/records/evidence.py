"""What an organisation must be able to show: licence, certificate, inspection, credit."""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr

from portal.db import AT_COMMIT, Kept, Record
from portal.tenancy import Private


class Evidence(Kept, Private):
    """A dated fact with the file that proves it.  ``exhibit`` is the kind under which it is shown to a partner."""

    exhibit: ClassVar[str]

    file_id: Mapped[UUID | None]
    retired_on: Mapped[date | None]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return _in_own_books()


def _in_own_books(*more: Any) -> tuple[Any, ...]:
    return (
        UniqueConstraint("owner_id", "id"),
        ForeignKeyConstraint(["owner_id", "file_id"], ["stored_file.owner_id", "stored_file.id"], **AT_COMMIT),
        *more,
    )


class ProductionLicence(Evidence, Record):
    """医疗器械生产许可证.  ``scope`` is a list of {"code": "13-07", "class": "III"}; ``sites`` are addresses."""

    __tablename__ = "production_licence"
    exhibit = "licence"

    number: Mapped[str]
    scope: Mapped[list[Any]]
    sites: Mapped[list[str]]
    valid_from: Mapped[date]
    valid_until: Mapped[date]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return _in_own_books(CheckConstraint("valid_from <= valid_until", name="ends_after_it_starts"))


class RegistrationCertificate(Evidence, Record):
    """医疗器械注册证.  ``address`` and ``remark`` are as printed on it."""

    __tablename__ = "registration_certificate"
    exhibit = "certificate"

    number: Mapped[str]
    product_name: Mapped[str]
    registrant_name: Mapped[str]
    device_class: Mapped[str]
    address: Mapped[str]
    remark: Mapped[str]
    valid_from: Mapped[date]
    valid_until: Mapped[date]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return _in_own_books(CheckConstraint("valid_from <= valid_until", name="ends_after_it_starts"))


class Inspection(Evidence, Record):
    """An inspection of the quality management system by a regulator."""

    __tablename__ = "inspection"
    exhibit = "inspection"

    inspected_on: Mapped[date]
    inspected_by: Mapped[str]
    result: Mapped[str]
    covers: Mapped[str]
    valid_until: Mapped[date | None]


class CreditStatement(Evidence, Record):
    """The manufacturer's own statement of its credit, 信用情况说明: Announcement 2024 No. 38 (2)."""

    __tablename__ = "credit_statement"
    exhibit = "credit_statement"

    stated_on: Mapped[date]
    summary: Mapped[str]


class CreditCheck(Evidence, Record):
    """What the registrant found about a partner in the regulators' public data: Announcement 2024 No. 38 (2)."""

    __tablename__ = "credit_check"
    exhibit = "credit_check"

    checked_on: Mapped[date]
    about_uscc: Mapped[str]
    consulted: Mapped[str]
    adverse: Mapped[bool | None]
    summary: Mapped[str]


class InternalAudit(Evidence, Record):
    """内部审核: the manufacturer's own audit of what it does, with how many findings it has and leaves open."""

    __tablename__ = "internal_audit"
    exhibit = "internal_audit"

    began_on: Mapped[date]
    ended_on: Mapped[date]
    covers: Mapped[str]
    result: Mapped[str]
    findings: Mapped[int]
    still_open: Mapped[int]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return _in_own_books(
            CheckConstraint("began_on <= ended_on", name="ends_after_it_begins"),
            CheckConstraint("still_open BETWEEN 0 AND findings", name="open_are_of_the_found"),
        )


class AuditReport(Evidence, Record):
    """An audit that somebody held at the own plant, as the plant passes it on: it never says who held it.

    Showing it to a registrant is the plant's consent; it stands for no audit that the registrant owes.
    """

    __tablename__ = "audit_report"
    exhibit = "audit_report"

    audited_on: Mapped[date]
    mode: Mapped[str]
    covers: Mapped[str]
    result: Mapped[str]
    summary: Mapped[str]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        return _in_own_books(CheckConstraint("mode IN ('on_site', 'desk')", name="mode_is_known"))
