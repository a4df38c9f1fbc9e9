"""The seven kinds of evidence, each declared once; every door, list and page is a reading of these."""

from collections.abc import Callable
from dataclasses import dataclass

from portal.records.evidence import (
    AuditReport,
    CreditCheck,
    CreditStatement,
    Evidence,
    Inspection,
    InternalAudit,
    ProductionLicence,
    RegistrationCertificate,
)
from portal.records.organisation import Organisation
from portal.rooms.evidence.fields import EvidenceForm
from portal.rooms.evidence.forms import (
    AuditReportForm,
    CreditCheckForm,
    CreditStatementForm,
    InspectionForm,
    InternalAuditForm,
)
from portal.rooms.evidence.papers import CertificateForm, LicenceForm
from workflows.words import N_


@dataclass(frozen=True)
class Kind:
    """``path`` is its place under /evidence; ``kept_by`` says which houses need it, ``says`` what for."""

    record: type[Evidence]
    form: type[EvidenceForm]
    path: str
    one: str
    many: str
    new: str
    says: str
    kept_by: Callable[[Organisation], bool]

    @property
    def name(self) -> str:
        """Table, endpoint and first half of every event: production_licence, production_licence.recorded."""
        name: str = self.record.__tablename__  # type: ignore[attr-defined]  # each kind of evidence is a table
        return name

    @property
    def key(self) -> str:
        return f"{self.name}_id"


def _makes(house: Organisation) -> bool:
    return house.is_manufacturer


def _registers(house: Organisation) -> bool:
    return house.is_registrant


KINDS = (
    Kind(
        ProductionLicence,
        LicenceForm,
        "production-licences",
        one=N_("Production licence"),
        many=N_("Production licences"),
        new=N_("New production licence"),
        says=N_("Without a licence whose scope, class and site fit, nothing may be made: Order 53."),
        kept_by=_makes,
    ),
    Kind(
        Inspection,
        InspectionForm,
        "inspections",
        one=N_("Inspection"),
        many=N_("Inspections"),
        new=N_("New inspection"),
        says=N_("An inspection of the quality system that was passed: Announcement 2024 No. 38 (2)."),
        kept_by=_makes,
    ),
    Kind(
        CreditStatement,
        CreditStatementForm,
        "credit-statements",
        one=N_("Credit statement"),
        many=N_("Credit statements"),
        new=N_("New credit statement"),
        says=N_(
            "What your organisation states about its own record with the regulators: Announcement 2024 No. 38 (2)."
        ),
        kept_by=_makes,
    ),
    Kind(
        InternalAudit,
        InternalAuditForm,
        "internal-audits",
        one=N_("Internal audit"),
        many=N_("Internal audits"),
        new=N_("New internal audit"),
        says=N_("Your own audit of what you do, at least once a year: Notice 2022 No. 20, template 4.1."),
        kept_by=_makes,
    ),
    Kind(
        AuditReport,
        AuditReportForm,
        "audit-reports",
        one=N_("Audit report to pass on"),
        many=N_("Audit reports to pass on"),
        new=N_("New audit report to pass on"),
        says=N_(
            "An audit that was held at your plant, without the name of whoever held it. "
            "Showing it to another registrant is your consent; it replaces none of its own audits."
        ),
        kept_by=_makes,
    ),
    Kind(
        RegistrationCertificate,
        CertificateForm,
        "registration-certificates",
        one=N_("Registration certificate"),
        many=N_("Registration certificates"),
        new=N_("New registration certificate"),
        says=N_("It says what may be sold, and its marks say where and by whom it is made: Order 47."),
        kept_by=_registers,
    ),
    Kind(
        CreditCheck,
        CreditCheckForm,
        "credit-checks",
        one=N_("Credit check"),
        many=N_("Credit checks"),
        new=N_("New credit check"),
        says=N_("What you found about a partner in the regulators' public data: Announcement 2024 No. 38 (2)."),
        kept_by=_registers,
    ),
)
