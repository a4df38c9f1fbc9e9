"""Packing and distribution: the packages and movements of an entrustment, new ones, and where a thing is."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.facts import ground_of
from portal.lineage.knowing import folios_of
from portal.lineage.overview import overview
from portal.making.recording import put_on_record
from portal.records.entrustment import Entrustment
from portal.records.lineage import Node
from portal.rooms.shipments.forms import ActForm, MovingForm, PackingForm
from portal.rooms.shipments.naming import parties
from portal.rooms.shipments.reading import inside, lies_in, moved_in, moves_of, packages_in
from portal.web import Room, crumb, find, standing_side
from portal.web.between import between
from portal.web.frame import home_crumb
from portal.web.things import thing_at
from workflows.engine import Side
from workflows.lineage import THINGS, Thing
from workflows.powers import Power

room = Room("shipments", __name__)
ONE_BY_ONE = frozenset({Thing.UNIT, Thing.PACKAGE})


@room.get("/entrustments/<uuid:entrustment_id>/shipments", power=Power.TRACE_READ)
def listing(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    return render_template(
        "shipments/listing.html",
        **_beside(entrustment),
        entrustment=entrustment,
        packages=packages_in(entrustment.id),
        moved=moved_in(entrustment.id),
        may_tell=g.actor.may(Power.BATCH_RECORD) and standing_side(entrustment) is Side.MANUFACTURER,
    )


@room.route("/entrustments/<uuid:entrustment_id>/packing", methods=("GET", "POST"), power=Power.BATCH_RECORD)
def pack(entrustment_id: UUID) -> ResponseReturnValue:
    return _tell(entrustment_id, PackingForm(), gettext("Pack or unpack"))


@room.route("/entrustments/<uuid:entrustment_id>/shipments/new", methods=("GET", "POST"), power=Power.BATCH_RECORD)
def move(entrustment_id: UUID) -> ResponseReturnValue:
    return _tell(entrustment_id, MovingForm(), gettext("Ship, arrive or return"))


@room.get("/whereabouts/<uuid:node_id>", power=Power.TRACE_READ)
def whereabouts(node_id: UUID) -> ResponseReturnValue:
    node = thing_at(node_id)
    alone = node.kind in ONE_BY_ONE
    return render_template(
        "shipments/whereabouts.html",
        crumbs=[
            home_crumb(),
            crumb(gettext("Trace"), "traces.find"),
            crumb(node.code, "traces.show", node_id=node_id),
            crumb(gettext("Where it is")),
        ],
        node=node,
        kinds=THINGS,
        moves=moves_of(node) if alone else [],
        around=lies_in(node) if alone else [],
        inside=inside(node),
        alone=alone,
        holders=[]
        if alone
        else [(party.code if party else None, many) for party, many in overview(node).holders.items()],
    )


def _holders(node: Node) -> list[tuple[str | None, int]]:
    """How many single devices of it each consignee was the last to get; None for those that never left."""
    return [(party.code if party else None, many) for party, many in overview(node).holders.items()]


def _tell(entrustment_id: UUID, form: ActForm, here: str) -> ResponseReturnValue:
    """Put the act on record; what cannot have happened is said beside what was typed, and nothing is written."""
    entrustment = find(Entrustment, entrustment_id, side=Side.MANUFACTURER)
    g.back_url = url_for("shipments.listing", entrustment_id=entrustment_id)
    if form.validate_on_submit():
        outcome = put_on_record([form.act], entrustment_id=entrustment.id, by=g.actor)
        if not outcome.faults:
            told = gettext("It is on record.") if outcome.recorded else gettext("It was on record already.")
            flash(told)
            return redirect(g.back_url)
        form.refuse(outcome.faults)
    page = render_template(
        "shipments/tell.html",
        **_beside(entrustment, crumb(here)),
        entrustment=entrustment,
        form=form,
        here=here,
        parties=parties(each.number for each in folios_of(entrustment.id)),
        back_url=g.back_url,
    )
    return page, 422 if form.is_submitted() else 200


def _beside(entrustment: Entrustment, *more: tuple[str, str | None]) -> dict[str, Any]:
    here = crumb(gettext("Packages and shipments"), "shipments.listing", entrustment_id=entrustment.id)
    return {"crumbs": [home_crumb(), here, *more], "between": between(entrustment, ground_of(entrustment))}
