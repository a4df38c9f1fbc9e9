"""The nonconformities of a batch: the list, each record, raising one, deciding on it, and its moves."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal import ledger
from portal.db import session
from portal.facts import ground_of, nonconformity_facts
from portal.records.batch import Batch, Nonconformity
from portal.records.capa import Capa
from portal.rooms.nonconformities.forms import DispositionForm, RaiseForm
from portal.rooms.nonconformities.raising import dispose, raise_against
from portal.web import Ceremony, Room, crumb, find, kept
from portal.web.between import between, identity_of
from portal.web.deeds import deeds_on, insist, weigh_deed
from portal.web.frame import home_crumb
from portal.web.history import author_of, way
from workflows.nonconformity import DISPOSITIONS, NONCONFORMITY
from workflows.powers import Power
from workflows.recording import DISPOSE, RAISE

room = Room("nonconformities", __name__)


@room.get("/batches/<uuid:batch_id>/nonconformities", power=Power.BATCH_READ)
def listing(batch_id: UUID) -> ResponseReturnValue:
    batch = find(Batch, batch_id)
    found = session.scalars(
        select(Nonconformity).where(Nonconformity.batch_id == batch_id).order_by(Nonconformity.number.desc())
    ).all()
    return render_template(
        "nonconformities/listing.html",
        **_beside(batch),
        batch=batch,
        found=found,
        kinds=DISPOSITIONS,
        may_raise=weigh_deed(RAISE, batch.state, batch).allowed,
    )


@room.route("/batches/<uuid:batch_id>/nonconformities/new", methods=("GET", "POST"), power=Power.NONCONFORMITY_RAISE)
def create(batch_id: UUID) -> ResponseReturnValue:
    batch = find(Batch, batch_id)
    g.back_url = url_for("batches.show", batch_id=batch.id)
    g.mend_ids = {"entrustment_id": batch.entrustment_id}
    insist(weigh_deed(RAISE, batch.state, batch))
    form = RaiseForm()
    if not form.validate_on_submit():
        here = crumb(gettext("Raise a nonconformity"))
        page = render_template(
            "nonconformities/create.html", **_beside(batch, here), batch=batch, form=form, back_url=g.back_url
        )
        return page, 422 if form.is_submitted() else 200
    found = raise_against(batch, form, by=g.actor)
    flash(gettext("%(number)s is raised; the batch waits until it is closed.", number=found.number))
    return redirect(url_for("nonconformities.show", nonconformity_id=found.id))


@room.get("/nonconformities/<uuid:nonconformity_id>", power=Power.BATCH_READ)
def show(nonconformity_id: UUID) -> ResponseReturnValue:
    found = find(Nonconformity, nonconformity_id)
    facts = nonconformity_facts([found], g.actor.id)[found.id]
    entries = ledger.entries(subject_id=found.id, entrustment_id=found.entrustment_id)
    return render_template(
        "nonconformities/show.html",
        **_place(found),
        found=found,
        raised_by=author_of(entries[-1]) if entries else None,
        **kept(found, facts, deeds=deeds_on(found, found.state, {"nonconformities.edit": DISPOSE}), entries=entries),
        capas=session.scalars(select(Capa).where(Capa.nonconformity_id == found.id).order_by(Capa.id)).all(),
        capa_url=way("capas.create", entrustment_id=found.entrustment_id, nonconformity=found.id),
    )


@room.route("/nonconformities/<uuid:nonconformity_id>/edit", methods=("GET", "POST"), power=Power.NONCONFORMITY_CLOSE)
def edit(nonconformity_id: UUID) -> ResponseReturnValue:
    found = find(Nonconformity, nonconformity_id)
    g.back_url = url_for("nonconformities.show", nonconformity_id=found.id)
    g.mend_ids = {"batch_id": found.batch_id, "entrustment_id": found.entrustment_id}
    insist(weigh_deed(DISPOSE, found.state, found))
    form = DispositionForm.over(found)
    if not form.validate_on_submit():
        where = _place(found, crumb(gettext("Disposition")))
        page = render_template("nonconformities/edit.html", **where, found=found, form=form, back_url=g.back_url)
        return page, 422 if form.is_submitted() else 200
    form.refuse_stale(found)
    dispose(found, form, by=g.actor)
    flash(gettext("The disposition is on record. It counts once it is submitted and the registrant approves it."))
    return redirect(g.back_url)


def _beside(batch: Batch, *more: tuple[str, str | None]) -> dict[str, Any]:
    """Breadcrumb of a page about the nonconformities of ``batch``."""
    return {
        "crumbs": [
            home_crumb(),
            crumb(gettext("Batches"), "batches.listing", entrustment_id=batch.entrustment_id),
            crumb(batch.number, "batches.show", batch_id=batch.id),
            crumb(gettext("Nonconformities"), "nonconformities.listing", batch_id=batch.id),
            *more,
        ],
        "between": between(batch.entrustment, ground_of(batch.entrustment)),
        "identity": identity_of(batch, gettext("Batch %(number)s", number=batch.number)),
    }


def _place(found: Nonconformity, *more: tuple[str, str | None]) -> dict[str, Any]:
    """What every page about ``found`` is drawn with."""
    here = crumb(found.number, "nonconformities.show", nonconformity_id=found.id)
    return _beside(found.batch, here, *more) | {
        "identity": identity_of(found, gettext("Nonconformity %(number)s", number=found.number)),
        "kinds": DISPOSITIONS,
    }


Ceremony(
    room=room,
    lifecycle=NONCONFORMITY,
    kind=Nonconformity,
    key="nonconformity_id",
    facts=lambda found: nonconformity_facts([found], g.actor.id)[found.id],
    leaf="nonconformities/_leaf.html",
    place=_place,
    back="nonconformities.show",
).hang("/nonconformities/<uuid:nonconformity_id>")
