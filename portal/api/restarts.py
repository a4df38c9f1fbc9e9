"""Restarts of production: read, each with what was verified and reported before it."""

from uuid import UUID

from pydantic import Field
from sqlalchemy import select

from portal.api.desk import desk
from portal.api.finding import find_within, page_of, tagged
from portal.api.readings import OfEntrustment
from portal.api.shapes import Day, Given, Id, Page, Shape
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


@desk.door("/restarts", Scope.BATCHES_READ, gives=Restarts)
def list_restarts(query: OfEntrustment) -> Given:
    """List restarts of production after a standstill."""
    wanted = select(Restart)
    if query.entrustment_id:
        wanted = wanted.where(Restart.entrustment_id == query.entrustment_id)
    page, way = page_of(wanted, Restart, query, Restarts, RestartShape)
    return page, 200, way


@desk.door("/restarts/<uuid:restart_id>", Scope.BATCHES_READ, gives=RestartShape)
def read_restart(restart_id: UUID) -> Given:
    """Read a restart of production."""
    found = find_within(Restart, restart_id)
    return RestartShape.model_validate(found), 200, tagged(found)
