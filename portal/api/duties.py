"""Duties: read, with the moment they are due and how they stand."""

from uuid import UUID

from sqlalchemy import select

from portal.api.desk import desk
from portal.api.finding import find_within, page_of, tagged
from portal.api.readings import Duties, DutyShape, OfEntrustment
from portal.api.shapes import Given
from portal.records.duty import Duty
from workflows.scopes import Scope


@desk.door("/duties", Scope.DUTIES_READ, gives=Duties)
def list_duties(query: OfEntrustment) -> Given:
    """List duties."""
    wanted = select(Duty)
    if query.entrustment_id:
        wanted = wanted.where(Duty.entrustment_id == query.entrustment_id)
    page, way = page_of(wanted, Duty, query, Duties, DutyShape)
    return page, 200, way


@desk.door("/duties/<uuid:duty_id>", Scope.DUTIES_READ, gives=DutyShape)
def read_duty(duty_id: UUID) -> Given:
    """Read a duty."""
    found = find_within(Duty, duty_id)
    return DutyShape.model_validate(found), 200, tagged(found)
