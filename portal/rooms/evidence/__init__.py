from portal.rooms.evidence.routes import room

__all__ = ["room"]
