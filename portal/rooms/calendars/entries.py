"""What stands in somebody's calendar: gathered in a query for each kind, from what they may see at this moment."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, Protocol
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import or_, select

from agreements.renewals import renewal_days
from portal.db import CHINA, session, today
from portal.facts.duties import is_mine
from portal.facts.supervision import Supervision, supervisions
from portal.records.audit import Audit
from portal.records.duty import Duty
from portal.records.entrustment import Entrustment, Exhibit
from portal.records.evidence import ProductionLicence, RegistrationCertificate
from portal.records.meeting import Meeting
from portal.records.resident import Posting
from portal.tenancy import Participation
from portal.wording import in_language, last_day, said
from workflows.attendance import PLANS
from workflows.engine import Side, Source
from workflows.meeting import MEET
from workflows.powers import Power
from workflows.words import N_

DAY = timedelta(days=1)
# Each kind with what one must be able to read for it.
KINDS = {
    "duty": (N_("Duties"), Power.DUTY_READ),
    "window": (N_("Renewals"), Power.EVIDENCE_READ),
    "audit": (N_("Audits"), Power.AUDIT_READ),
    "meeting": (N_("Meetings of the representatives"), Power.AGREEMENT_READ),
    "roster": (N_("Rosters of residents"), Power.POSTING_READ),
}


class Reader(Protocol):
    @property
    def organisation_id(self) -> UUID: ...
    @property
    def powers(self) -> frozenset[Power]: ...


@dataclass(frozen=True, slots=True)
class Entry:
    """``what`` on the days from ``first`` to ``last``, or ``at`` a moment; ``uid`` stays the same however it moves.

    ``number`` names the record to anybody, ``name`` inside the portal alone.  ``mine``: the reader's house has to act.
    ``last_event_id`` is the event that last told of it.
    """

    kind: str
    uid: str
    first: date
    last: date
    what: str
    page: tuple[str, dict[str, Any]]
    last_event_id: UUID
    entrustment: Entrustment | None = None
    at: datetime | None = None
    number: str = ""
    name: str = ""
    sources: tuple[Source, ...] = ()
    provisional: bool = False
    mine: bool = False
    settled: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """Which days, of which kind and in which entrustment; of every one where none is named."""

    first: date
    last: date
    kind: str = ""
    within: UUID | None = None


@dataclass
class _Known:
    """The entrustments that the reader's house takes part in today, and on which side."""

    entrustments: dict[UUID, Entrustment] = field(default_factory=dict)
    sides: dict[UUID, Side] = field(default_factory=dict)


def my_entrustments(reader: Reader) -> _Known:
    wanted = (
        select(Entrustment, Participation.side)
        .join(Participation, Participation.entrustment_id == Entrustment.id)
        .where(Participation.organisation_id == reader.organisation_id, Participation.since <= today())
        .where(or_(Participation.until.is_(None), Participation.until >= today()))
        .order_by(Entrustment.id)
    )
    found = _Known()
    for entrustment, side in session.execute(wanted):
        found.entrustments[entrustment.id], found.sides[entrustment.id] = entrustment, Side(side)
    return found


def entries(reader: Reader, scope: Scope, known: _Known | None = None) -> list[Entry]:
    """By day; what lasts longer comes first."""
    mine = known or my_entrustments(reader)
    asked = [kind for kind, (_label, power) in KINDS.items() if power in reader.powers and scope.kind in ("", kind)]
    found = [each for kind in asked for each in _GATHER[kind](reader, scope, mine)]
    kept = [each for each in found if each.first <= scope.last and each.last >= scope.first]
    return sorted(kept, key=lambda each: (each.first, each.first - each.last, each.kind, each.what))


def _duties(reader: Reader, scope: Scope, known: _Known) -> Iterator[Entry]:
    since, until = (datetime.combine(day, time.min, CHINA) for day in (scope.first, scope.last + 2 * DAY))
    wanted = select(Duty).where(Duty.due_at >= since, Duty.due_at < until, Duty.lapsed_at.is_(None))
    for duty in session.scalars(_within(wanted, Duty, scope)):
        due, about = duty.due_at, duty.entrustment_id
        if due is None or (about not in known.sides if about else duty.owner_id != reader.organisation_id):
            continue
        on = last_day(due)
        yield Entry(
            kind="duty",
            uid=str(duty.id),
            first=on,
            last=on,
            at=due if duty.under.counts_hours else None,
            what=in_language(duty.under.title_zh, duty.under.title_en),
            page=("duties.show", {"duty_id": duty.id}),
            last_event_id=duty.last_event_id,
            entrustment=known.entrustments[about] if about else None,
            sources=duty.under.sources,
            provisional=duty.provisional,
            mine=duty.is_open and is_mine(duty, known.sides[about] if about else None),
            settled=not duty.is_open,
        )


def _audits(_reader: Reader, scope: Scope, known: _Known) -> Iterator[Entry]:
    wanted = select(Audit).where(Audit.starts_on <= scope.last, Audit.ends_on >= scope.first)
    for audit in session.scalars(_within(wanted.where(Audit.cancelled_at.is_(None)), Audit, scope)):
        yield Entry(
            kind="audit",
            uid=str(audit.id),
            first=audit.starts_on,
            last=audit.ends_on,
            what=gettext("Audit"),
            number=audit.number,
            name=audit.site,
            page=("audits.show", {"audit_id": audit.id}),
            last_event_id=audit.last_event_id,
            entrustment=known.entrustments.get(audit.entrustment_id),
            mine=audit.concluded_at is None,
            settled=audit.concluded_at is not None,
        )


def _meetings(_reader: Reader, scope: Scope, known: _Known) -> Iterator[Entry]:
    """What both sides agreed to come to; once it was held, their minutes stand there."""
    wanted = select(Meeting).where(Meeting.meets_on >= scope.first, Meeting.meets_on <= scope.last)
    for meeting in session.scalars(_within(wanted.where(Meeting.cancelled_at.is_(None)), Meeting, scope)):
        yield Entry(
            kind="meeting",
            uid=str(meeting.id),
            first=meeting.meets_on,
            last=meeting.meets_on,
            what=gettext("Meeting of the representatives"),
            number=meeting.number,
            name=meeting.place,
            page=("meetings.show", {"meeting_id": meeting.id}),
            last_event_id=meeting.last_event_id,
            entrustment=known.entrustments.get(meeting.entrustment_id),
            sources=(MEET,),
            mine=meeting.held_at is None,
            settled=meeting.held_at is not None,
        )


def _rosters(_reader: Reader, scope: Scope, known: _Known) -> Iterator[Entry]:
    about = [each for each in known.entrustments if scope.within in (None, each)]
    for entrustment_id, watched in (supervisions(about) if about else {}).items():
        for posting in watched.postings:
            yield from _planned(posting, watched, scope, known.entrustments[entrustment_id])


def _planned(posting: Posting, watched: Supervision, scope: Scope, within: Entrustment) -> Iterator[Entry]:
    """Day by day, since a later entry outweighs an earlier one; days of the same entry are put together again."""
    began: tuple[date, Any] | None = None
    day = max(scope.first, posting.since)
    last = min(scope.last, posting.until)
    while day <= last + DAY:
        counts = day <= last and posting.counts_on(day)
        planned = watched.planned_on(posting, day) if counts else None
        if began and began[1] is not planned:
            yield _rostered(posting, began[1], began[0], day - DAY, within)
            began = None
        if planned and not began:
            began = day, planned
        day += DAY


def _rostered(posting: Posting, entry: Any, first: date, last: date, within: Entrustment) -> Entry:
    return Entry(
        kind="roster",
        uid=f"{entry.id}-{first}",
        first=first,
        last=last,
        what=gettext("Resident: %(plan)s", plan=said(PLANS[entry.plan])),
        name=posting.person_name,
        page=("residents.listing", {"entrustment_id": within.id}),
        last_event_id=entry.last_event_id,
        entrustment=within,
    )


def _windows(reader: Reader, scope: Scope, known: _Known) -> Iterator[Entry]:
    """One's own papers at home, the partner's as they are shown; a paper shown in several places stands here once."""
    if scope.within is None:
        for kind in (ProductionLicence, RegistrationCertificate):
            papers: Any = session.scalars(select(kind).where(kind.retired_on.is_(None)))
            key = f"{kind.__tablename__}_id"
            for paper in papers:
                of_it = partial(
                    Entry,
                    kind="window",
                    number=paper.number,
                    last_event_id=paper.last_event_id,
                    mine=True,
                    page=(f"evidence.{kind.__tablename__}", {key: paper.id}),
                )
                yield from _renewal(kind.exhibit, str(paper.id), paper.valid_until, of_it)
    told: set[UUID] = set()
    shown = select(Exhibit).where(Exhibit.kind.in_(("licence", "certificate")), Exhibit.withdrawn_at.is_(None))
    for exhibit in session.scalars(_within(shown, Exhibit, scope).order_by(Exhibit.id)):
        within, until = known.entrustments.get(exhibit.entrustment_id), exhibit.facts.get("valid_until")
        own = exhibit.owner_id == reader.organisation_id and scope.within is None
        if within is None or within.where.final or own or exhibit.subject_id in told or not until:
            continue
        told.add(exhibit.subject_id)
        of_it = partial(
            Entry,
            kind="window",
            number=str(exhibit.facts.get("number") or ""),
            last_event_id=exhibit.last_event_id,
            mine=exhibit.owner_id == reader.organisation_id,
            entrustment=within,
            page=("entrustments.exhibits", {"entrustment_id": within.id}),
        )
        yield from _renewal(exhibit.kind, str(exhibit.subject_id), date.fromisoformat(until), of_it)


def _renewal(paper: str, uid: str, until: date, of_it: Callable[..., Entry]) -> Iterator[Entry]:
    for day in renewal_days(paper, until):
        yield of_it(
            uid=f"{uid}-{day.name}",
            first=day.on,
            last=day.on,
            what=said(day.says),
            sources=day.sources,
            provisional=day.provisional,
        )


def _within(wanted: Any, kind: Any, scope: Scope) -> Any:
    return wanted.where(kind.entrustment_id == scope.within) if scope.within else wanted


_GATHER: dict[str, Callable[[Reader, Scope, _Known], Iterable[Entry]]] = {
    "duty": _duties,
    "window": _windows,
    "audit": _audits,
    "meeting": _meetings,
    "roster": _rosters,
}
