"""Equipment and measuring instruments of the own plant, and what proves that they may be used."""

from portal.rooms.machines.routes import room

__all__ = ["room"]
