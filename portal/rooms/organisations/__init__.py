"""The own organisation: its entry, its sites, and who fills its functions."""

from portal.rooms.organisations.routes import room

__all__ = ["room"]
