"""What a move of an audit, of a finding and of a programme depends on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.db import CHINA, session, today
from portal.records.agreement import Signature
from portal.records.audit import Audit, AuditFinding, AuditorQualification, AuditProgramme
from portal.records.person import Person
from workflows.audit_finding import FindingFacts
from workflows.audit_programme import ProgrammeFacts
from workflows.audit_rules import AuditFacts
from workflows.auditing import counts_as_yearly
from workflows.powers import Power, Role, powers_of

# How far back somebody's own work still bars them from auditing it.
YEAR_BEFORE = timedelta(days=365)
OWN_WORK = ("batch", "nonconformity")
BEFORE_IT_OPENS = ("planned", "team_confirmed")


@dataclass(frozen=True)
class _Known:
    """Of everybody in some teams: their roles, their qualifications by id, and what they signed for."""

    roles: Mapping[str, list[str]] = field(default_factory=dict)
    qualified: Mapping[str, AuditorQualification] = field(default_factory=dict)
    signed: Sequence[Signature] = ()


def audit_facts(
    audits: Sequence[Audit], actor_id: UUID, known: Sequence[AuditFinding] | None = None
) -> dict[UUID, AuditFacts]:
    """The facts of each, in four queries at most whatever their number; ``known`` are their findings.

    A team is looked into only while an audit waits for it.  People and their qualifications are the registrant's own;
    for anybody else nobody is fit, and nobody else is asked.
    """
    if not audits:
        return {}
    waiting = [each for each in audits if each.state in BEFORE_IT_OPENS]
    people, findings = _known_of(waiting), known if known is not None else _findings(audits)
    return {
        each.id: _facts(each, actor_id, people, [found for found in findings if found.audit_id == each.id])
        for each in audits
    }


def finding_facts(findings: Sequence[AuditFinding]) -> dict[UUID, FindingFacts]:
    return {
        each.id: FindingFacts(
            audit_reported=each.audit.reported_at is not None,
            answered=bool(each.cause and each.action and each.action_owner and each.due_on),
            evidenced=bool((each.evidence or "").strip()) and (each.file is None or each.file.accepted),
        )
        for each in findings
    }


def programme_facts(programme: AuditProgramme) -> ProgrammeFacts:
    return ProgrammeFacts(
        entrustment_is_open=programme.entrustment.state != "ended",
        counting=sum(each["yearly"] and counts_as_yearly(each["kind"], each["mode"]) for each in programme.entries),
        desk=sum(each["mode"] == "desk" for each in programme.entries),
        is_current=programme.entries == programme.planned,
    )


def _facts(audit: Audit, actor_id: UUID, known: _Known, findings: Sequence[AuditFinding]) -> AuditFacts:
    answered = {each["point"]: each["result"] for each in audit.answers if each["result"]}
    unmet = {point for point, result in answered.items() if result == "not_met"}
    lead = audit.lead
    return AuditFacts(
        entrustment_is_open=audit.entrustment.state != "ended",
        members=len(audit.team),
        has_lead=lead is not None,
        lead_may_sign=lead is not None and may_lead(known.roles.get(lead["person_id"], [])),
        unqualified=_named(each for each in audit.team if not _is_qualified(each, audit, known.qualified)),
        tied=_named(each for each in audit.team if each["tie"] or not each["declared"]),
        own_work=_named(each for each in audit.team if _did_it(each, audit, known.signed)),
        on_site=audit.mode == "on_site",
        arrived=audit.arrived_on is not None,
        left=audit.left_on is not None,
        opening_held=bool(audit.opening),
        closing_held=bool(audit.closing),
        unanswered=len(set(audit.points) - answered.keys()),
        points=len(audit.points),
        without_finding=len(unmet - {each.point for each in findings}),
        concluded=bool(audit.conclusion),
        actor_leads=audit.lead_id == actor_id,
    )


def may_lead(roles: Iterable[str]) -> bool:
    """Whether somebody with these roles signs audit reports."""
    return Power.AUDIT_SIGN in powers_of(frozenset(map(Role, roles)))


def _is_qualified(member: dict[str, Any], audit: Audit, qualified: Mapping[str, AuditorQualification]) -> bool:
    """Proved, and lasting from today through the audit."""
    held = qualified.get(member["qualification_id"] or "")
    return held is not None and held.counts_on(max(audit.ends_on, today()))


def _did_it(member: dict[str, Any], audit: Audit, signed: Sequence[Signature]) -> bool:
    """Whether they have signed for goods of this relation, or for what was not as it should be, in the year before.

    A supplier's work is nobody's own here; who has a hand in it declares the tie.
    """
    since = audit.starts_on - YEAR_BEFORE
    return audit.kind != "supplier" and any(
        str(each.person_id) == member["person_id"]
        and each.entrustment_id == audit.entrustment_id
        and each.signed_at.astimezone(CHINA).date() >= since
        for each in signed
    )


def _known_of(audits: Sequence[Audit]) -> _Known:
    """In two queries: the people of the teams with all their qualifications, and their signatures; in one more, the
    qualifications of those from outside."""
    members = [each for audit in audits for each in audit.team]
    ids = {UUID(each["person_id"]) for each in members if each["person_id"]}
    if not ids:
        return _Known()
    about = {each.entrustment_id for each in audits}
    signed = select(Signature).where(Signature.entrustment_id.in_(about), Signature.person_id.in_(ids))
    people = select(Person, AuditorQualification).where(Person.id.in_(ids))
    rows = session.execute(people.outerjoin(AuditorQualification, AuditorQualification.person_id == Person.id)).all()
    return _Known(
        roles={str(person.id): person.roles for person, _ in rows},
        qualified={str(held.id): held for held in (*(held for _, held in rows if held), *_outsiders(members))},
        signed=session.scalars(signed.where(Signature.subject_kind.in_(OWN_WORK))).all(),
    )


def _outsiders(members: Sequence[Mapping[str, Any]]) -> Sequence[AuditorQualification]:
    ids = [UUID(each["qualification_id"]) for each in members if not each["person_id"]]
    if not ids:
        return ()
    return session.scalars(select(AuditorQualification).where(AuditorQualification.id.in_(ids))).all()


def _findings(audits: Sequence[Audit]) -> Sequence[AuditFinding]:
    return session.scalars(select(AuditFinding).where(AuditFinding.audit_id.in_([each.id for each in audits]))).all()


def _named(members: Iterable[dict[str, Any]]) -> str:
    return ", ".join(each["name"] for each in members)
