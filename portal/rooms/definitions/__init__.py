"""Definitions of product and process: drafted as a copy, written line by line, approved by both sides."""

from portal.rooms.definitions import lines  # noqa: F401  it hangs its doors on the room
from portal.rooms.definitions.routes import room

__all__ = ["room"]
