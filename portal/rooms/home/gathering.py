"""Everything the first page reads, in a fixed number of queries however many records there are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import g
from sqlalchemy import and_, literal, or_, select, union_all
from sqlalchemy.orm import contains_eager, joinedload

from portal.db import now, session, today
from portal.facts import (
    Ground,
    Supervision,
    agreement_facts,
    audit_facts,
    batch_facts,
    binding,
    capa_facts,
    change_facts,
    contents_of,
    entrustment_facts,
    exception_facts,
    finding_facts,
    grounds,
    nonconformity_facts,
    posting_facts,
    supervisions,
    transfers_where,
)
from portal.facts.defects import defect_facts
from portal.facts.definitions import definition_columns, facts_of, with_what_they_rest_on
from portal.facts.endings import Closing, closing_columns
from portal.facts.hold_points import hold_facts
from portal.facts.meetings import minutes_facts
from portal.facts.notices import unread
from portal.facts.premises import running_out
from portal.facts.reports import report_facts
from portal.facts.reviews import review_facts
from portal.facts.sources import source_facts
from portal.records.approved_source import ApprovedSource
from portal.records.audit import Audit, AuditFinding
from portal.records.batch import Batch, Nonconformity
from portal.records.capa import Capa
from portal.records.change import Change
from portal.records.definition import Definition
from portal.records.duty import OPEN, Duty
from portal.records.ending import Ending
from portal.records.entrustment import Entrustment
from portal.records.equipment import EquipmentProof
from portal.records.meeting import Meeting
from portal.records.moving import Moving
from portal.records.report import DailyReport
from portal.records.resident import Posting
from portal.records.review import AgreementReview
from portal.records.transfer import Transfer
from portal.tenancy import Participation
from workflows.definition import DefinitionFacts
from workflows.ending import EndingFacts
from workflows.engine import Lifecycle, Side, Transition
from workflows.powers import Power

MOST = 50
AHEAD, A_MONTH = timedelta(days=90), timedelta(days=30)


@dataclass
class Gathered:
    """My open records, on which side of each I stand, and the facts their moves depend on.

    ``unreported`` are the postings by which I am at a site today without having begun the report of the day;
    ``running_out`` are the proofs of equipment in service that end within a month, or have ended; ``unread`` is how
    many notices I have not read.
    """

    grounds: dict[UUID, Ground] = field(default_factory=dict)
    sides: dict[UUID, Side] = field(default_factory=dict)
    records: list[Any] = field(default_factory=list)
    facts: dict[UUID, Any] = field(default_factory=dict)
    duties: list[Duty] = field(default_factory=list)
    unreported: list[Posting] = field(default_factory=list)
    running_out: Sequence[EquipmentProof] = ()
    unread: int = 0

    def side_of(self, record: Any) -> Side:
        return self.sides[record.entrustment_id]

    def entrustment_of(self, record: Any) -> Entrustment:
        return self.grounds[record.entrustment_id].entrustment


def gather() -> Gathered:
    """At most fifty of each kind, the newest first."""
    found = Gathered()
    closings: dict[UUID, Closing] = {}
    reviews: list[AgreementReview] = []
    endings: list[Ending] = []
    meetings: list[Meeting] = []
    for entrustment, side, found.unread, review, ending, meeting, *closing in session.execute(_my_entrustments()):
        found.sides[entrustment.id], closings[entrustment.id] = Side(side), Closing(*closing)
        found.records.append(entrustment)
        reviews += [review] if review else []
        endings += [ending] if ending else []
        meetings += [meeting] if meeting else []
    found.grounds = grounds(found.records)
    found.duties, found.running_out = _duties(), _running_out()
    if not found.grounds:
        found.unread = session.scalar(select(unread(g.actor))) or 0
        return found
    agreements = [each for ground in found.grounds.values() for each in ground.agreements if not each.where.final][
        :MOST
    ]
    batches, nonconformities = _batches(found.grounds)
    audits, findings = _audits(found.grounds)
    watched = supervisions(found.grounds)
    postings = _waiting(each for under in watched.values() for each in under.postings)
    exceptions = _waiting(each for under in watched.values() for each in under.exceptions)
    reports, found.unreported = _reports(watched.values()) if g.actor.may(Power.REPORT_WRITE) else ([], [])
    capas, changes, definitions, sources = _capas_changes_and_definitions(found.grounds)
    undecided = [each for each in changes if not each.where.final][:MOST]
    transfers = transfers_where(Transfer.entrustment_id.in_(found.grounds), Transfer.underway())[:MOST]
    defects = [each for ground in found.grounds.values() for each in ground.defects][:MOST]
    found.facts |= entrustment_facts(found.records, found.grounds, closings)
    found.facts |= agreement_facts(agreements, known=found.grounds) if agreements else {}
    held = contents_of(batches, nonconformities) if batches else {}
    holds = _waiting(each for under in watched.values() for each in under.holds)
    bound = binding(batches, changes)
    found.facts |= batch_facts(batches, g.actor.id, found.grounds, held, watched, bound=bound) if batches else {}
    found.facts |= hold_facts(holds, g.actor.id, watched)
    found.facts |= nonconformity_facts(nonconformities, g.actor.id)
    found.facts |= capa_facts(capas, [each for capa in capas for each in capa.actions]) if capas else {}
    found.facts |= change_facts(undecided)
    found.facts |= defect_facts(defects)
    found.facts |= audit_facts(audits, g.actor.id, findings)
    found.facts |= finding_facts(findings)
    found.facts |= posting_facts(postings, found.grounds) | exception_facts(exceptions)
    found.facts |= report_facts(reports, g.actor.id)
    found.facts |= {each.id: facts for each, facts in [*transfers, *definitions]}
    found.facts |= {each.id: EndingFacts(closings[each.entrustment_id].unsettled) for each in endings}
    found.facts |= {each.id: review_facts(each, found.grounds[each.entrustment_id]) for each in reviews}
    found.records += [*agreements, *batches, *nonconformities[:MOST], *capas, *audits, *findings]
    found.records += [*undecided, *defects, *postings, *exceptions, *reports, *holds]
    found.records += [each for each, _ in [*transfers, *definitions]]
    found.facts |= {each.id: minutes_facts(each) for each in meetings}
    found.facts |= source_facts(sources)
    found.records += [*reviews, *endings, *meetings, *sources]
    return found


def _capas_changes_and_definitions(
    known: Mapping[UUID, Ground],
) -> tuple[list[Capa], list[Change], list[tuple[Definition, DefinitionFacts]], list[ApprovedSource]]:
    """Corrective actions on their way with their steps, every change that binds some batch or may yet, and the
    versions that are drafted or signed by one side with their facts; and the sources that wait for the registrant.

    In one query.
    """
    parts = union_all(*(select(literal(part).label("part")) for part in range(4))).subquery()
    underway = and_(parts.c.part == 0, Capa.entrustment_id.in_(known), Capa.state.in_(_underway(Capa)))
    drafted = and_(parts.c.part == 2, Definition.entrustment_id.in_(known), Definition.drafted())
    proposed = and_(parts.c.part == 3, ApprovedSource.entrustment_id.in_(known), ApprovedSource.state == "proposed")
    wanted = (
        select(Capa, Change, ApprovedSource, *definition_columns())
        .select_from(parts)
        .outerjoin(Capa, underway)
        .outerjoin(Capa.actions)
        .outerjoin(Change, and_(parts.c.part == 1, Change.entrustment_id.in_(known), Change.state != "refused"))
        .outerjoin(Change.assessments)
        .outerjoin(Definition, drafted)
        .outerjoin(ApprovedSource, proposed)
        .options(contains_eager(Capa.actions), contains_eager(Change.assessments))
        .order_by(Capa.id.desc(), Change.id.desc(), Definition.id.desc(), ApprovedSource.id)
    )
    rows = session.execute(with_what_they_rest_on(wanted)).unique().all()
    return (
        [each for each, *_ in rows if each][:MOST],
        [each for _, each, *_ in rows if each],
        [(row[3], facts_of(*row[3:])) for row in rows if row[3]][:MOST],
        [row[2] for row in rows if row[2]][:MOST],
    )


def _duties() -> list[Duty]:
    """Open duties of every entrustment, even of one that has ended, and of the own house, by when they are due."""
    if not g.actor.may(Power.DUTY_KEEP):
        return []
    soon = now() + AHEAD
    wanted = select(Duty).where(OPEN, or_(Duty.due_at.is_(None), Duty.due_at <= soon))
    return list(session.scalars(wanted.order_by(Duty.due_at.is_(None), Duty.due_at, Duty.id).limit(MOST)))


def _running_out() -> Sequence[EquipmentProof]:
    return running_out(today() + A_MONTH) if g.actor.may(Power.EQUIPMENT_KEEP) else ()


def _my_entrustments() -> Any:
    """Each with the side on which I stand, my unread notices, the review, the checklist of its end and the meeting that
    are under way, and how far it is from its end."""
    return (
        select(Entrustment, Participation.side, unread(g.actor), AgreementReview, Ending, Meeting, *closing_columns())
        .join(Participation, Participation.entrustment_id == Entrustment.id)
        .outerjoin(
            AgreementReview,
            and_(
                AgreementReview.entrustment_id == Entrustment.id,
                AgreementReview.state.in_(_underway(AgreementReview)),
            ),
        )
        .outerjoin(Ending, and_(Ending.entrustment_id == Entrustment.id, Ending.state.in_(_underway(Ending))))
        .outerjoin(Meeting, and_(Meeting.entrustment_id == Entrustment.id, Meeting.state.in_(_underway(Meeting))))
        .where(Participation.organisation_id == g.actor.organisation_id, Participation.since <= today())
        .where(or_(Participation.until.is_(None), Participation.until >= today()))
        .where(Entrustment.state.in_(_underway(Entrustment)))
        .order_by(Entrustment.id.desc())
        .limit(MOST)
    )


def _batches(known: Mapping[UUID, Ground]) -> tuple[list[Batch], list[Nonconformity]]:
    """Batches on their way and nonconformities still open, in one query."""
    open_point = and_(Nonconformity.batch_id == Batch.id, Nonconformity.state.in_(_underway(Nonconformity)))
    rows = session.execute(
        select(Batch, Nonconformity)
        .outerjoin(Nonconformity, open_point)
        .where(Batch.entrustment_id.in_(known))
        .where(or_(Batch.state.in_(_underway(Batch)), Nonconformity.id.is_not(None)))
        .order_by(Batch.id.desc())
        .limit(MOST * 4)
    )
    batches: dict[UUID, Batch] = {}
    points: dict[UUID, Nonconformity] = {}
    for batch, point in rows:
        if not batch.where.final:
            batches[batch.id] = batch
        if point is not None:
            points[point.id] = point
    return list(batches.values())[:MOST], list(points.values())


def _reports(watched: Iterable[Supervision]) -> tuple[list[DailyReport], list[Posting]]:
    """My drafts, and my postings of today that have no report of today; in one query."""
    mine = [(each, under) for under in watched for each in under.postings if each.person_id == g.actor.id]
    wanted = select(DailyReport).where(DailyReport.posting_id.in_([each.id for each, _ in mine]))
    found = session.scalars(wanted.where(or_(DailyReport.state == "drafted", DailyReport.day == today()))).all()
    written = {each.posting_id for each in found if each.day == today()}
    today_s = [each for each, under in mine if each in under.residents_on(today()) and each.id not in written]
    return _waiting(found), today_s


def _waiting(records: Iterable[Any]) -> list[Any]:
    """Those that somebody could bring on."""
    return [each for each in records if any(_leads_on_from(each, move) for move in each.lifecycle.transitions)][:MOST]


def _leads_on_from(record: Any, move: Transition[Any]) -> bool:
    return record.state in move.sources and record.lifecycle.leads_on(move)


def _audits(known: Mapping[UUID, Ground]) -> tuple[list[Audit], list[AuditFinding]]:
    """Audits on their way and findings still open, in one query; none is closed before its audit is reported."""
    open_finding = and_(AuditFinding.audit_id == Audit.id, AuditFinding.state.in_(_underway(AuditFinding)))
    rows = session.execute(
        select(Audit, AuditFinding)
        .outerjoin(AuditFinding, open_finding)
        .options(contains_eager(AuditFinding.audit), joinedload(AuditFinding.file))
        .where(Audit.entrustment_id.in_(known))
        .where(or_(Audit.state.in_(_underway(Audit)), AuditFinding.id.is_not(None)))
        .order_by(Audit.id.desc())
        .limit(MOST * 4)
    )
    audits: dict[UUID, Audit] = {}
    findings: dict[UUID, AuditFinding] = {}
    for audit, finding in rows:
        if not audit.where.final:
            audits[audit.id] = audit
        if finding is not None:
            findings[finding.id] = finding
    return list(audits.values())[:MOST], list(findings.values())[:MOST]


def _underway(kind: type[Moving]) -> list[str]:
    lifecycle: Lifecycle[Any] = kind.lifecycle
    return [each.name for each in lifecycle.states if not each.final]
