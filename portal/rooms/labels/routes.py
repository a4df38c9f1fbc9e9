"""Runs of labels: the list of a batch, a new one, its count, its labels on paper and as PDF, and its move."""

from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Response, abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext
from sqlalchemy import select

from agreements.identifiers import Malformed
from portal.db import session, today
from portal.facts import ground_of
from portal.facts.trade_items import identifiers_of
from portal.pdf import as_pdf, is_possible
from portal.records.batch import Batch
from portal.records.label_run import LabelRun
from portal.records.trade_item import TradeItem
from portal.rooms.labels.drawing import AT_ONCE, common, labels
from portal.rooms.labels.forms import CountForm, PrintForm, title_of_count
from portal.rooms.labels.keeping import count as count_labels
from portal.rooms.labels.keeping import label_facts, put_on_record
from portal.web import Ceremony, Room, crumb, find, kept
from portal.web.between import between, identity_of
from portal.web.deeds import deeds_on, insist, weigh_deed
from portal.web.frame import home_crumb
from workflows.engine import Decision, Side
from workflows.labelling import COUNT, LABEL_RUN, PRINT, LabelFacts, PrintingFacts
from workflows.powers import Power
from workflows.trade_item import LEVELS

# What goes on the market in China is labelled in Chinese, whoever prints it.
LANGUAGE = "zh_Hans_CN"

room = Room("labels", __name__)


@room.get("/batches/<uuid:batch_id>/label-runs", power=Power.BATCH_READ)
def listing(batch_id: UUID) -> ResponseReturnValue:
    batch = find(Batch, batch_id)
    runs = session.scalars(select(LabelRun).where(LabelRun.batch_id == batch.id).order_by(LabelRun.id.desc()))
    return render_template(
        "labels/listing.html",
        **_beside(batch),
        batch=batch,
        runs=runs.unique().all(),
        levels=LEVELS,
        may_print=_weigh(batch, _in_use(batch)).allowed,
        deed=PRINT,
    )


@room.route("/batches/<uuid:batch_id>/label-runs/new", methods=("GET", "POST"), power=Power.BATCH_RECORD)
def create(batch_id: UUID) -> ResponseReturnValue:
    batch = find(Batch, batch_id, side=Side.MANUFACTURER)
    g.back_url = url_for("labels.listing", batch_id=batch.id)
    g.mend_ids = {"batch_id": batch.id, "entrustment_id": batch.entrustment_id}
    items = _in_use(batch)
    decision = _weigh(batch, items)
    insist(decision)
    form = PrintForm()
    form.begin(batch, items)
    if not form.validate_on_submit() or not form.is_printable():
        where = _beside(batch, crumb(gettext("Print labels")))
        page = render_template("labels/create.html", **where, batch=batch, form=form, back_url=g.back_url)
        return page, 422 if form.is_submitted() else 200
    run = put_on_record(batch, form.given, decision, by=g.actor)
    flash(gettext("The run %(number)s is on record; print its labels here.", number=run.number))
    return redirect(url_for("labels.show", label_run_id=run.id))


@room.get("/label-runs/<uuid:label_run_id>", power=Power.BATCH_READ)
def show(label_run_id: UUID) -> ResponseReturnValue:
    run = find(LabelRun, label_run_id)
    return render_template(
        "labels/show.html",
        **_place(run),
        run=run,
        levels=LEVELS,
        starts=[*range(1, run.quantity + 1, AT_ONCE)][:MOST_SHEETS],
        at_once=AT_ONCE,
        **_example(run),
        as_pdf=is_possible(),
        **kept(run, _facts(run), deeds=deeds_on(run, run.state, {"labels.count": COUNT})),
    )


@room.route("/label-runs/<uuid:label_run_id>/count", methods=("GET", "POST"), power=Power.BATCH_RECORD)
def count(label_run_id: UUID) -> ResponseReturnValue:
    run = find(LabelRun, label_run_id, side=Side.MANUFACTURER)
    g.back_url = url_for("labels.show", label_run_id=run.id)
    insist(weigh_deed(COUNT, run.state, run))
    form = CountForm.over(run)
    if not form.validate_on_submit():
        where = _place(run, crumb(title_of_count()))
        page = render_template("labels/count.html", **where, run=run, form=form, back_url=g.back_url)
        return page, 422 if form.is_submitted() else 200
    form.refuse_stale(run)
    changed = count_labels(run, form.counted, by=g.actor)
    flash(gettext("The count is on record.") if changed else gettext("Nothing differed, so nothing was written."))
    return redirect(g.back_url)


@room.get("/label-runs/<uuid:label_run_id>/labels", power=Power.BATCH_READ)
def sheet(label_run_id: UUID) -> ResponseReturnValue:
    """Labels for the printer of the browser: at most a hundred, from the one that ``?from=`` names."""
    return _sheet(find(LabelRun, label_run_id), linked=True)


@room.get("/label-runs/<uuid:label_run_id>/labels.pdf", power=Power.BATCH_READ)
def as_file(label_run_id: UUID) -> ResponseReturnValue:
    run = find(LabelRun, label_run_id)
    if not is_possible():
        abort(404)
    style = (Path(current_app.static_folder or "") / "label.css").read_text("utf-8")
    name = f"{run.number}-{_first(run)}.pdf"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(as_pdf(_sheet(run, linked=False), style), mimetype="application/pdf", headers=disposition)


def _sheet(run: LabelRun, *, linked: bool) -> str:
    """The labels; where the batch was amended so that none can be drawn any more, the reason in their place."""
    ground, first, problem = ground_of(run.batch.entrustment), _first(run), None
    try:
        drawn = list(labels(run, first, today()))
    except Malformed as wrong:
        drawn, problem = [], wrong.says
    with force_locale(LANGUAGE):
        given = {"labels": drawn, "problem": problem, "common": common(run, ground), "levels": LEVELS}
        return render_template("labels/labels.html", run=run, linked=linked, **given)


def _example(run: LabelRun) -> dict[str, Any]:
    try:
        return {"example": next(labels(run, 1, today())).text, "problem": None}
    except Malformed as wrong:
        return {"example": None, "problem": wrong.says}


def _first(run: LabelRun) -> int:
    """The label that the address names, or the first."""
    asked = request.args.get("from", "1")
    if not asked.isascii() or not asked.isdecimal() or len(asked) > 7 or not 1 <= int(asked) <= run.quantity:
        abort(404)
    return int(asked)


def _in_use(batch: Batch) -> list[TradeItem]:
    standing = identifiers_of(batch.entrustment_id)
    return [each for each in standing if each.product_id == batch.product_id and each.since]


def _weigh(batch: Batch, items: list[TradeItem]) -> Decision[PrintingFacts]:
    return weigh_deed(PRINT, PrintingFacts(batch.state, len(items)), batch)


def _beside(batch: Batch, *more: tuple[str, str | None]) -> dict[str, Any]:
    return {
        "crumbs": [
            home_crumb(),
            crumb(gettext("Batches"), "batches.listing", entrustment_id=batch.entrustment_id),
            crumb(batch.number, "batches.show", batch_id=batch.id),
            crumb(gettext("Labels"), "labels.listing", batch_id=batch.id),
            *more,
        ],
        "between": between(batch.entrustment, ground_of(batch.entrustment)),
        "identity": identity_of(batch, gettext("Labels of batch %(number)s", number=batch.number)),
    }


def _place(run: LabelRun, *more: tuple[str, str | None]) -> dict[str, Any]:
    """What every page about ``run`` is drawn with."""
    label = gettext("Labels %(number)s", number=run.number)
    here = crumb(run.number, "labels.show", label_run_id=run.id)
    return _beside(run.batch, here, *more) | {"identity": identity_of(run, label)}


def _facts(run: LabelRun) -> LabelFacts:
    return label_facts([run])[run.id]


MOST_SHEETS = 500

Ceremony(
    room=room,
    lifecycle=LABEL_RUN,
    kind=LabelRun,
    key="label_run_id",
    facts=_facts,
    leaf="labels/_leaf.html",
    place=_place,
    back="labels.show",
).hang("/label-runs/<uuid:label_run_id>")
