"""The residents of an entrustment: who is posted, which days are excepted, who was there when."""

from portal.rooms.residents import attending  # noqa: F401  it hangs doors
from portal.rooms.residents.routes import room

__all__ = ["room"]
