"""Notices, written in the transaction of the event that causes them; the worker sends them on."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.db import session
from portal.identity.system import Doer
from portal.ledger import Told
from portal.records.duty import Duty
from portal.records.entrustment import Entrustment
from portal.records.notice import Notice
from workflows.engine import Side
from workflows.hearing import HAPPENED, PARTIES, hearings
from workflows.powers import Power

DUTY = "duty"


def tell(subject: Any, event: str, happened: Told, *, actor: Doer, moved: bool, duties: Iterable[Duty] = ()) -> None:
    """Tell both houses of an event in their entrustment: whose move it is now, what they owe from now on."""
    entrustment = _entrustment_of(subject)
    if entrustment is None:
        return
    houses = _houses(entrustment)
    side = next(each for each, house in houses.items() if house == actor.organisation_id)
    lifecycle = subject.lifecycle if moved else None
    for each in hearings(event, lifecycle, subject.state, about=subject, side=side, powers=actor.powers):
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


def tell_of_duties(duties: Iterable[Duty], happened: Told, *, actor: Doer) -> None:
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


def owing(duty: Duty) -> list[UUID]:
    """The house that owes it, or both; nobody where a house owes it itself, which reads it on its own first page."""
    if duty.entrustment_id is None:
        return []
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
