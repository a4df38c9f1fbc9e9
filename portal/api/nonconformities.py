"""Nonconformities: read, and raised by a machine."""

from uuid import UUID

from flask import g, url_for

from portal.api.desk import desk
from portal.api.finding import find_within, tagged
from portal.api.forms import insist_on, typed
from portal.api.proposals import NonconformityToRaise
from portal.api.readings import Nonconformities, NonconformityShape, NonconformityTurn
from portal.api.shapes import Given
from portal.api.shelves import shelve
from portal.records.batch import Batch, Nonconformity
from portal.rooms.nonconformities.forms import RaiseForm
from portal.rooms.nonconformities.raising import raise_against
from portal.web.deeds import insist, weigh_deed
from workflows.recording import RAISE
from workflows.scopes import Scope

shelve(
    Nonconformity,
    "/nonconformities",
    Scope.NONCONFORMITIES_READ,
    many=("nonconformities", Nonconformities, "List nonconformities."),
    one=("nonconformity", NonconformityShape, "Read a nonconformity."),
    turn=NonconformityTurn,
)


@desk.door(
    "/batches/<uuid:batch_id>/nonconformities",
    Scope.NONCONFORMITIES_PROPOSE,
    method="POST",
    gives=NonconformityShape,
    status=201,
    tag="nonconformities",
)
def raise_nonconformity(batch_id: UUID, json: NonconformityToRaise) -> Given:
    """Raise a nonconformity against a batch, which then waits until it is closed."""
    batch = find_within(Batch, batch_id)
    insist(weigh_deed(RAISE, batch.state, batch))
    given = json.model_dump() | {"serial_numbers": "\n".join(json.serial_numbers)}
    found = raise_against(batch, insist_on(RaiseForm(**typed(**given))), by=g.actor)
    where = {"Location": url_for("api.read_nonconformity", nonconformity_id=found.id)}
    return NonconformityShape.model_validate(found), 201, {**tagged(found), **where}
