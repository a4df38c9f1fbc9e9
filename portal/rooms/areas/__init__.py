"""Rooms and clean areas of the own plant, on the map of its licensed site, and what is read of their air."""

from portal.rooms.areas import environment  # noqa: F401  it hangs its doors on the room
from portal.rooms.areas.routes import room

__all__ = ["room"]
