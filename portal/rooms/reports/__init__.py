"""Daily reports: written by the resident on a phone, signed at the end of the day, read by both parties."""

from portal.rooms.reports import observing  # noqa: F401  it hangs doors
from portal.rooms.reports.routes import room

__all__ = ["room"]
