"""How a record of one house reads when it is shown to the other: plain data in the shape the rules take."""

from collections.abc import Callable
from typing import Any

from portal.canonical import plain
from portal.records.appointment import Appointment
from portal.records.evidence import (
    AuditReport,
    CreditCheck,
    CreditStatement,
    Inspection,
    InternalAudit,
    ProductionLicence,
    RegistrationCertificate,
)
from portal.records.organisation import Functions, Organisation, Site
from portal.records.product import Product


def kind_of(record: Any) -> str:
    return next(kind for kind, (shown, _) in EXHIBITED.items() if isinstance(record, shown))


def exhibited(record: Any, *, owner: Organisation, certificate_number: str | None = None) -> dict[str, Any]:
    """The record as an exhibit's ``facts``: the fields of the dataclass of the same kind in agreements.evidence."""
    _, reads = EXHIBITED[kind_of(record)]
    facts: dict[str, Any] = plain(reads(record, owner, certificate_number))
    return facts


def _product(record: Product, _owner: Organisation, certificate_number: str | None) -> dict[str, Any]:
    return {
        **_picked(
            record,
            "code device_class is_implantable contains_animal_origin_material directly_from_animal_tissue "
            "is_allogeneic contains_allogeneic_material vascular_site",
        ),
        "name": record.called,
        "certificate_number": certificate_number,
    }


def _certificate(record: RegistrationCertificate, *_: Any) -> dict[str, Any]:
    return _picked(record, "number device_class valid_from valid_until address remark registrant_name")


def _licence(record: ProductionLicence, *_: Any) -> dict[str, Any]:
    scope = [{"code_prefix": each["code"], "device_class": each["class"]} for each in record.scope]
    return {**_picked(record, "number sites valid_from valid_until"), "scope": scope}


def _site(record: Site, *_: Any) -> dict[str, Any]:
    return _picked(record, "name address province")


def _inspection(record: Inspection, *_: Any) -> dict[str, Any]:
    return {**_picked(record, "result valid_until"), "on": record.inspected_on, "scope": record.covers}


def _internal_audit(record: InternalAudit, *_: Any) -> dict[str, Any]:
    return {**_picked(record, "began_on result covers findings still_open"), "on": record.ended_on}


def _audit_report(record: AuditReport, *_: Any) -> dict[str, Any]:
    return {**_picked(record, "mode result covers summary"), "on": record.audited_on}


def _credit_statement(record: CreditStatement, *_: Any) -> dict[str, Any]:
    return {"on": record.stated_on}


def _credit_check(record: CreditCheck, *_: Any) -> dict[str, Any]:
    return {"on": record.checked_on, "adverse": record.adverse, "note": record.summary}


def _functions(record: Functions, owner: Organisation, *_: Any) -> dict[str, Any]:
    named = "technology production quality adverse_events after_sales quality_independent full_time_quality_staff"
    return {**_picked(record, named), "entrust_only": owner.entrusts_only}


def _appointment(record: Appointment, *_: Any) -> dict[str, Any]:
    return {**_picked(record, "post since until"), "name": record.person_name}


def _picked(record: Any, names: str) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names.split()}


# Each kind of exhibit: what it is a copy of, and how the copy reads.
EXHIBITED: dict[str, tuple[type[Any], Callable[..., dict[str, Any]]]] = {
    "product": (Product, _product),
    "certificate": (RegistrationCertificate, _certificate),
    "site": (Site, _site),
    "licence": (ProductionLicence, _licence),
    "inspection": (Inspection, _inspection),
    "internal_audit": (InternalAudit, _internal_audit),
    "audit_report": (AuditReport, _audit_report),
    "credit_statement": (CreditStatement, _credit_statement),
    "credit_check": (CreditCheck, _credit_check),
    "functions": (Functions, _functions),
    "appointment": (Appointment, _appointment),
}
