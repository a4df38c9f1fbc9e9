"""The tracing desk: what a thing is made of and where it went, and what passed a place between two moments."""

from portal.rooms.traces import window  # noqa: F401  it hangs its doors on the room
from portal.rooms.traces.routes import room

__all__ = ["room"]
