from portal.rooms.verdicts.routes import room

__all__ = ["room"]
