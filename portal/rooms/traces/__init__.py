"""Tracing: what is in this, where did that go, and what passed here then."""

from portal.rooms.traces.routes import room

__all__ = ["room"]
