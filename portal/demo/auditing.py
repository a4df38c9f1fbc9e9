"""The audits of the demonstration world: one held, reported and answered, the next one planned."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal import ledger
from portal.db import new_id, session, today
from portal.demo.cast import HOUSES
from portal.demo.hands import filed, keep, move, played_by
from portal.facts import audit_facts, finding_facts, ground_of, present, programme_facts
from portal.records.audit import Audit, AuditFinding, AuditorQualification
from portal.records.entrustment import Entrustment
from portal.records.evidence import AuditReport, InternalAudit
from portal.records.person import Person
from portal.rooms.audit_findings.recording import Found, Response, raise_in, respond, show_evidence
from portal.rooms.audit_programmes.programming import begin_programme
from portal.rooms.audits.recording import Member, Planned, answer_points, auditors, name_team, plan, record_days
from workflows.powers import Role

REPRESENTATIVE = Role.MANAGEMENT_REPRESENTATIVE
OPEN_POINT = "line-clearance"


@dataclass(frozen=True, slots=True)
class Relation:
    """Whose audits they are: the entrustment and its two sides."""

    org: dict[str, UUID]
    entrustment_id: UUID
    registrant: str
    manufacturer: str

    @property
    def entrustment(self) -> Entrustment:
        return session.get_one(Entrustment, self.entrustment_id)

    def by_registrant(self, role: Role = REPRESENTATIVE) -> Any:
        return played_by(self.registrant, role, self.org)

    def by_plant(self, role: Role = Role.MANUFACTURER_QUALITY_MANAGER) -> Any:
        return played_by(self.manufacturer, role, self.org)


def make_audits(
    org: dict[str, UUID], entrustment_id: UUID, *, registrant: str = "chengyue", manufacturer: str = "hengrui"
) -> dict[str, UUID]:
    """An audit that was acknowledged, with one finding closed and one answered; one that is planned; and one of a
    supplier, which the plant held alone and whose report waits to be acknowledged."""
    relation = Relation(org, entrustment_id, registrant, manufacturer)
    with relation.by_registrant(Role.REGISTRANT_QUALITY_MANAGER) as by:
        _qualified(relation.registrant, "质量管理体系内审员培训合格，骨科植入物生产审核经验六年。", by)
    with relation.by_plant() as by:
        _qualified(relation.manufacturer, "供应商审核员培训合格，灭菌与包装材料供应商审核经验四年。", by)
    held = _planned(relation)
    with relation.by_registrant() as by:
        audit = session.get_one(Audit, held)
        _opened(audit, "双方管理者代表和质量负责人到会，确认审核范围和日程。", by)
        _answered(audit, by)
        closed = raise_in(
            audit,
            Found(OPEN_POINT, "minor", "2号线清场记录缺少复核签名", "抽查3批，其中1批清场记录无复核人签名。"),
            by=by,
        ).id
        waiting = raise_in(
            audit,
            Found(None, "observation", "来料暂存区标识可改进", "待检与合格区域的标识字号偏小，未见混放。"),
            by=by,
        ).id
        record_days(
            audit,
            {
                "left_on": today(),
                "closing": "向受托方通报全部发现，受托方无异议。",
                "conclusion": "质量管理体系运行有效。",
            },
            by=by,
        )
        _go(audit, "conclude", by)
        _go(audit, "report", by)
    with relation.by_plant() as by:
        _go(session.get_one(Audit, held), "acknowledge", by)
    for finding_id in (closed, waiting):
        _responded(relation, finding_id)
    _closed(relation, closed)
    ahead = _planned(relation, ahead=True)
    return {
        "audit": held,
        "closed": closed,
        "waiting": waiting,
        "planned": ahead,
        "supplier": _supplier_audited(relation),
        "programme": _programme(relation),
    }


def make_report(org: dict[str, UUID], manufacturer: str, entrustment_id: UUID) -> UUID:
    """A report that the plant passes on in one of its entrustments; nobody reads in it who held the audit."""
    with played_by(manufacturer, Role.MANUFACTURER_QUALITY_MANAGER, org) as by:
        report = AuditReport(
            audited_on=today() - timedelta(days=90),
            mode="on_site",
            covers="清洗、包装、灭菌前控制与生产放行",
            result="passed-after-rectification",
            summary="一般不符合2项，均已关闭。",
            retired_on=None,
        )
        kept: AuditReport = keep(report, "audit_report.recorded", by=by, title="Audit report without names")
        present(session.get_one(Entrustment, entrustment_id), kept, by=by)
        return kept.id


def make_internal_audit(org: dict[str, UUID], manufacturer: str, entrustment_id: UUID) -> UUID:
    """The plant's own audit of this year, shown in one of its entrustments."""
    with played_by(manufacturer, Role.MANUFACTURER_QUALITY_MANAGER, org) as by:
        audit = InternalAudit(
            began_on=today() - timedelta(days=41),
            ended_on=today() - timedelta(days=40),
            covers="文件与记录、采购、生产过程控制、检验、放行（演示）",
            result="passed-after-rectification",
            findings=3,
            still_open=1,
            retired_on=None,
        )
        kept: InternalAudit = keep(audit, "internal_audit.recorded", by=by, title="Internal audit report")
        present(session.get_one(Entrustment, entrustment_id), kept, by=by)
        return kept.id


def _programme(relation: Relation) -> UUID:
    """This year's, approved by the representative."""
    with relation.by_registrant() as by:
        programme = begin_programme(relation.entrustment, today().year, by=by)
        session.flush()
        move(programme, "approve", by=by, facts=programme_facts(programme))
        return programme.id


def _qualified(house: str, basis: str, by: Any) -> None:
    """Put the qualification of the house's representative on record, with its paper, unless it is already."""
    representative = select(Person.id).where(Person.email == HOUSES[house].email(REPRESENTATIVE))
    if session.scalars(select(AuditorQualification)).first():
        return
    held = AuditorQualification(
        id=new_id(),
        person_id=session.scalars(representative).one(),
        basis=basis,
        granted_on=today() - timedelta(days=200),
        valid_until=today() + timedelta(days=900),
    )
    file = filed("Auditor certificate", "auditor_qualification", held.id)
    held.file_id = file.id
    ledger.write(held, "auditor_qualification.recorded", by=by, also=[file])


def _supplier_audited(relation: Relation) -> UUID:
    """The plant's own audit of who makes its packaging, reported and waiting for the registrant."""
    with relation.by_plant(REPRESENTATIVE) as by:
        given = Planned(
            kind="supplier",
            mode="on_site",
            yearly=False,
            held_by="manufacturer",
            starts_on=today(),
            ends_on=today(),
            scope="初包装材料的洁净生产、出厂检验和批次追溯。",
            supplier="演示包装材料有限公司",
            supplied="other",
        )
        audit = session.get_one(Audit, plan(ground_of(relation.entrustment), given, by=by).id)
        _opened(audit, "供应商质量负责人到会，确认审核范围和日程。", by)
        _answered(audit, by, unmet=None)
        days = {"left_on": today(), "closing": "向供应商通报审核结果。", "conclusion": "可继续采购，一年后复审。"}
        record_days(audit, days, by=by)
        _go(audit, "conclude", by)
        _go(audit, "report", by)
        return audit.id


def _planned(relation: Relation, *, ahead: bool = False) -> UUID:
    starts_on = today() + timedelta(days=330) if ahead else today()
    with relation.by_registrant() as by:
        given = Planned(
            kind="system",
            mode="on_site",
            yearly=True,
            held_by="registrant",
            starts_on=starts_on,
            ends_on=starts_on + timedelta(days=2),
            scope="受托产品的生产质量管理体系：人员、厂房设备、生产管理、质量控制、放行。",
        )
        return plan(ground_of(relation.entrustment), given, by=by).id


def _opened(audit: Audit, meeting: str, by: Any) -> None:
    """Led by whoever acts, who arrived today and held the opening meeting."""
    lead = next(each for each in auditors(today()) if each.id == by.id)
    name_team(audit, [Member(lead, leads=True)], by=by)
    _go(audit, "confirm_team", by)
    record_days(audit, {"arrived_on": today(), "opening": meeting}, by=by)
    _go(audit, "open", by)


def _answered(audit: Audit, by: Any, *, unmet: str | None = OPEN_POINT) -> None:
    answers = [
        {
            "point": each,
            "result": "not_met" if each == unmet else "met",
            "note": "见审核发现。" if each == unmet else "查阅文件与记录，现场核对。",
        }
        for each in audit.points
    ]
    answer_points(audit, answers, by=by)


def _responded(relation: Relation, finding_id: UUID) -> None:
    with relation.by_plant() as by:
        found = session.get_one(AuditFinding, finding_id)
        given = Response(
            cause="培训未覆盖新到岗人员。",
            action="补充培训并在清场记录中增加必填复核项。",
            action_owner="生产主管",
            due_on=today() + timedelta(days=30),
        )
        respond(found, given, by=by)
        move(found, "answer", by=by, facts=finding_facts([found])[found.id])


def _closed(relation: Relation, finding_id: UUID) -> None:
    with relation.by_registrant() as by:
        found = session.get_one(AuditFinding, finding_id)
        move(found, "accept", by=by, facts=finding_facts([found])[found.id])
    with relation.by_plant() as by:
        found = session.get_one(AuditFinding, finding_id)
        file = filed("Training record", "audit_finding", found.id, found.entrustment_id)
        show_evidence(found, "培训记录和修订后的清场记录表，连续10批复核签名齐全。", file, by=by)
    with relation.by_registrant() as by:
        found = session.get_one(AuditFinding, finding_id)
        move(found, "close", by=by, facts=finding_facts([found])[found.id])


def _go(audit: Audit, name: str, by: Any) -> None:
    move(audit, name, by=by, facts=audit_facts([audit], by.id)[audit.id])
