"""Meetings of the two management representatives: read, each with its decisions and figures."""

from uuid import UUID

from sqlalchemy import select

from portal.api.desk import desk
from portal.api.finding import find_within, page_of, tagged
from portal.api.meeting_shapes import Meetings, MeetingShape
from portal.api.readings import OfEntrustment
from portal.api.shapes import Given
from portal.records.meeting import Meeting
from workflows.scopes import Scope


@desk.door("/meetings", Scope.AGREEMENTS_READ, gives=Meetings)
def list_meetings(query: OfEntrustment) -> Given:
    """List meetings of the representatives."""
    wanted = select(Meeting)
    if query.entrustment_id:
        wanted = wanted.where(Meeting.entrustment_id == query.entrustment_id)
    page, way = page_of(wanted, Meeting, query, Meetings, MeetingShape)
    return page, 200, way


@desk.door("/meetings/<uuid:meeting_id>", Scope.AGREEMENTS_READ, gives=MeetingShape)
def read_meeting(meeting_id: UUID) -> Given:
    """Read a meeting of the representatives."""
    found = find_within(Meeting, meeting_id)
    return MeetingShape.model_validate(found), 200, tagged(found)
