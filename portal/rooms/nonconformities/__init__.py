"""Nonconformities: raised by either party, decided, and closed by the registrant."""

from portal.rooms.nonconformities.routes import room

__all__ = ["room"]
