"""Putting a finding on record, its answer, and the evidence of its action."""

from dataclasses import asdict, dataclass
from datetime import date

from portal import ledger
from portal.acting import start
from portal.db import new_id, now, session
from portal.facts.numbering import next_number
from portal.identity import Actor
from portal.records.audit import Audit, AuditFinding
from portal.records.file import StoredFile


@dataclass(frozen=True, slots=True)
class Found:
    """What somebody found; ``point`` is the id of the checklist's point, or None for something beside it."""

    point: str | None
    grade: str
    title: str
    description: str


@dataclass(frozen=True, slots=True)
class Response:
    cause: str
    action: str
    action_owner: str
    due_on: date


def raise_in(audit: Audit, given: Found, *, by: Actor) -> AuditFinding:
    """Raise it in ``audit``, whose report will be signed with it."""
    number = next_number(AuditFinding, "AF", audit.entrustment_id)
    with session.no_autoflush:
        found = AuditFinding(
            id=new_id(),
            entrustment_id=audit.entrustment_id,
            audit_id=audit.id,
            number=number,
            raised_by_id=by.id,
            raised_at=now(),
            **asdict(given),
        )
        audit.findings.append(found)
        audit.bind_findings()
    start(found, "audit_finding.raised", actor=by, also=[audit])
    return found


def amend(found: AuditFinding, given: Found, *, by: Actor) -> None:
    with session.no_autoflush:
        for name, value in asdict(given).items():
            setattr(found, name, value)
        found.audit.bind_findings()
    ledger.write(found, "audit_finding.amended", by=by, also=[found.audit])


def respond(found: AuditFinding, given: Response, *, by: Actor) -> None:
    """Write down cause and action; they count once the answer is submitted."""
    for name, value in asdict(given).items():
        setattr(found, name, value)
    ledger.write(found, "audit_finding.response-written", by=by)


def show_evidence(found: AuditFinding, evidence: str, file: StoredFile | None, *, by: Actor) -> None:
    """Put the evidence on record; a later file takes the place of an earlier one, which stays in the ledger."""
    found.evidence = evidence
    if file:
        found.file_id = file.id
    ledger.write(found, "audit_finding.evidence-shown", by=by, also=[file] if file else [])
