"""Files of a plant: sent, understood, read into the record, and what became of each row."""

from portal.rooms.intakes import columns, settling
from portal.rooms.intakes.routes import room

__all__ = ["columns", "room", "settling"]
