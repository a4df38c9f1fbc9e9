"""The figures of the indicators that both sides review, counted from the records of a span of days."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from agreements.indicators import Figure
from portal.db import CHINA, session
from portal.facts.duties import performance
from portal.records.batch import Batch, Nonconformity
from portal.records.duty import Duty
from portal.wording import last_day
from workflows.engine import Side
from workflows.stages import COMMERCIAL

# The duties that tell how actions, findings and complaints went, by the rule that laid them down.
ACTION, FINDING, COMPLAINT = "capa-action", "audit-finding", "complaint-acknowledged"


def figures_of(entrustment_id: UUID, since: date, until: date) -> dict[str, Figure]:
    """By the id of each indicator, in three queries; both days are included, as they are in Beijing."""
    begins, ends = _midnight(since), _midnight(until + timedelta(days=1))
    return {
        **_of_batches(_batches(entrustment_id, begins, ends), begins, ends),
        **_of_nonconformities(entrustment_id, begins, ends),
        **_of_duties(entrustment_id, since, until),
    }


def _of_batches(batches: Iterable[Any], begins: datetime, ends: datetime) -> dict[str, Figure]:
    released, clean, put_in, scrapped, decided, refused = 0, 0, 0, 0, 0, 0
    for made, marketed, rejected, nonconforming, pieces, scrap in batches:
        if begins <= made < ends:
            released += 1
            clean += not nonconforming
            put_in += pieces or 0
            scrapped += scrap or 0
        decision = marketed or rejected
        if decision and begins <= decision < ends:
            decided += 1
            refused += rejected is not None
    return {"I-01": _share(clean, released), "I-02": _share(refused, decided), "I-03": _share(scrapped, put_in)}


def _of_nonconformities(entrustment_id: UUID, begins: datetime, ends: datetime) -> dict[str, Figure]:
    closed = session.scalars(
        select(Nonconformity.closed_at).where(
            Nonconformity.entrustment_id == entrustment_id,
            Nonconformity.raised_at >= begins,
            Nonconformity.raised_at < ends,
        )
    ).all()
    in_time = sum(each is not None and each < ends for each in closed)
    return {"I-04": {"part": len(closed)}, "I-05": _share(in_time, len(closed))}


def _of_duties(entrustment_id: UUID, since: date, until: date) -> dict[str, Figure]:
    duties = session.scalars(select(Duty).where(Duty.entrustment_id == entrustment_id)).all()
    due = [each for each in duties if each.due_at and since <= last_day(each.due_at) <= until]
    complaints = [each for each in duties if each.rule == COMPLAINT]
    return {
        "I-06": _kept([each for each in due if each.rule == ACTION]),
        "I-07": _kept([each for each in due if each.rule == FINDING]),
        "I-08": {"part": sum(since <= each.started_at.astimezone(CHINA).date() <= until for each in complaints)},
        "I-09": _kept([each for each in due if each.owes in (Side.REGISTRANT, "both")]),
        "I-10": _kept([each for each in due if each.owes in (Side.MANUFACTURER, "both")]),
    }


def _batches(entrustment_id: UUID, begins: datetime, ends: datetime) -> Sequence[Any]:
    """The commercial batches that were released for production; what was rejected before that was never offered."""
    moments = (Batch.production_released_at, Batch.marketing_released_at, Batch.rejected_at)
    nonconforming = select(Nonconformity.id).where(Nonconformity.batch_id == Batch.id).exists()
    return session.execute(
        select(*moments, nonconforming, Batch.put_in, Batch.scrapped)
        .where(Batch.entrustment_id == entrustment_id, Batch.stage == COMMERCIAL)
        .where(Batch.production_released_at.is_not(None))
        .where(or_(*((each >= begins) & (each < ends) for each in moments)))
    ).all()


def _share(part: int, whole: int) -> Figure:
    return {"part": part, "whole": whole}


def _kept(duties: Iterable[Duty]) -> Figure:
    kept = performance(duties)
    return {"part": kept.met, "whole": kept.due, "late": kept.late, "breached": kept.breached}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)
