"""Approved sources: which material of a product may come from which supplier, proposed and approved."""

from portal.rooms.approved_sources.routes import room

__all__ = ["room"]
