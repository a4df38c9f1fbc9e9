from portal.rooms.products.routes import room

__all__ = ["room"]
