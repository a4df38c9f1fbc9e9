"""The first page: what waits for me, by when, and what I wait for."""

from portal.rooms.home.routes import room

__all__ = ["room"]
