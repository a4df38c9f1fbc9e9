"""Materials of the own house: what each is, and what is asked of every lot of it."""

from portal.rooms.materials.routes import room

__all__ = ["room"]
