"""Design transfer: a list confirmed item by item, training, trials of each step, signed by both sides."""

from portal.rooms.transfers import lines  # noqa: F401  it hangs its doors on the room
from portal.rooms.transfers.routes import room

__all__ = ["room"]
