"""Defects found after shipment: notified by the manufacturer, received and settled by the registrant."""

from portal.rooms.defects.routes import room

__all__ = ["room"]
