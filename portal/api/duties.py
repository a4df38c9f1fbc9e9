"""Duties: read, with the moment they are due and how they stand."""

from portal.api.readings import Duties, DutyShape, OfEntrustment
from portal.api.shelves import shelve
from portal.records.duty import Duty
from workflows.scopes import Scope

shelve(
    Duty,
    "/duties",
    Scope.DUTIES_READ,
    many=("duties", Duties, "List duties."),
    one=("duty", DutyShape, "Read a duty."),
    turn=OfEntrustment,
)
