"""Hearings: the quarterly report of the management representative to the person in charge, and what was dispatched."""

from portal.rooms.hearings.routes import room

__all__ = ["room"]
