"""Key people: who holds which key post of the own house, by which letter, and what the law asks of them."""

from portal.rooms.appointments.routes import room

__all__ = ["room"]
