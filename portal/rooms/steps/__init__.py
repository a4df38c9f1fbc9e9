"""Labels of a batch: printed with their data carrier, counted after use, reconciled before the release."""

from portal.rooms.steps.routes import room

__all__ = ["room"]
