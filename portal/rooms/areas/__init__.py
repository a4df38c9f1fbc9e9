"""Rooms and clean areas of the own plant, on the map of its licensed site."""

from portal.rooms.areas.routes import room

__all__ = ["room"]
