"""Audits and their findings: read by a machine; what is decided about them is for people."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.api.audit_readings import (
    Audits,
    AuditShape,
    AuditWhole,
    Findings,
    FindingShape,
    FindingTurn,
    Programmes,
    ProgrammeShape,
)
from portal.api.desk import desk
from portal.api.finding import find_within, page_of, tagged
from portal.api.readings import OfEntrustment
from portal.api.shapes import Given
from portal.records.audit import Audit, AuditFinding, AuditProgramme
from portal.records.entrustment import Entrustment
from workflows.scopes import Scope


@desk.door("/audits", Scope.AUDITS_READ, gives=Audits)
def list_audits(query: OfEntrustment) -> Given:
    """List audits."""
    page, way = page_of(_of(Audit, query), Audit, query, Audits, AuditShape)
    return page, 200, way


@desk.door("/audits/<uuid:audit_id>", Scope.AUDITS_READ, gives=AuditWhole)
def read_audit(audit_id: UUID) -> Given:
    """Read an audit with its checklist and its conclusion."""
    found = find_within(Audit, audit_id)
    return AuditWhole.model_validate(found), 200, tagged(found)


@desk.door("/audit-findings", Scope.AUDITS_READ, gives=Findings, tag="audits")
def list_findings(query: FindingTurn) -> Given:
    """List findings of audits."""
    wanted = select(AuditFinding)
    if query.audit_id:
        wanted = wanted.where(AuditFinding.audit_id == find_within(Audit, query.audit_id).id)
    page, way = page_of(wanted, AuditFinding, query, Findings, FindingShape)
    return page, 200, way


@desk.door("/audit-findings/<uuid:audit_finding_id>", Scope.AUDITS_READ, gives=FindingShape, tag="audits")
def read_finding(audit_finding_id: UUID) -> Given:
    """Read a finding of an audit."""
    found = find_within(AuditFinding, audit_finding_id)
    return FindingShape.model_validate(found), 200, tagged(found)


@desk.door("/audit-programmes", Scope.AUDITS_READ, gives=Programmes, tag="audits")
def list_programmes(query: OfEntrustment) -> Given:
    """List audit programmes."""
    page, way = page_of(_of(AuditProgramme, query), AuditProgramme, query, Programmes, ProgrammeShape)
    return page, 200, way


@desk.door("/audit-programmes/<uuid:audit_programme_id>", Scope.AUDITS_READ, gives=ProgrammeShape, tag="audits")
def read_programme(audit_programme_id: UUID) -> Given:
    """Read the audit programme of a year."""
    found = find_within(AuditProgramme, audit_programme_id)
    return ProgrammeShape.model_validate(found), 200, tagged(found)


def _of(kind: Any, query: OfEntrustment) -> Any:
    wanted = select(kind)
    if query.entrustment_id is None:
        return wanted
    return wanted.where(kind.entrustment_id == find_within(Entrustment, query.entrustment_id).id)
