"""Batches: opened, recorded, released by the manufacturer, reviewed and released by the registrant."""

from portal.rooms.batches.routes import room

__all__ = ["room"]
