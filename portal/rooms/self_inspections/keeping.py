"""Drawing self-inspection reports up, writing them, and recording that one was filed."""

from datetime import date
from typing import Any

from sqlalchemy import select

from portal.acting import start, tell
from portal.db import new_id, now, session
from portal.facts.self_inspections import draw
from portal.identity import Actor
from portal.records.self_inspection import SelfInspection
from portal.tenancy import current_tenant
from workflows.self_inspection import AMEND, BEGIN, FILE


def report_of(year: int) -> SelfInspection | None:
    """The report of a year that was not withdrawn, if there is one."""
    wanted = select(SelfInspection).where(SelfInspection.owner_id == current_tenant(), SelfInspection.year == year)
    return session.scalars(wanted.where(SelfInspection.state != "withdrawn")).first()


def begin(year: int, *, by: Actor) -> SelfInspection:
    report = SelfInspection(id=new_id(), year=year)
    draw(report, at=now())
    start(report, BEGIN.event, actor=by)
    return report


def write(report: SelfInspection, given: dict[str, Any], *, by: Actor) -> None:
    """Keep what was written, and take the figures anew."""
    for part, text in given.items():
        setattr(report, part, text)
    draw(report, at=now())
    tell(report, AMEND.event, actor=by)


def file(report: SelfInspection, *, filed_on: date, filing_number: str, by: Actor) -> None:
    report.filed_on, report.filing_number = filed_on, filing_number
    tell(report, FILE.event, actor=by)
