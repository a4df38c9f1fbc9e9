"""Scanning: one field that finds whatever a code or a number names."""

from portal.rooms.scans.routes import room

__all__ = ["room"]
