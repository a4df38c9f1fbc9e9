"""Checklists of ends: read, each with its points."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.api.desk import desk
from portal.api.ending_shapes import Endings, EndingShape
from portal.api.finding import find_within, page_of, tagged
from portal.api.readings import OfEntrustment
from portal.api.shapes import Given
from portal.records.ending import Ending
from workflows.scopes import Scope


@desk.door("/endings", Scope.ENTRUSTMENTS_READ, gives=Endings)
def list_endings(query: OfEntrustment) -> Given:
    """List checklists of the end of entrustments."""
    wanted = select(Ending).options(selectinload(Ending.lines))
    if query.entrustment_id:
        wanted = wanted.where(Ending.entrustment_id == query.entrustment_id)
    page, way = page_of(wanted, Ending, query, Endings, EndingShape)
    return page, 200, way


@desk.door("/endings/<uuid:ending_id>", Scope.ENTRUSTMENTS_READ, gives=EndingShape)
def read_ending(ending_id: UUID) -> Given:
    """Read the checklist of the end of an entrustment."""
    found = find_within(Ending, ending_id)
    return EndingShape.model_validate(found), 200, tagged(found)
