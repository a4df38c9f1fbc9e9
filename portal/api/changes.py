"""Changes: read, each with what both sides say of it, and proposed by a machine."""

from uuid import UUID

from flask import g, url_for
from sqlalchemy.orm import selectinload

from portal.api.desk import desk
from portal.api.finding import find_within, tagged
from portal.api.forms import insist_on, typed
from portal.api.proposals import ChangeToPropose
from portal.api.readings import Changes, ChangeShape, OfEntrustment
from portal.api.shapes import Given
from portal.api.shelves import shelve
from portal.facts import ground_of, open_change
from portal.records.change import Change
from portal.records.entrustment import Entrustment
from portal.rooms.changes.forms import ProposalForm
from portal.web import standing_side
from portal.web.deeds import insist, weigh_deed
from workflows.changing import PROPOSE
from workflows.scopes import Scope

shelve(
    Change,
    "/changes",
    Scope.CHANGES_READ,
    many=("changes", Changes, "List changes."),
    one=("change", ChangeShape, "Read a change."),
    turn=OfEntrustment,
    along=[selectinload(Change.assessments)],
)


@desk.door(
    "/entrustments/<uuid:entrustment_id>/changes",
    Scope.CHANGES_PROPOSE,
    method="POST",
    gives=ChangeShape,
    status=201,
    tag="changes",
)
def propose_a_change(entrustment_id: UUID, json: ChangeToPropose) -> Given:
    """Propose a change, before it is made; people of both sides weigh it, and the registrant decides by signature."""
    entrustment = find_within(Entrustment, entrustment_id)
    insist(weigh_deed(PROPOSE, entrustment.state, entrustment))
    ground, form = ground_of(entrustment), ProposalForm(**typed(**json.model_dump()))
    form.offer(ground)
    given = insist_on(form).given(ground)
    change = open_change(entrustment, **given, side=standing_side(entrustment), by=g.actor)
    where = {"Location": url_for("api.read_change", change_id=change.id)}
    return ChangeShape.model_validate(change), 201, {**tagged(change), **where}
