"""Lots of materials: received into quarantine, with their certificates and their inspection, accepted or rejected."""

from portal.rooms.material_lots import papers, pieces  # noqa: F401  they hang doors
from portal.rooms.material_lots.routes import room

__all__ = ["room"]
