"""Audits of the entrusted manufacturer: planned, held by a fit team, reported, acknowledged."""

from portal.rooms.audits.routes import room

__all__ = ["room"]
