"""The people of the own organisation: invited, given roles, deactivated, never deleted."""

from portal.rooms.people.routes import room

__all__ = ["room"]
