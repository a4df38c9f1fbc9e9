"""The two agreements: drawn up in versions, read as one document, signed by both sides."""

from portal.rooms.agreements.routes import room

__all__ = ["room"]
