"""The yearly self-inspection report: drawn from the records, written, signed, filed, and ready to print."""

from portal.rooms.self_inspections.routes import room

__all__ = ["room"]
