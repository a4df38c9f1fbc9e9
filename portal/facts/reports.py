"""What the presence of residents and their daily reports depend on."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import and_, or_, select

from portal.db import session, today
from portal.records.batch import Batch
from portal.records.report import DailyReport, Observation
from portal.records.resident import Posting, Presence
from workflows.attendance import AttendanceFacts
from workflows.daily_report import ReportFacts
from workflows.observation import ObservationFacts


def attendance_facts(posting: Posting, there: Presence | None, actor_id: UUID) -> AttendanceFacts:
    return AttendanceFacts(
        is_posted=posting.posted_at is not None and posting.ended_at is None,
        counts_today=posting.counts_on(today()),
        is_own=posting.person_id == actor_id,
        there=there is not None,
    )


def now_there(posting: Posting) -> Presence | None:
    """The arrival that still waits for its departure."""
    waiting = select(Presence).where(Presence.posting_id == posting.id, Presence.left_at.is_(None))
    return session.scalars(waiting).first()


def opening_report_facts(posting: Posting, day: date, actor_id: UUID) -> ReportFacts:
    """What a report depends on before a word of it is written."""
    return ReportFacts(
        is_own=posting.person_id == actor_id,
        counts_that_day=posting.counts_on(day),
        has_come=day <= today(),
        says_something=False,
        is_drafted=True,
    )


def report_facts(reports: Sequence[DailyReport], actor_id: UUID) -> dict[UUID, ReportFacts]:
    return {
        each.id: ReportFacts(
            is_own=each.posting.person_id == actor_id,
            counts_that_day=each.posting.counts_on(each.day),
            has_come=each.day <= today(),
            says_something=bool(each.key_links or (each.remarks or "").strip()),
            is_drafted=each.state == "drafted",
        )
        for each in reports
    }


def observation_facts(found: Observation) -> ObservationFacts:
    return ObservationFacts(
        batch_state=found.batch.state if found.batch else None, is_raised=found.nonconformity_id is not None
    )


def in_production(entrustment_id: UUID, first: date, last: date) -> list[Batch]:
    """The batches that were, are or will be in production on some day from ``first`` to ``last``."""
    return list(
        session.scalars(
            select(Batch)
            .where(Batch.entrustment_id == entrustment_id, Batch.started_on <= last)
            .where(or_(Batch.finished_on >= first, and_(Batch.finished_on.is_(None), Batch.rejected_at.is_(None))))
            .order_by(Batch.number)
        )
    )
