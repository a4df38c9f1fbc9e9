"""The authority's lens: the inspectors' own focus lists, across the pair, and everything to take away."""

from portal.rooms.authority import houses  # noqa: F401  it hangs its door on the room
from portal.rooms.authority.routes import room

__all__ = ["room"]
