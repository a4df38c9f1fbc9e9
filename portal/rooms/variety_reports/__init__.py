"""The report of product varieties as a document: as it would be filed now, and as it was filed."""

from portal.rooms.variety_reports.routes import room

__all__ = ["room"]
