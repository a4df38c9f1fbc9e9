"""Hold points: set by the registrant's people, lifted by the resident at the site."""

from portal.rooms.holds.routes import room

__all__ = ["room"]
