"""Meetings of the two management representatives: read, each with its decisions and figures."""

from portal.api.meeting_shapes import Meetings, MeetingShape
from portal.api.readings import OfEntrustment
from portal.api.shelves import shelve
from portal.records.meeting import Meeting
from workflows.scopes import Scope

shelve(
    Meeting,
    "/meetings",
    Scope.AGREEMENTS_READ,
    many=("meetings", Meetings, "List meetings of the representatives."),
    one=("meeting", MeetingShape, "Read a meeting of the representatives."),
    turn=OfEntrustment,
)
