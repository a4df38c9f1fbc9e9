"""Checklists of ends: read, each with its points."""

from sqlalchemy.orm import selectinload

from portal.api.ending_shapes import Endings, EndingShape
from portal.api.readings import OfEntrustment
from portal.api.shelves import shelve
from portal.records.ending import Ending
from workflows.scopes import Scope

shelve(
    Ending,
    "/endings",
    Scope.ENTRUSTMENTS_READ,
    many=("endings", Endings, "List checklists of the end of entrustments."),
    one=("ending", EndingShape, "Read the checklist of the end of an entrustment."),
    turn=OfEntrustment,
    along=[selectinload(Ending.lines)],
)
