"""Changes: read, each with what both sides say of it."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.api.desk import desk
from portal.api.finding import find_within, page_of, tagged
from portal.api.readings import Changes, ChangeShape, OfEntrustment
from portal.api.shapes import Given
from portal.records.change import Change
from workflows.scopes import Scope


@desk.door("/changes", Scope.CHANGES_READ, gives=Changes)
def list_changes(query: OfEntrustment) -> Given:
    """List changes."""
    wanted = select(Change).options(selectinload(Change.assessments))
    if query.entrustment_id:
        wanted = wanted.where(Change.entrustment_id == query.entrustment_id)
    page, way = page_of(wanted, Change, query, Changes, ChangeShape)
    return page, 200, way


@desk.door("/changes/<uuid:change_id>", Scope.CHANGES_READ, gives=ChangeShape)
def read_change(change_id: UUID) -> Given:
    """Read a change."""
    found = find_within(Change, change_id)
    return ChangeShape.model_validate(found), 200, tagged(found)
