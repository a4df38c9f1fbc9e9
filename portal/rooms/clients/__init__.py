"""Machines that act for the organisation: registered, given keys, revoked."""

from portal.rooms.clients.routes import room

__all__ = ["room"]
