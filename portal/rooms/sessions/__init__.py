"""Coming in, going out, and joining by invitation: doors that open before anybody is recognised."""

from portal.rooms.sessions.routes import room

__all__ = ["room"]
