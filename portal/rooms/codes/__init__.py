"""Codes of labels for anybody: the public page of a device, and the resolver of GS1 Digital Link."""

from portal.rooms.codes.routes import room

__all__ = ["room"]
