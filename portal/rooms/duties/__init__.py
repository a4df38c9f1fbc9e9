"""Duties: what each side owes by when, what began it, and what shows that it is met."""

from portal.rooms.duties.routes import room

__all__ = ["room"]
