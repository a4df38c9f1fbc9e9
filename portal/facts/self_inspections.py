"""The figures of a year for the self-inspection report: what the records of the house say, partner by partner."""

import hashlib
from collections.abc import Collection
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

import rfc8785
from sqlalchemy import func, select

from agreements.docket import Standing
from portal.canonical import plain
from portal.db import CHINA, session, today
from portal.records.appointment import Appointment
from portal.records.audit import Audit, AuditFinding
from portal.records.batch import Batch, Nonconformity
from portal.records.capa import Capa
from portal.records.change import Change
from portal.records.duty import OPEN, Duty
from portal.records.entrustment import Entrustment, Exhibit
from portal.records.evidence import Inspection
from portal.records.hearing import Hearing
from portal.records.organisation import Organisation
from portal.records.self_inspection import SelfInspection
from portal.tenancy import current_tenant
from portal.wording import last_day
from workflows.self_inspection import FilingFacts, ReportFacts

RULE = "self-inspection"
COMPLAINT = "complaint-acknowledged"
# What is counted in each partner's section: the record and the moment that says in which year it happened.
COUNTED: dict[str, tuple[Any, Any]] = {
    "batches_begun": (Batch, Batch.started_on),
    "batches_released_for_production": (Batch, Batch.production_released_at),
    "batches_released_for_marketing": (Batch, Batch.marketing_released_at),
    "batches_rejected": (Batch, Batch.rejected_at),
    "nonconformities_raised": (Nonconformity, Nonconformity.raised_at),
    "nonconformities_closed": (Nonconformity, Nonconformity.closed_at),
    "audits_reported": (Audit, Audit.reported_at),
    "findings_raised": (AuditFinding, AuditFinding.raised_at),
    "findings_closed": (AuditFinding, AuditFinding.closed_at),
    "changes_opened": (Change, Change.opened_at),
    "capas_opened": (Capa, Capa.opened_at),
    "capas_concluded": (Capa, Capa.concluded_at),
}
# Notice 2022-13: a manufacturer without certificates of its own leaves these to its registrants.
OF_CERTIFICATE_HOLDERS = frozenset(
    {"changes_opened", "nonconformities_raised", "nonconformities_closed", "complaints_passed_on"}
)


def figures_of(year: int) -> dict[str, Any]:
    """All that the records of the house in scope say of a year, in plain JSON without any id."""
    own = session.get_one(Organisation, current_tenant())
    wanted = select(Entrustment).order_by(Entrustment.number)
    relations = [each for each in session.scalars(wanted).all() if _in_year(each, year)]
    counted = _counts([each.id for each in relations], year)
    sections: dict[UUID, dict[str, Any]] = {}
    products = _products([each.id for each in relations])
    for each in relations:
        partner = each.manufacturer if each.registrant_id == own.id else each.registrant
        section = sections.setdefault(partner.id, _section(partner, each.manufacturer_id == partner.id))
        section["entrustments"].append({"number": each.number, "products": products.get(each.id, [])})
        for name, number in counted[each.id].items():
            if own.is_registrant or name not in OF_CERTIFICATE_HOLDERS:
                section["figures"][name] = section["figures"].get(name, 0) + number
    figures: dict[str, Any] = plain(
        {
            "year": year,
            "house": {"name": own.name, "uscc": own.uscc, "domicile": own.domicile},
            "entrusts_only": own.entrusts_only,
            "own": _own(year),
            "partners": sorted(sections.values(), key=lambda section: section["uscc"]),
        }
    )
    return figures


def draw(report: SelfInspection, *, at: datetime) -> None:
    """Put the figures of the records as they are now into the report."""
    with session.no_autoflush:
        report.body = rfc8785.dumps(figures_of(report.year)).decode()
    report.body_hash, report.drawn_at = _hash(report.body), at


def report_facts(report: SelfInspection) -> ReportFacts:
    return ReportFacts(
        year=report.year,
        year_is_over=today().year > report.year,
        is_current=report.body_hash == _hash(rfc8785.dumps(figures_of(report.year)).decode()),
        written=report.is_written,
    )


def filing_facts(report: SelfInspection) -> FilingFacts:
    """Owed is the report of the year before the one in which the open duty ends."""
    wanted = select(Duty.due_at).where(
        Duty.entrustment_id.is_(None), Duty.owner_id == current_tenant(), Duty.rule == RULE, OPEN
    )
    due = session.scalars(wanted).first()
    return FilingFacts(report.state, report.filed_on is not None, report.year, last_day(due).year - 1 if due else None)


def _section(partner: Organisation, makes: bool) -> dict[str, Any]:
    """``makes``: the partner is the manufacturer."""
    side = "manufacturer" if makes else "registrant"
    return {"name": partner.name, "uscc": partner.uscc, "side": side, "entrustments": [], "figures": {}}


def _in_year(entrustment: Entrustment, year: int) -> bool:
    """Whether it bound anybody in that year: it was activated by its end, and had not ended before it began."""
    began, ended = entrustment.activated_at, entrustment.ended_at
    return began is not None and _year(began) <= year and (ended is None or _year(ended) >= year)


def _counts(ids: Collection[UUID], year: int) -> dict[UUID, dict[str, int]]:
    found: dict[UUID, dict[str, int]] = {each: {} for each in ids}
    for name, (kind, moment) in COUNTED.items():
        asked = select(kind.entrustment_id, func.count()).where(kind.entrustment_id.in_(ids), *_within(moment, year))
        counted: dict[UUID, int] = dict(session.execute(asked.group_by(kind.entrustment_id)).all())
        for each in ids:
            found[each][name] = counted.get(each, 0)
    asked = select(Duty).where(Duty.entrustment_id.in_(ids))
    for duty in session.scalars(asked).unique():
        figures = found[duty.entrustment_id] if duty.entrustment_id else {}
        if duty.rule == COMPLAINT and _year(duty.started_at) == year:
            figures["complaints_passed_on"] = figures.get("complaints_passed_on", 0) + 1
        _note(figures, duty, year)
    return found


def _own(year: int) -> dict[str, Any]:
    """What the house did in no entrustment."""
    mine = current_tenant()
    figures: dict[str, int] = {}
    for duty in session.scalars(select(Duty).where(Duty.owner_id == mine, Duty.entrustment_id.is_(None))).unique():
        _note(figures, duty, year)
    inspected = select(Inspection).where(Inspection.owner_id == mine, *_within(Inspection.inspected_on, year))
    return {
        "hearings_signed": _number(Hearing, Hearing.held_on, year, Hearing.state == "signed"),
        "appointments_begun": _number(Appointment, Appointment.appointed_at, year),
        "appointments_ended": _number(Appointment, Appointment.ended_at, year),
        **{name: figures.get(name, 0) for name in ("duties_met", "duties_late", "duties_breached")},
        "inspections": [
            {"on": each.inspected_on, "by": each.inspected_by, "result": each.result}
            for each in session.scalars(inspected.order_by(Inspection.inspected_on, Inspection.id))
        ],
    }


def _note(figures: dict[str, int], duty: Duty, year: int) -> None:
    """Count a duty that came due in the year by how it stands."""
    if duty.due_at is None or last_day(duty.due_at).year != year:
        return
    names = {Standing.MET: "duties_met", Standing.LATE: "duties_late", Standing.BREACHED: "duties_breached"}
    if name := names.get(duty.standing):
        figures[name] = figures.get(name, 0) + 1


def _number(kind: Any, moment: Any, year: int, *more: Any) -> int:
    asked = select(func.count()).select_from(kind).where(kind.owner_id == current_tenant(), *_within(moment, year))
    return session.scalar(asked.where(*more)) or 0


def _within(moment: Any, year: int) -> tuple[Any, Any]:
    """1 January to 31 December, as days are counted in China."""
    first, last = date(year, 1, 1), date(year + 1, 1, 1)
    if moment.type.python_type is date:
        return moment >= first, moment < last
    return moment >= datetime.combine(first, time.min, CHINA), moment < datetime.combine(last, time.min, CHINA)


def _products(ids: Collection[UUID]) -> dict[UUID, list[str]]:
    shown = select(Exhibit).where(
        Exhibit.entrustment_id.in_(ids), Exhibit.kind == "product", Exhibit.withdrawn_at.is_(None)
    )
    found: dict[UUID, list[str]] = {}
    for each in session.scalars(shown.order_by(Exhibit.id)):
        found.setdefault(each.entrustment_id, []).append(each.facts["name"])
    return found


def _year(at: datetime) -> int:
    return at.astimezone(CHINA).year


def _hash(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()
