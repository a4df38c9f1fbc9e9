"""Beginning the programme of a year."""

from sqlalchemy import select

from portal.acting import start
from portal.db import new_id, session
from portal.identity import Actor
from portal.records.audit import AuditProgramme
from portal.records.entrustment import Entrustment


def programme_of(entrustment: Entrustment, year: int) -> AuditProgramme | None:
    wanted = select(AuditProgramme).where(AuditProgramme.entrustment_id == entrustment.id, AuditProgramme.year == year)
    return session.scalars(wanted).first()


def begin_programme(entrustment: Entrustment, year: int, *, by: Actor) -> AuditProgramme:
    """Begin it with the audits that are planned in its year."""
    programme = AuditProgramme(id=new_id(), entrustment_id=entrustment.id, year=year)
    programme.draw_up()
    start(programme, "audit_programme.begun", actor=by)
    return programme
