"""The batch desk: what both sides see of a batch, and what each may write on it."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal import ledger
from portal.db import session, today
from portal.facts import Ground, batch_facts, binding, contents_of, ground_of
from portal.facts.standstill import making_of
from portal.filing import NotAcceptable
from portal.records.batch import Batch, BatchDocument
from portal.records.entrustment import Entrustment
from portal.records.hold_point import HoldPoint
from portal.rooms.batches.forms import FiguresForm, OpeningForm, PaperForm, ReviewForm
from portal.rooms.batches.opening import NumberTaken, decide_opening, open_batch
from portal.rooms.batches.places import DEEDS, crumbs_in, decided_on, place
from portal.rooms.batches.queries import FilterForm, by_state, page_of_batches, signatures_under
from portal.rooms.batches.recording import amend, file_paper, replaceable, review, reviews_of
from portal.web import Ceremony, Room, crumb, find, kept, mend_for
from portal.web.between import between
from portal.web.deeds import deeds_on, insist, weigh_deed
from portal.web.doors import witnessed_each
from portal.web.forms import options
from portal.web.frame import home_crumb
from portal.web.uploads import taken_in
from portal.wording import said
from workflows.batch import BATCH
from workflows.engine import Decision, Side, Transition
from workflows.opening import OPEN
from workflows.powers import Power
from workflows.recording import FILE, RECORD, REVIEW
from workflows.releasing import supervised

room = Room("batches", __name__)


@room.get("/batches", power=Power.BATCH_READ)
def everywhere() -> ResponseReturnValue:
    form = FilterForm(request.args)
    page = page_of_batches(form)
    if g.actor.is_authority:
        witnessed_each(sorted({each.entrustment_id for each in page.rows}), "batch.listed")
        page = page_of_batches(form)
    return render_template(
        "batches/everywhere.html",
        crumbs=[home_crumb(), crumb(gettext("Batches"))],
        form=form,
        page=page,
        counts=_counts(by_state()),
    )


@room.get("/entrustments/<uuid:entrustment_id>/batches", power=Power.BATCH_READ)
def listing(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    form = FilterForm(request.args)
    return render_template(
        "batches/listing.html",
        crumbs=crumbs_in(entrustment),
        between=between(entrustment),
        entrustment=entrustment,
        form=form,
        page=page_of_batches(form, entrustment_id),
        counts=_counts(by_state(entrustment_id)),
        may_open=_may_open(entrustment),
    )


@room.route(
    "/entrustments/<uuid:entrustment_id>/batches/open",
    methods=("GET", "POST"),
    power=Power.BATCH_RECORD,
    endpoint="open",
)
def begin(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id, side=Side.MANUFACTURER)
    g.back_url = url_for("batches.listing", entrustment_id=entrustment_id)
    ground = ground_of(entrustment)
    form = OpeningForm()
    form.product_id.choices = options(ground.product_names)
    if not form.validate_on_submit():
        return _opening_page(form, ground)
    try:
        batch = open_batch(ground, form.given, actor=g.actor)
    except NumberTaken:
        form.number.errors = [gettext("This entrustment already has a batch %(number)s.", number=form.number.data)]
        return _opening_page(form, ground)
    flash(gettext("Batch %(number)s is open.", number=batch.number))
    return redirect(url_for("batches.show", batch_id=batch.id))


@room.get("/batches/<uuid:batch_id>", power=Power.BATCH_READ)
def show(batch_id: UUID) -> ResponseReturnValue:
    batch = find(Batch, batch_id)
    ground, held = ground_of(batch.entrustment), contents_of([batch])
    bound = binding([batch])
    facts = batch_facts([batch], g.actor.id, {batch.entrustment_id: ground}, held, bound=bound)[batch.id]
    entries = ledger.entries(subject_id=batch.id, entrustment_id=batch.entrustment_id)
    product = ground.product(batch.product_id)
    return render_template(
        "batches/show.html",
        **place(batch, ground),
        batch=batch,
        facts=facts,
        held=held[batch.id],
        changes=bound[batch.id],
        holds=session.scalars(select(HoldPoint).where(HoldPoint.batch_id == batch.id).order_by(HoldPoint.id)).all(),
        licence=ground.latest("licence"),
        certificate=ground.certificate_of(product) if product else None,
        site=ground.latest("site"),
        watched=said(supervised(facts)),
        **kept(
            batch, facts, deeds=deeds_on(batch, batch.state, DEEDS), entries=entries, signatures=signatures_under(batch)
        ),
        decided=decided_on(batch),
        reviews=reviews_of(batch, entries),
    )


@room.route("/batches/<uuid:batch_id>/edit", methods=("GET", "POST"), power=Power.BATCH_RECORD)
def edit(batch_id: UUID) -> ResponseReturnValue:
    batch = _to_write_on(batch_id, RECORD, Side.MANUFACTURER)
    form = FiguresForm.over(batch)
    form.batch = batch
    if not form.validate_on_submit():
        return _page("batches/edit.html", form, batch, gettext("Amend the record"))
    form.refuse_stale(batch)
    changed = amend(batch, form, by=g.actor)
    flash(gettext("The batch record is amended.") if changed else gettext("Nothing differed, so nothing was written."))
    return redirect(g.back_url)


@room.route("/batches/<uuid:batch_id>/documents", methods=("GET", "POST"), power=Power.BATCH_RECORD, upload=True)
def documents(batch_id: UUID) -> ResponseReturnValue:
    batch = _to_write_on(batch_id, FILE, Side.MANUFACTURER)
    form = PaperForm.replacing(batch, replaceable(batch, request.args.get("replaces")))
    if not form.validate_on_submit():
        return _papers_page(form, batch)
    if form.replaces.data:
        form.refuse_stale(batch)
    try:
        file = taken_in(
            form.file.data,
            subject_kind=Batch.__tablename__,
            subject_id=batch.id,
            entrustment_id=batch.entrustment_id,
        )
    except NotAcceptable as wrong:
        form.file.errors = [said(wrong.says)]
        return _papers_page(form, batch)
    paper = file_paper(batch, form, file, by=g.actor)
    flash(gettext("%(title)s is on record.", title=paper.title))
    return redirect(url_for("batches.documents", batch_id=batch.id))


@room.route("/batches/<uuid:batch_id>/reviews", methods=("GET", "POST"), power=Power.BATCH_REVIEW)
def reviews(batch_id: UUID) -> ResponseReturnValue:
    batch = _to_write_on(batch_id, REVIEW, Side.REGISTRANT)
    form = ReviewForm.over(batch)
    if not form.validate_on_submit():
        entries = ledger.entries(subject_id=batch.id, entrustment_id=batch.entrustment_id)
        held = contents_of([batch])[batch.id]
        more = {"reviews": reviews_of(batch, entries), "held": held}
        return _page("batches/reviews.html", form, batch, gettext("Review"), **more)
    form.refuse_stale(batch)
    review(batch, form.subject.data, form.note.data, by=g.actor)
    flash(gettext("Your review is on record."))
    return redirect(url_for("batches.reviews", batch_id=batch.id))


Ceremony(
    room=room,
    lifecycle=BATCH,
    kind=Batch,
    key="batch_id",
    facts=lambda batch: batch_facts([batch], g.actor.id)[batch.id],
    leaf="batches/_leaf.html",
    place=place,
    back="batches.show",
).hang("/batches/<uuid:batch_id>")


def _counts(found: dict[str, int]) -> list[tuple[Any, int]]:
    """Each state that batches are in, and how many, in the order of the lifecycle."""
    return [(each, found[each.name]) for each in BATCH.states if each.name in found]


def _may_open(entrustment: Entrustment) -> bool:
    return weigh_deed(replace(OPEN, checks=()), None, entrustment).allowed


def _opening_page(form: OpeningForm, ground: Ground) -> ResponseReturnValue:
    entrustment = ground.entrustment
    making = making_of(ground)
    ready: list[tuple[str, Decision[Any]]] = [
        (each.facts["name"], decide_opening(making, each.subject_id, today(), actor=g.actor))
        for each in ground.products
    ]
    page = render_template(
        "batches/open.html",
        crumbs=crumbs_in(entrustment, crumb(gettext("Open a batch"))),
        between=between(entrustment, ground),
        form=form,
        ready=ready,
        mend_href=mend_for({"entrustment_id": entrustment.id}),
        back_url=g.back_url,
    )
    return page, 422 if form.is_submitted() else 200


def _to_write_on(batch_id: UUID, deed: Transition[Any], side: Side) -> Batch:
    """The batch, if this side may do this to it now; otherwise 404, 403 or the page that says why not."""
    batch = find(Batch, batch_id, side=side)
    g.back_url = url_for("batches.show", batch_id=batch.id)
    g.mend_ids = {"entrustment_id": batch.entrustment_id}
    insist(weigh_deed(deed, batch.state, batch))
    return batch


def _papers_page(form: PaperForm, batch: Batch) -> ResponseReturnValue:
    held = contents_of([batch])[batch.id]
    return _page("batches/documents.html", form, batch, gettext("Papers"), held=held, replace_url=_replace_url)


def _replace_url(paper: BatchDocument) -> str:
    return url_for("batches.documents", batch_id=paper.batch_id, replaces=paper.id)


def _page(template: str, form: Any, batch: Batch, here: str, **more: Any) -> ResponseReturnValue:
    where = place(batch, ground_of(batch.entrustment), here)
    page = render_template(template, form=form, batch=batch, back_url=g.back_url, **where, **more)
    return page, 422 if form.is_submitted() else 200
