"""Notices, written in the transaction of the event that causes them; the worker sends them on."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from agreements.clocks import midnight_after
from agreements.renewals import RenewalNews
from portal.db import CHINA, now, session
from portal.identity.system import Doer
from portal.ledger import Author, Told
from portal.records.duty import Duty
from portal.records.entrustment import Entrustment
from portal.records.notice import Notice
from workflows.engine import Side
from workflows.hearing import HAPPENED, PARTIES, hearings
from workflows.powers import Power

DUTY, WINDOW = "duty", "window"


def tell(subject: Any, event: str, happened: Told, *, actor: Doer, moved: bool, duties: Iterable[Duty] = ()) -> None:
    """Tell both houses of an event in their entrustment: whose move it is now, what they owe from now on.

    Of what happens in no entrustment a house is told what it owes itself from now on.
    """
    entrustment = _entrustment_of(subject)
    if entrustment is None:
        tell_of_duties(duties, happened, actor=actor)
        return
    houses = _houses(entrustment)
    side = next(each for each, house in houses.items() if house == actor.organisation_id)
    course = subject.course if moved else None
    for each in hearings(event, course, subject.state, about=subject, side=side, powers=actor.powers):
        session.add(
            Notice(
                for_id=houses[each.side],
                entrustment_id=entrustment.id,
                event_id=happened.event_id,
                at=happened.at,
                whom=each.power,
                by_id=actor.id,
                kind=each.kind,
                detail=event if each.kind == HAPPENED else each.detail,
                about_kind=subject.__tablename__,
                about_id=subject.id,
                name=subject.called,
                due_at=None,
                urgent=False,
                once=None,
                handed_on_at=None,
            )
        )
    tell_of_duties(duties, happened, actor=actor)


def tell_of_duties(duties: Iterable[Duty], happened: Told, *, actor: Author) -> None:
    """Whoever owes a duty that has just begun and has a day is told; urgently where its clock counts hours."""
    for duty in duties:
        if duty.is_open and duty.due_at is not None:
            for house in owing(duty):
                session.add(
                    about_duty(
                        duty, DUTY, house, Power.DUTY_KEEP, at=happened.at, event_id=happened.event_id, by_id=actor.id
                    )
                )


def about_duty(
    duty: Duty,
    kind: str,
    house: UUID,
    whom: str,
    *,
    at: datetime,
    event_id: UUID | None,
    by_id: UUID,
    detail: str | None = None,
    urgent: bool | None = None,
    once: str | None = None,
) -> Notice:
    """Somebody of ``house`` is told of a duty: that it began, or a step of its escalation, ``detail``."""
    return Notice(
        for_id=house,
        entrustment_id=duty.entrustment_id,
        event_id=event_id,
        at=at,
        whom=whom,
        by_id=by_id,
        kind=kind,
        detail=detail or duty.rule,
        about_kind=duty.__tablename__,
        about_id=duty.id,
        name=duty.rule,
        due_at=duty.due_at,
        urgent=duty.under.counts_hours if urgent is None else urgent,
        once=once,
        handed_on_at=None,
    )


def about_paper(paper: Any, news: RenewalNews) -> Notice:
    """Whoever keeps the papers of a house is told that one of them can be renewed, or could have been."""
    return Notice(
        for_id=paper.owner_id,
        entrustment_id=None,
        event_id=None,
        at=now(),
        whom=Power.EVIDENCE_KEEP,
        by_id=paper.owner_id,
        kind=WINDOW,
        detail=news.id,
        about_kind=paper.__tablename__,
        about_id=paper.id,
        name=paper.number,
        due_at=midnight_after(news.last_day, now().astimezone(CHINA)),
        urgent=news.is_late,
        once=f"{runs(paper.id, paper.valid_until)} {news.id}",
        handed_on_at=None,
    )


def runs(paper_id: UUID, until: date) -> str:
    """How the key begins under which everything is told of a paper that runs until then, once each."""
    return f"{paper_id} {until.isoformat()}"


def owing(duty: Duty) -> list[UUID]:
    """The house that owes it, or both; in no entrustment the one in whose books it stands."""
    if duty.entrustment_id is None:
        return [duty.owner_id]
    with session.no_autoflush:
        houses = _houses(session.get_one(Entrustment, duty.entrustment_id))
    return [house for side, house in houses.items() if duty.owes in (side, "both")]


def _entrustment_of(subject: Any) -> Entrustment | None:
    within = getattr(subject, "entrustment_id", None)
    if within is None or isinstance(subject, Entrustment):
        return subject if within else None
    with session.no_autoflush:
        return session.get(Entrustment, within)


def _houses(entrustment: Entrustment) -> dict[Side, UUID]:
    return dict(zip(PARTIES, (entrustment.registrant_id, entrustment.manufacturer_id), strict=True))
