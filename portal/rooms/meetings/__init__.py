"""Meetings of the two management representatives: called by either side, minuted, and signed by both."""

from portal.rooms.meetings.routes import room

__all__ = ["room"]
