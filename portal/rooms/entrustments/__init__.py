from portal.rooms.entrustments import duties, exhibiting  # noqa: F401  they hang their doors on the room
from portal.rooms.entrustments.routes import room

__all__ = ["room"]
