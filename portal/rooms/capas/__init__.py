"""Corrective and preventive action: opened by either side, investigated, planned, carried out, judged from data."""

from portal.rooms.capas import steps  # noqa: F401  it hangs its doors on the room
from portal.rooms.capas.routes import room

__all__ = ["room"]
