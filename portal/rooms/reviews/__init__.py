"""Yearly reviews of the quality agreement: begun by either side, judged and signed by both."""

from portal.rooms.reviews.routes import room

__all__ = ["room"]
