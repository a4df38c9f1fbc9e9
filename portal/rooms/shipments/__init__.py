"""Packing and distribution: what lies in which package, where it went, and who had it last."""

from portal.rooms.shipments.routes import room

__all__ = ["room"]
