"""The authority's lens: the inspectors' own focus lists, across the pair, and everything to take away."""

from portal.rooms.authority.routes import room

__all__ = ["room"]
