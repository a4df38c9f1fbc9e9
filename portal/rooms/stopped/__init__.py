"""What was sent and could not be gone through: a person has it taken up again, or gives it up."""

from portal.rooms.stopped.routes import room

__all__ = ["room"]
