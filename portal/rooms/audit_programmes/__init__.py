"""Programmes: what the registrant audits in a year, approved only with one audit on site."""

from portal.rooms.audit_programmes.routes import room

__all__ = ["room"]
