"""Who supervised production on which day, and by which exception nobody did."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Select, and_, literal, select, union_all

from portal.db import session, today
from portal.records.batch import Batch
from portal.records.hold_point import HoldPoint
from portal.records.resident import Posting, PostingException, Roster
from workflows.attendance import AWAY
from workflows.hold_point import HOLD_POINT

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Supervised:
    """The production days of a batch: how many, how many with a resident, how many excepted and why; its holds."""

    days: int = 0
    with_resident: int = 0
    excepted: int = 0
    first_alone: date | None = None
    reasons: tuple[str, ...] = ()
    holds: int = 0


@dataclass(frozen=True)
class Supervision:
    """Every posting and exception of one entrustment, the newest first; rosters; the hold points that still hold."""

    postings: list[Posting] = field(default_factory=list)
    exceptions: list[PostingException] = field(default_factory=list)
    rosters: dict[UUID, list[Roster]] = field(default_factory=dict)
    holds: list[HoldPoint] = field(default_factory=list)

    def planned_on(self, posting: Posting, day: date) -> Roster | None:
        """What the roster says of that day: its latest entry counts."""
        entries = self.rosters.get(posting.id, ())
        return next((each for each in reversed(entries) if each.covers(day)), None)

    def residents_on(self, day: date) -> list[Posting]:
        """Whoever is posted on that day and, by the roster, not away."""
        return [each for each in self.postings if each.counts_on(day) and not self._is_away(each, day)]

    def away_on(self, day: date) -> list[tuple[Posting, Posting | None]]:
        """Whoever is away on that day, each with whoever stands in."""
        known = {each.id: each for each in self.postings}
        entries = ((each, self.planned_on(each, day)) for each in self.postings if each.counts_on(day))
        return [
            (posting, known.get(entry.standing_in_id) if entry.standing_in_id else None)
            for posting, entry in entries
            if entry and entry.plan == AWAY
        ]

    def exceptions_on(self, day: date) -> list[PostingException]:
        return [each for each in self.exceptions if each.counts_on(day)]

    def of(self, batch: Batch) -> Supervised:
        """From the day production started to the day it finished, or until today."""
        days = _days(batch.started_on, batch.finished_on or today())
        bare = [day for day in days if not self.residents_on(day)]
        covering = {day: self.exceptions_on(day) for day in bare}
        return Supervised(
            days=len(days),
            with_resident=len(days) - len(bare),
            excepted=sum(bool(found) for found in covering.values()),
            first_alone=next((day for day, found in covering.items() if not found), None),
            reasons=tuple(dict.fromkeys(each.because for found in covering.values() for each in found)),
            holds=sum(each.batch_id == batch.id for each in self.holds),
        )

    def _is_away(self, posting: Posting, day: date) -> bool:
        planned = self.planned_on(posting, day)
        return planned is not None and planned.plan == AWAY


def supervisions(entrustment_ids: Iterable[UUID]) -> dict[UUID, Supervision]:
    """The supervision of each, in one query whatever their number."""
    found = {each: Supervision() for each in entrustment_ids}
    for posting, entry, exception, hold in session.execute(_side_by_side(list(found))):
        if posting:
            under = found[posting.entrustment_id]
            if posting.id not in under.rosters:
                under.postings.append(posting)
            under.rosters.setdefault(posting.id, []).extend([entry] if entry else [])
        if exception:
            found[exception.entrustment_id].exceptions.append(exception)
        if hold:
            found[hold.entrustment_id].holds.append(hold)
    return found


def _side_by_side(ids: list[UUID]) -> Select[Posting, Roster, PostingException, HoldPoint]:
    """Three lists in one answer: each row holds a posting with an entry of its roster, an exception, or a hold."""
    parts = union_all(*(select(literal(part).label("part")) for part in range(3))).subquery()
    return (
        select(Posting, Roster, PostingException, HoldPoint)
        .select_from(parts)
        .outerjoin(Posting, and_(parts.c.part == 0, Posting.entrustment_id.in_(ids)))
        .outerjoin(Roster, Roster.posting_id == Posting.id)
        .outerjoin(PostingException, and_(parts.c.part == 1, PostingException.entrustment_id.in_(ids)))
        .outerjoin(
            HoldPoint, and_(parts.c.part == 2, HoldPoint.entrustment_id.in_(ids), HoldPoint.state == HOLD_POINT.initial)
        )
        .order_by(Posting.id.desc(), Roster.id, PostingException.id.desc(), HoldPoint.id)
    )


def _days(first: date, last: date) -> list[date]:
    return [first + DAY * number for number in range((last - first).days + 1)]
