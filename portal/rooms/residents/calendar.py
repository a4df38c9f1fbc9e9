"""The roster against the production plan: day by day what is made, and who watches over it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from portal.db import CHINA, session, today
from portal.facts import Ground, Supervision
from portal.facts.reports import in_production
from portal.records.batch import Batch
from portal.records.report import DailyReport
from portal.records.resident import Posting, PostingException, Presence

BEFORE, AHEAD = timedelta(days=6), timedelta(days=14)
DAY = timedelta(days=1)
LATEST = 14


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """``alone``: something implantable is made, and neither a resident nor an exception is there for it."""

    on: date
    batches: list[Batch]
    residents: list[Posting]
    away: list[tuple[Posting, Posting | None]]
    exceptions: list[PostingException]
    presences: list[Presence]
    alone: bool


def calendar_of(ground: Ground, watched: Supervision) -> list[CalendarDay]:
    """The last seven days and the next fourteen."""
    first, last = today() - BEFORE, today() + AHEAD
    batches = in_production(ground.entrustment.id, first, last)
    presences = _presences(watched.postings, first)
    return [
        _day(first + DAY * number, batches, presences, ground, watched) for number in range((last - first).days + 1)
    ]


def latest_reports(watched: Supervision) -> list[DailyReport]:
    """The newest reports of every posting of the entrustment."""
    ids = [each.id for each in watched.postings]
    wanted = select(DailyReport).where(DailyReport.posting_id.in_(ids))
    return list(session.scalars(wanted.order_by(DailyReport.day.desc(), DailyReport.id.desc()).limit(LATEST)))


def _day(
    on: date, batches: Sequence[Batch], presences: Sequence[Presence], ground: Ground, watched: Supervision
) -> CalendarDay:
    made = [each for each in batches if each.started_on <= on <= (each.finished_on or on)]
    residents, exceptions = watched.residents_on(on), watched.exceptions_on(on)
    return CalendarDay(
        on=on,
        batches=made,
        residents=residents,
        away=watched.away_on(on),
        exceptions=exceptions,
        presences=[each for each in presences if each.arrived_at.astimezone(CHINA).date() == on],
        alone=not residents and not exceptions and any(_asks_for_somebody(each, ground) for each in made),
    )


def _asks_for_somebody(batch: Batch, ground: Ground) -> bool:
    product = ground.product(batch.product_id)
    return product is None or product.facts.get("is_implantable") is not False


def _presences(postings: Sequence[Posting], first: date) -> list[Presence]:
    ids = [each.id for each in postings]
    midnight = datetime.combine(first, time.min, CHINA)
    wanted = select(Presence).where(Presence.posting_id.in_(ids), Presence.arrived_at >= midnight)
    return list(session.scalars(wanted.order_by(Presence.arrived_at)))
