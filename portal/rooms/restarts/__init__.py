"""Restarts: what stands still, and what the manufacturer verified and reported before it makes it again."""

from portal.rooms.restarts.routes import room

__all__ = ["room"]
