"""Endings: the checklist of an entrustment's end, settled point by point and signed by both sides."""

from portal.rooms.endings import lines  # noqa: F401  it hangs its doors on the room
from portal.rooms.endings.routes import room

__all__ = ["room"]
