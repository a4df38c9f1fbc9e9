"""The process record of a batch: its steps, its readings, its results, and each recording that told of them."""

from portal.rooms.steps import results  # noqa: F401  it hangs its door on the room
from portal.rooms.steps.routes import room

__all__ = ["room"]
