"""Restarts of production: read, each with what was verified and reported before it."""

from pydantic import Field

from portal.api.readings import OfEntrustment
from portal.api.shapes import Day, Id, Page, Shape
from portal.api.shelves import shelve
from portal.records.restart import Restart
from workflows.scopes import Scope
from workflows.words import N_


class RestartShape(Shape):
    """What the manufacturer verified and reported before it made a product again after a standstill."""

    id: Id
    version: int
    entrustment_id: Id
    product_id: Id
    product_name: str
    site: str
    idle_since: Day
    verified_on: Day
    verification: str
    file_id: Id
    reported_on: Day
    reported_to: str
    report: str = Field(description=N_("Number of the letter or its receipt."))


class Restarts(Page):
    items: list[RestartShape]


shelve(
    Restart,
    "/restarts",
    Scope.BATCHES_READ,
    many=("restarts", Restarts, "List restarts of production after a standstill."),
    one=("restart", RestartShape, "Read a restart of production."),
    turn=OfEntrustment,
)
