"""Exceptions from posting: asked for by the registrant, signed by its management representative, seen by everybody."""

from portal.rooms.exceptions.routes import room

__all__ = ["room"]
