"""Suppliers of the own house: who they are, how they were evaluated, and whether they may deliver."""

from portal.rooms.suppliers.routes import room

__all__ = ["room"]
