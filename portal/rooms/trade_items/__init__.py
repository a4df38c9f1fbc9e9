"""Device identifiers: what each product is labelled with, at each level of packaging."""

from portal.rooms.trade_items.routes import room

__all__ = ["room"]
