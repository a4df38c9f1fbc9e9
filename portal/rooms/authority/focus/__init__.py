"""The inspectors' focus lists, each point with what the record shows."""

from portal.rooms.authority.focus.points import shown_for

__all__ = ["shown_for"]
