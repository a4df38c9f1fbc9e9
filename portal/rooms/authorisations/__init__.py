"""Operators of the own plant: who is trained and authorised for which operations."""

from portal.rooms.authorisations.routes import room

__all__ = ["room"]
