"""Findings of audits: raised, answered by the manufacturer, closed by the registrant when there is evidence."""

from portal.rooms.audit_findings.routes import room

__all__ = ["room"]
