"""Putting appointments, their amendments and their reports on record."""

from datetime import date
from typing import Any
from uuid import UUID

from portal.acting import start, tell
from portal.db import new_id
from portal.identity import Actor
from portal.records.appointment import Appointment
from portal.records.file import StoredFile
from workflows.appointment import AMEND, PREPARE, REPORT


def prepare(
    *,
    given: dict[str, Any],
    name: str,
    person_id: UUID | None,
    by: Actor,
    appointment_id: UUID | None = None,
    evidence: StoredFile | None = None,
) -> Appointment:
    """``given`` are the columns that were typed; ``person_id`` is there for somebody of the portal."""
    made = Appointment(id=appointment_id or new_id(), person_name=name, person_id=person_id, **given)
    made.evidence_id = evidence.id if evidence else None
    start(made, PREPARE.event, actor=by, also=[evidence] if evidence else None)
    return made


def amend(
    appointment: Appointment,
    *,
    given: dict[str, Any],
    name: str,
    person_id: UUID | None,
    by: Actor,
    evidence: StoredFile | None = None,
) -> None:
    """A new paper takes the place of the one before; without one, that stays."""
    for column, value in (given | {"person_name": name, "person_id": person_id}).items():
        setattr(appointment, column, value)
    if evidence:
        appointment.evidence_id = evidence.id
    tell(appointment, AMEND.event, actor=by, also=[evidence] if evidence else None)


def report(appointment: Appointment, *, reported_on: date, report_number: str, by: Actor) -> None:
    appointment.reported_on, appointment.report_number = reported_on, report_number
    tell(appointment, REPORT.event, actor=by)
