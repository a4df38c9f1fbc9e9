"""Postings: proposed, signed and ended by the registrant; read by both parties and the authorities."""

from portal.rooms.postings.routes import room

__all__ = ["room"]
