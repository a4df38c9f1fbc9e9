"""Gaps of a design transfer: noted by either side, closed by the side that owns them."""

from portal.rooms.transfer_gaps.routes import room

__all__ = ["room"]
