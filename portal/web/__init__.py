"""What every room shares: doors that say who may open them, the ceremony of a move, and one way to fail."""

from portal.web.doors import Room, door_of, find, standing_side, witnessed, witnessed_each
from portal.web.errors import register_errors
from portal.web.forms import ProductForm, RecordForm, answer_of, options, three_way, three_way_of, tidy
from portal.web.frame import absolute, crumb, register_frame
from portal.web.guard import register_guard
from portal.web.kept import kept
from portal.web.logbook import register_logbook
from portal.web.moves import Ceremony, mend_for, ways_on
from portal.web.once import register_once

__all__ = [
    "Ceremony",
    "ProductForm",
    "RecordForm",
    "Room",
    "absolute",
    "answer_of",
    "crumb",
    "door_of",
    "find",
    "kept",
    "mend_for",
    "options",
    "register_errors",
    "register_frame",
    "register_guard",
    "register_logbook",
    "register_once",
    "standing_side",
    "three_way",
    "three_way_of",
    "tidy",
    "ways_on",
    "witnessed",
    "witnessed_each",
]
