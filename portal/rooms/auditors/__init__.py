"""Who of the own house is competent to audit, and what proves it."""

from portal.rooms.auditors.routes import room

__all__ = ["room"]
