"""Audits and their findings: read by a machine; what is decided about them is for people."""

from portal.api.audit_readings import (
    Audits,
    AuditWhole,
    Findings,
    FindingShape,
    FindingTurn,
    Programmes,
    ProgrammeShape,
)
from portal.api.readings import OfEntrustment
from portal.api.shelves import shelve
from portal.records.audit import Audit, AuditFinding, AuditProgramme
from workflows.scopes import Scope

shelve(
    Audit,
    "/audits",
    Scope.AUDITS_READ,
    many=("audits", Audits, "List audits."),
    one=("audit", AuditWhole, "Read an audit with its checklist and its conclusion."),
    turn=OfEntrustment,
)
shelve(
    AuditFinding,
    "/audit-findings",
    Scope.AUDITS_READ,
    many=("findings", Findings, "List findings of audits."),
    one=("finding", FindingShape, "Read a finding of an audit."),
    turn=FindingTurn,
    tag="audits",
)
shelve(
    AuditProgramme,
    "/audit-programmes",
    Scope.AUDITS_READ,
    many=("programmes", Programmes, "List audit programmes."),
    one=("programme", ProgrammeShape, "Read the audit programme of a year."),
    turn=OfEntrustment,
    tag="audits",
)
