"""One calendar of duties, windows, audits and rosters, and the private feed of it."""

from portal.rooms.calendars.routes import room

__all__ = ["room"]
