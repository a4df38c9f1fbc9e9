"""The ledger as its readers see it: streams, single events, and whether all of it still holds."""

from portal.rooms.trails.routes import room

__all__ = ["room"]
