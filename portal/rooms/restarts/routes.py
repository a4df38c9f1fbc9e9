"""Restarts of an entrustment: what stands still, what was filed, each record, and filing one."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.db import new_id, session, today
from portal.facts import Ground, ground_of
from portal.facts.standstill import Making, making_of
from portal.filing import NotAcceptable
from portal.ledger import row_hash
from portal.records.entrustment import Entrustment, Exhibit
from portal.records.restart import Restart
from portal.rooms.restarts.filing import file_restart
from portal.rooms.restarts.forms import RestartForm
from portal.web import Room, crumb, find
from portal.web.between import between, identity_of
from portal.web.deeds import insist, weigh_deed
from portal.web.frame import home_crumb
from portal.web.history import history_of, trail_of
from portal.web.uploads import taken_in
from portal.wording import said
from workflows.engine import Side
from workflows.powers import Power
from workflows.restart import FILE_RESTART, RESTART, RestartFacts

room = Room("restarts", __name__)


@room.get("/entrustments/<uuid:entrustment_id>/restarts", power=Power.BATCH_READ)
def listing(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    making = making_of(ground_of(entrustment))
    return render_template(
        "restarts/listing.html",
        **_inside(making.ground),
        entrustment=entrustment,
        products=[
            (each.facts["name"], making.last_made(each), each in _idle(making)) for each in making.ground.products
        ],
        restarts=making.restarts,
        may_file=weigh_deed(FILE_RESTART, _facts(making), entrustment).allowed,
        deed=FILE_RESTART,
        sources=RESTART,
    )


@room.route(
    "/entrustments/<uuid:entrustment_id>/restarts/new", methods=("GET", "POST"), power=Power.EVIDENCE_KEEP, upload=True
)
def create(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id, side=Side.MANUFACTURER)
    g.back_url = url_for("restarts.listing", entrustment_id=entrustment_id)
    making = making_of(ground_of(entrustment))
    insist(weigh_deed(FILE_RESTART, _facts(making), entrustment))
    idle, form = {str(each.subject_id): each for each in _idle(making)}, RestartForm()
    form.offer(
        {key: day for key, each in idle.items() if (day := making.last_made(each))},
        {key: each.facts["name"] for key, each in idle.items()},
    )
    if not form.validate_on_submit():
        return _page(form, making)
    made = new_id()
    try:
        about = {"subject_kind": Restart.__tablename__, "subject_id": made, "entrustment_id": entrustment_id}
        file = taken_in(form.file.data, **about)
    except NotAcceptable as wrong:
        form.file.errors = [said(wrong.says)]
        return _page(form, making)
    product = idle[form.product_id.data]
    last = making.last_made(product)
    file_restart(making, product, made, file, idle_since=last, by=g.actor, **form.given)
    flash(gettext("The restart is on record; batches may be opened again."))
    return redirect(url_for("restarts.show", restart_id=made))


@room.get("/restarts/<uuid:restart_id>", power=Power.BATCH_READ)
def show(restart_id: UUID) -> ResponseReturnValue:
    restart = find(Restart, restart_id)
    return render_template(
        "restarts/show.html",
        **_place(restart),
        restart=restart,
        sources=RESTART,
        events=history_of(restart),
        record_hash=row_hash(restart),
        trail_url=trail_of(restart),
    )


def _idle(making: Making) -> list[Exhibit]:
    """The products that a batch opened today would start again."""
    return [each for each in making.ground.products if making.idle_since(each, today())]


def _facts(making: Making) -> RestartFacts:
    return RestartFacts(
        entrustment_is_open=not making.ground.entrustment.where.final, standing_still=len(_idle(making))
    )


def _inside(ground: Ground, *more: tuple[str, str | None]) -> dict[str, Any]:
    entrustment = ground.entrustment
    batches = crumb(gettext("Batches"), "batches.listing", entrustment_id=entrustment.id)
    here = crumb(gettext("Restarts"), "restarts.listing", entrustment_id=entrustment.id)
    return {"crumbs": [home_crumb(), batches, here, *more], "between": between(entrustment, ground)}


def _place(restart: Restart) -> dict[str, Any]:
    """What the page of ``restart`` is drawn with."""
    label = gettext("Restart of %(product)s", product=restart.product_name)
    ground = ground_of(session.get_one(Entrustment, restart.entrustment_id))
    return _inside(ground, crumb(label)) | {"identity": identity_of(restart, label)}


def _page(form: RestartForm, making: Making) -> ResponseReturnValue:
    where = _inside(making.ground, crumb(gettext("File a restart")))
    page = render_template("restarts/create.html", **where, form=form, sources=RESTART, back_url=g.back_url)
    return page, 422 if form.is_submitted() else 200
