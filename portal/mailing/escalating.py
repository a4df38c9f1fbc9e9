"""Duties that near their end or have passed it: each step is told once, to the house that it is told to."""

from collections.abc import Collection, Iterator
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from agreements.escalation import AHEAD, Step, steps_at
from portal import ledger
from portal.db import now, reading, session, unit_of_work
from portal.founding import Operator
from portal.notices import about_duty, owing
from portal.records.duty import OPEN, Duty
from portal.records.notice import Notice
from portal.records.organisation import Organisation
from portal.tenancy import acting_for, side_in
from workflows.hearing import PARTIES
from workflows.words import N_

ESCALATION = "escalation"
WATCH = N_("watch over deadlines")


class _Due(NamedTuple):
    duty_id: UUID
    step: Step
    once: str


def escalate(house: UUID) -> None:
    """Tell the people of a house of every step that has come for a duty of its entrustments, or of its own."""
    with acting_for(house), reading():
        come = list(_come(house))
        told = told_once(ESCALATION, {each.duty_id for each in come})
    for each in come:
        if any(f"{each.once} {whom}" in told for whom in each.step.whom):
            continue
        try:
            with acting_for(house), unit_of_work():
                _tell(house, each)
        except (IntegrityError, StaleDataError):  # another worker has just told it, or somebody has just met the duty
            continue


def _come(house: UUID) -> Iterator[_Due]:
    at = now()
    for duty in session.scalars(select(Duty).where(OPEN, Duty.due_at <= at + AHEAD).order_by(Duty.due_at)):
        about = duty.entrustment_id
        if duty.due_at is None or (side_in(about) not in PARTIES if about else duty.owner_id != house):
            continue
        named = "owing" if house in owing(duty) else "other"
        counts = {"started_at": duty.started_at, "due_at": duty.due_at}
        for step in steps_at(at, **counts, counts_hours=duty.under.counts_hours):
            if step.side == named:
                yield _Due(duty.id, step, f"{duty.id} {duty.due_at:%Y-%m-%dT%H:%M:%S} {step.id} {house}")


def told_once(kind: str, about: Collection[UUID]) -> set[str | None]:
    """The keys of what was told of these; its own notices a house sees."""
    asked = select(Notice.once).where(Notice.kind == kind, Notice.about_id.in_(about))
    return set(session.scalars(asked)) if about else set()


def _tell(house: UUID, due: _Due) -> None:
    """Where the other side is told, the ledger of the entrustment says so."""
    duty, step = session.get(Duty, due.duty_id), due.step
    if duty is None or not duty.is_open:
        return
    event_id = None
    if step.side == "other":
        name = session.get_one(Organisation, house).name
        by = Operator(house, house, name, name=WATCH)
        event_id = ledger.write(duty, "duty.escalated", by=by, told={"step": step.id}).event_id
    for whom in step.whom:
        session.add(
            about_duty(
                duty,
                ESCALATION,
                house,
                whom,
                at=now(),
                event_id=event_id,
                by_id=house,
                detail=step.id,
                urgent=step.urgent or duty.under.counts_hours,
                once=f"{due.once} {whom}",
            )
        )
