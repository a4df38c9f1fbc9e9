"""Change control: proposed by either side, weighed by both, decided by the registrant, proved, implemented."""

from portal.rooms.changes import proofs  # noqa: F401  it hangs its doors on the room
from portal.rooms.changes.routes import room

__all__ = ["room"]
