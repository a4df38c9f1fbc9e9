"""Hold points of a batch: setting one, reading one, and its moves."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.facts import ground_of
from portal.facts.hold_points import hold_facts
from portal.records.batch import Batch
from portal.records.hold_point import HoldPoint
from portal.rooms.holds.forms import HoldForm
from portal.rooms.holds.setting import set_hold
from portal.web import Ceremony, Room, crumb, find, kept
from portal.web.between import between, identity_of
from portal.web.deeds import insist, weigh_deed
from portal.web.frame import home_crumb
from workflows.engine import Side
from workflows.hold_point import HOLD_POINT, SET
from workflows.powers import Power

room = Room("holds", __name__)


@room.route("/batches/<uuid:batch_id>/hold-points/new", methods=("GET", "POST"), power=Power.HOLD_SET)
def create(batch_id: UUID) -> ResponseReturnValue:
    batch = find(Batch, batch_id, side=Side.REGISTRANT)
    g.back_url = url_for("batches.show", batch_id=batch.id)
    decision = weigh_deed(SET, batch.state, batch)
    insist(decision)
    form = HoldForm()
    if not form.validate_on_submit():
        page = render_template(
            "holds/create.html",
            form=form,
            batch=batch,
            back_url=g.back_url,
            **_beside(batch, crumb(gettext("Set a hold point"))),
        )
        return page, 422 if form.is_submitted() else 200
    hold = set_hold(batch, form.step.data or None, form.because.data, decision, by=g.actor)
    flash(gettext("The hold point is set; only the resident at the site lifts it."))
    return redirect(url_for("holds.show", hold_point_id=hold.id))


@room.get("/hold-points/<uuid:hold_point_id>", power=Power.POSTING_READ)
def show(hold_point_id: UUID) -> ResponseReturnValue:
    hold = find(HoldPoint, hold_point_id)
    return render_template(
        "holds/show.html",
        **_place(hold),
        hold=hold,
        **kept(hold, _facts(hold)),
    )


def _beside(batch: Batch, *more: tuple[str, str | None]) -> dict[str, Any]:
    return {
        "crumbs": [
            home_crumb(),
            crumb(gettext("Batches"), "batches.listing", entrustment_id=batch.entrustment_id),
            crumb(batch.number, "batches.show", batch_id=batch.id),
            *more,
        ],
        "between": between(batch.entrustment, ground_of(batch.entrustment)),
        "identity": identity_of(batch, gettext("Batch %(number)s", number=batch.number)),
    }


def _place(hold: HoldPoint) -> dict[str, Any]:
    """What every page about ``hold`` is drawn with."""
    title = gettext("Hold point of batch %(number)s", number=hold.batch.number)
    here = crumb(gettext("Hold point"), "holds.show", hold_point_id=hold.id)
    return _beside(hold.batch, here) | {"identity": identity_of(hold, title)}


def _facts(hold: HoldPoint) -> Any:
    return hold_facts([hold], g.actor.id)[hold.id]


Ceremony(
    room=room,
    lifecycle=HOLD_POINT,
    kind=HoldPoint,
    key="hold_point_id",
    facts=_facts,
    leaf="holds/_leaf.html",
    place=_place,
    back="holds.show",
).hang("/hold-points/<uuid:hold_point_id>")
