"""What one is told: the moves and events of one's entrustments that are one's business."""

from portal.rooms.notices.routes import room

__all__ = ["room"]
