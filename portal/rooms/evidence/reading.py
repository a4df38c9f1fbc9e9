"""How a piece of evidence reads: its line in the list, its facts, and when it has to be renewed."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext

from agreements.identifiers import marked_as_entrusted, normalise, parse_remarks, uscc_problem
from agreements.working_days import renewal_window
from portal.db import today
from portal.records.evidence import (
    AuditReport,
    CreditCheck,
    CreditStatement,
    Inspection,
    InternalAudit,
    ProductionLicence,
    RegistrationCertificate,
)
from portal.records.organisation import Organisation
from portal.rooms.evidence.papers import CERTIFIED_CLASSES, read_certificate, read_licence
from portal.web.value_names import INSPECTED
from portal.wording import day, said
from workflows.audit import MODES
from workflows.engine import Source, Tone
from workflows.words import N_, Said

Row = tuple[str, Any] | tuple[str, Any, str]
ADVERSE = {True: N_("An adverse entry was found"), False: N_("No adverse entry was found"), None: N_("Not known yet")}
CERTIFICATE_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Renewal:
    """Whether renewal may be applied for today; ``certain`` is False while a holiday calendar is not published."""

    tone: Tone
    says: Said
    source: Source
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of evidence in the list: what it is, since when, until when."""

    record: Any
    title: str
    note: str
    since: date
    until: date | None
    renewal: Renewal | None

    @property
    def expired(self) -> bool:
        return self.until is not None and self.until < today()


def line_of(record: Any) -> Line:  # noqa: PLR0911  one line per kind
    match record:
        case ProductionLicence():
            scope = gettext(", ").join(_scope(record))
            renewal = _licence_renewal(record.valid_until)
            return Line(record, record.number, scope, record.valid_from, record.valid_until, renewal)
        case RegistrationCertificate():
            renewal = _certificate_renewal(record.valid_until)
            return Line(record, record.number, record.product_name, record.valid_from, record.valid_until, renewal)
        case Inspection():
            note = said(INSPECTED[record.result])
            return Line(record, record.inspected_by, note, record.inspected_on, record.valid_until, None)
        case InternalAudit():
            title = gettext("Internal audit of %(day)s", day=day(record.ended_on))
            return Line(record, title, said(INSPECTED[record.result]), record.ended_on, None, None)
        case AuditReport():
            title = gettext("Audit of %(day)s", day=day(record.audited_on))
            return Line(record, title, said(INSPECTED[record.result]), record.audited_on, None, None)
        case CreditStatement():
            title = gettext("Statement of %(day)s", day=day(record.stated_on))
            return Line(record, title, record.summary, record.stated_on, None, None)
        case CreditCheck():
            return Line(record, record.about_uscc, said(ADVERSE[record.adverse]), record.checked_on, None, None)
        case _:
            raise TypeError(f"{type(record).__name__} is no evidence")


def rows_of(record: Any) -> list[Row]:  # noqa: PLR0911  one page per kind
    """The facts of its page, in the order of the paper."""
    match record:
        case ProductionLicence():
            return [
                (gettext("Number"), record.number),
                (gettext("Scope"), gettext("; ").join(_scope(record))),
                *_validity(record),
                (gettext("Production addresses"), gettext("; ").join(record.sites)),
            ]
        case RegistrationCertificate():
            return [
                (gettext("Number"), record.number),
                (gettext("Product"), record.product_name),
                (gettext("Registrant"), record.registrant_name),
                (gettext("Device class"), said(CERTIFIED_CLASSES.get(record.device_class, record.device_class))),
                *_validity(record),
            ]
        case Inspection():
            return [
                (gettext("Inspected on"), day(record.inspected_on)),
                (gettext("Inspected by"), record.inspected_by),
                (gettext("Result"), said(INSPECTED[record.result])),
                (gettext("Counts until"), day(record.valid_until)),
                (gettext("What it covered"), record.covers),
            ]
        case InternalAudit():
            return [
                (gettext("First day"), day(record.began_on)),
                (gettext("Last day"), day(record.ended_on)),
                (gettext("What it covered"), record.covers),
                (gettext("Result"), said(INSPECTED[record.result])),
                (gettext("Findings"), str(record.findings)),
                (gettext("Findings still open"), str(record.still_open)),
            ]
        case AuditReport():
            return [
                (gettext("Audited on"), day(record.audited_on)),
                (gettext("How"), said(MODES[record.mode])),
                (gettext("Result"), said(INSPECTED[record.result])),
                (gettext("What it covered"), record.covers),
                (gettext("What was found"), record.summary),
            ]
        case CreditStatement():
            return [(gettext("Stated on"), day(record.stated_on)), (gettext("What it states"), record.summary)]
        case CreditCheck():
            return [
                (gettext("Partner"), record.about_uscc),
                (gettext("Checked on"), day(record.checked_on)),
                (gettext("Looked up in"), record.consulted),
                (gettext("Adverse entry"), said(ADVERSE[record.adverse])),
                (gettext("What was found"), record.summary),
            ]
        case _:
            raise TypeError(f"{type(record).__name__} is no evidence")


@dataclass(frozen=True, slots=True)
class Marks:
    """What the marks of a certificate say: whether its address is an entrusted one, and whom the remark names."""

    address: str
    remark: str
    entrusted: bool
    partners: tuple[tuple[str, str, Said | None], ...]


def marks_of(record: Any) -> Marks | None:
    if not isinstance(record, RegistrationCertificate):
        return None
    partners = tuple((name, uscc, uscc_problem(uscc)) for name, uscc in parse_remarks(record.remark))
    return Marks(record.address, record.remark, marked_as_entrusted(record.address), partners)


def warnings_of(record: Any, house: Organisation) -> list[Said]:
    """What the paper says about its house that the house's own entry does not say."""
    found: list[Said] = []
    if isinstance(record, ProductionLicence) and (province := read_licence(record.number).province) != house.province:
        says = N_("The number begins with %(found)s, but your organisation is entered for %(home)s. Check both.")
        found.append(Said(says, {"found": province, "home": house.province}))
    if isinstance(record, RegistrationCertificate) and normalise(record.registrant_name) != normalise(house.name):
        says = N_("It is made out to %(found)s, but your organisation is entered as %(home)s. Check both.")
        found.append(Said(says, {"found": record.registrant_name, "home": house.name}))
    return found


def parts_of(record: Any) -> list[Row]:
    """What the certificate's number says, part by part: Order 47 art. 115."""
    read = read_certificate(record.number) if isinstance(record, RegistrationCertificate) else None
    if read is None:
        return []
    national, origins = gettext("the national authority"), {"准": N_("domestic"), "进": N_("imported")}
    return [
        (gettext("Registered by"), national if read.origin == "国" else read.origin),
        (gettext("Goods"), said(origins.get(read.kind, N_("from Hong Kong, Macao or Taiwan")))),
        (gettext("First registered"), str(read.year)),
        (gettext("Class"), said(CERTIFIED_CLASSES[read.device_class])),
        (gettext("Category"), read.category, gettext("may be of the catalogue before 2018")),
        (gettext("Serial"), read.serial),
    ]


def _scope(licence: ProductionLicence) -> list[str]:
    return [f"{each['code']} {each['class']}" for each in licence.scope]


def _validity(record: Any) -> list[Row]:
    return [(gettext("Valid from"), day(record.valid_from)), (gettext("Valid until"), day(record.valid_until))]


def _licence_renewal(until: date) -> Renewal:
    """Order 53 art. 17: from the 90th to the 30th working day before the end."""
    window = renewal_window(until)
    days: dict[str, str | int] = {"opens": window.opens_on.isoformat(), "closes": window.closes_on.isoformat()}
    tone, says = {
        "not-yet": (Tone.QUIET, N_("Not yet: from %(opens)s to %(closes)s.")),
        "open": (Tone.WARN, N_("Open: apply by %(closes)s.")),
        "closed": (Tone.BAD, N_("Closed since %(closes)s.")),
    }[window.state_on(today())]
    return Renewal(tone, Said(says, days), Source("ORDER-53", "17"), window.certain)


def _certificate_renewal(until: date) -> Renewal:
    """Order 47 art. 82: at least six months before the end."""
    year, month = divmod(until.year * 12 + until.month - 1 - CERTIFICATE_MONTHS, 12)
    latest = date(year, month + 1, min(until.day, monthrange(year, month + 1)[1]))
    left = (latest - today()).days
    tone = Tone.BAD if left < 0 else Tone.WARN if left <= 90 else Tone.QUIET
    says = N_("Closed since %(closes)s.") if left < 0 else N_("Apply by %(closes)s.")
    return Renewal(tone, Said(says, {"closes": latest.isoformat()}), Source("ORDER-47", "82"))
