from portal.rooms.files.routes import room

__all__ = ["room"]
