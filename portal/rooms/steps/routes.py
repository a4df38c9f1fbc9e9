"""The process record of a batch: what was done step by step, its readings, and taking back what was told wrongly."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal.db import session
from portal.facts import ground_of
from portal.facts.material_lots import lots_of_house
from portal.lineage.batchwise import Done, deeds_in, deeds_of, gathered, readings_of
from portal.lineage.undoing import Irrevocable, in_the_way, undo
from portal.making.charting import charts_of
from portal.making.recording import put_on_record
from portal.records.batch import Batch
from portal.records.definition import Definition, DefinitionStep
from portal.records.equipment import Area, Equipment
from portal.records.lineage import Recording
from portal.records.material_lot import MaterialLot
from portal.rooms.steps.forms import StepForm, UndoForm, form_for
from portal.tenancy import current_tenant, side_in
from portal.web import Room, crumb, find
from portal.web.between import between
from portal.web.deeds import insist, weigh_deed
from portal.web.faults import show_faults
from portal.web.frame import home_crumb
from workflows.engine import Side
from workflows.lineage import DEEDS, Deed
from workflows.powers import Power
from workflows.recording import RECORD, may_record
from workflows.words import N_

room = Room("steps", __name__)
ORIGINS = {
    "typed": N_("typed on a page"),
    "file": N_("from a file"),
    "request": N_("by the interface for programs"),
    "message": N_("from a message"),
}
MOST_READINGS = 5_000
MOST_CHOICES = 200


@room.get("/batches/<uuid:batch_id>/steps", power=Power.BATCH_READ)
def listing(batch_id: UUID) -> ResponseReturnValue:
    batch = find(Batch, batch_id)
    done = deeds_of(batch.id)
    return render_template(
        "steps/listing.html",
        **beside(batch),
        batch=batch,
        routing=_routing(batch, done),
        done=gathered(done),
        names={Deed(each): words for each, words in DEEDS.items()},
        may_record=may_record(batch.state) and RECORD.power in g.actor.powers and _is_maker(batch),
    )


@room.route("/batches/<uuid:batch_id>/steps/new", methods=("GET", "POST"), power=Power.BATCH_RECORD)
def create(batch_id: UUID) -> ResponseReturnValue:
    """One step, which ``?step=`` names by its position in the routing."""
    batch = find(Batch, batch_id, side=Side.MANUFACTURER)
    g.back_url = url_for("steps.listing", batch_id=batch.id)
    insist(weigh_deed(RECORD, batch.state, batch))
    step = _asked_step(batch)
    form = form_for(step)
    form.offer(*_choices())
    if form.validate_on_submit():
        outcome = put_on_record(
            [form.act(batch.number, str(step.position) if step else form.operation.data)],
            entrustment_id=batch.entrustment_id,
            by=g.actor,
        )
        if outcome.recorded is not None:
            flash(gettext("The step is on record."))
            return redirect(g.back_url)
        if outcome.known:
            flash(gettext("This is on record already; nothing was written."))
            return redirect(g.back_url)
        show_faults(form, [*outcome.faults, *outcome.questions])
    page = _page("steps/create.html", batch, form, title=step.name if step else gettext("A step"), step=step)
    return page, 422 if form.is_submitted() else 200


@room.get("/batches/<uuid:batch_id>/readings", power=Power.BATCH_READ)
def readings(batch_id: UUID) -> ResponseReturnValue:
    batch = find(Batch, batch_id)
    charts = charts_of(readings_of(batch.id, MOST_READINGS), definition_of(batch))
    here = crumb(gettext("Readings"))
    return render_template("steps/readings.html", **beside(batch, here), batch=batch, charts=charts)


@room.get("/recordings/<uuid:recording_id>", power=Power.BATCH_READ)
def show(recording_id: UUID) -> ResponseReturnValue:
    recording = find(Recording, recording_id)
    mine = recording.owner_id == current_tenant() and recording.entrustment_id is not None
    return render_template(
        "steps/show.html",
        crumbs=[home_crumb(), crumb(gettext("Trace"), "traces.find"), crumb(gettext("Recording"))],
        recording=recording,
        done=deeds_in(recording.number),
        names={Deed(each): words for each, words in DEEDS.items()},
        may_undo=mine and RECORD.power in g.actor.powers and recording.undone_at is None,
        origins=ORIGINS,
    )


@room.route("/recordings/<uuid:recording_id>/undo", methods=("GET", "POST"), power=Power.BATCH_RECORD, endpoint="undo")
def take_back(recording_id: UUID) -> ResponseReturnValue:
    recording = find(Recording, recording_id, side=Side.MANUFACTURER)
    if recording.owner_id != current_tenant():
        abort(404)
    g.back_url = url_for("steps.show", recording_id=recording.id)
    form, reasons = UndoForm(), in_the_way(recording)
    if reasons or not form.validate_on_submit():
        page = render_template(
            "steps/undo.html",
            crumbs=[home_crumb(), crumb(gettext("Recording"), "steps.show", recording_id=recording.id)],
            recording=recording,
            form=form,
            reasons=reasons,
            back_url=g.back_url,
        )
        return page, 409 if reasons else 422 if form.is_submitted() else 200
    try:
        undo(recording, by=g.actor, reason=form.reason.data)
    except Irrevocable:
        abort(409)
    flash(gettext("The recording is taken back; it stays readable."))
    return redirect(g.back_url)


def beside(batch: Batch, *more: tuple[str, str | None]) -> dict[str, Any]:
    return {
        "crumbs": [
            home_crumb(),
            crumb(gettext("Batches"), "batches.listing", entrustment_id=batch.entrustment_id),
            crumb(batch.number, "batches.show", batch_id=batch.id),
            crumb(gettext("Process record"), "steps.listing", batch_id=batch.id),
            *more,
        ],
        "between": between(batch.entrustment, ground_of(batch.entrustment)),
    }


def _page(template: str, batch: Batch, form: StepForm, **more: Any) -> str:
    where = beside(batch, crumb(gettext("Record a step")))
    return render_template(template, **where, batch=batch, form=form, back_url=g.back_url, **more)


def _routing(batch: Batch, done: Sequence[Done]) -> list[tuple[DefinitionStep, list[Done]]]:
    """Each step of the routing with what was done of it; nothing for a batch without one."""
    definition = definition_of(batch)
    steps = definition.standing("steps") if definition else []
    return [(step, [each for each in done if each.deed.step_id == step.id]) for step in steps]


def definition_of(batch: Batch) -> Definition | None:
    """In the books that are open now: those of an authority were closed when its look was written down."""
    return session.get(Definition, batch.definition_id) if batch.definition_id else None


def _asked_step(batch: Batch) -> DefinitionStep | None:
    """The step of the routing that the address names, or the first; a batch without a routing has none."""
    if batch.definition is None:
        return None
    steps: list[DefinitionStep] = batch.definition.standing("steps")
    asked = request.args.get("step") or str(steps[0].position)
    return next((each for each in steps if str(each.position) == asked), None) or abort(404)


def _choices() -> tuple[Sequence[Equipment], Sequence[Area], Sequence[MaterialLot]]:
    """The house's own equipment and rooms that are in use, and its accepted lots."""
    mine = current_tenant()
    machines = select(Equipment).where(Equipment.owner_id == mine, Equipment.state == "in_service")
    rooms = select(Area).where(Area.owner_id == mine, Area.state == "in_use")
    lots = lots_of_house().where(MaterialLot.state == "accepted").order_by(MaterialLot.number)
    return (
        session.scalars(machines.order_by(Equipment.number).limit(MOST_CHOICES)).all(),
        session.scalars(rooms.order_by(Area.number).limit(MOST_CHOICES)).all(),
        session.scalars(lots.limit(MOST_CHOICES)).unique().all(),
    )


def _is_maker(batch: Batch) -> bool:
    return side_in(batch.entrustment_id) is Side.MANUFACTURER
