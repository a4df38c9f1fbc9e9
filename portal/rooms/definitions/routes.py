"""Definitions of an entrustment: the list, each version with its lines, its beginning, and its moves."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import or_, select

from portal.db import session, today
from portal.facts import definition_facts, ground_of
from portal.records.change import Change
from portal.records.definition import Definition
from portal.records.entrustment import Entrustment
from portal.rooms.definitions.differing import differences
from portal.rooms.definitions.forms import HeadForm
from portal.rooms.definitions.keeping import amend, open_definition
from portal.rooms.definitions.places import DEEDS, inside, place, told
from portal.web import Ceremony, ProductForm, Room, crumb, find, kept
from portal.web.between import refuse_ended
from portal.web.deeds import deeds_on, insist, weigh_deed
from portal.web.paging import page_of
from workflows.defining import AMEND, OPEN_DEFINITION
from workflows.definition import DEFINITION
from workflows.powers import Power

room = Room("definitions", __name__)


@room.get("/entrustments/<uuid:entrustment_id>/definitions", power=Power.DEFINITION_READ)
def listing(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    ground = ground_of(entrustment)
    return render_template(
        "definitions/listing.html",
        **inside(entrustment),
        entrustment=entrustment,
        page=page_of(
            select(Definition).where(Definition.entrustment_id == entrustment_id).options(Definition.with_change()),
            Definition.id,
        ),
        products=[(each.facts["name"], ground.definition_of(each.subject_id, today())) for each in ground.products],
        may_open=weigh_deed(OPEN_DEFINITION, facts=False, record=entrustment).allowed and not entrustment.where.final,
        deed=OPEN_DEFINITION,
    )


@room.route("/entrustments/<uuid:entrustment_id>/definitions/new", methods=("GET", "POST"), power=Power.DEFINITION_KEEP)
def create(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    g.back_url = url_for("definitions.listing", entrustment_id=entrustment_id)
    g.mend_ids = {"entrustment_id": entrustment_id}
    refuse_ended(entrustment)
    form, ground = ProductForm(), ground_of(entrustment)
    form.offer(ground)
    if not form.validate_on_submit():
        where = inside(entrustment, crumb(gettext("Draft a new version")))
        drawn = render_template(
            "definitions/create.html", **where, entrustment=entrustment, form=form, back_url=g.back_url
        )
        return drawn, 422 if form.is_submitted() else 200
    definition = open_definition(ground, UUID(form.product_id.data), by=g.actor)
    flash(gettext("%(number)s is drafted.", number=definition.called))
    return redirect(url_for("definitions.show", definition_id=definition.id))


@room.get("/definitions/<uuid:definition_id>", power=Power.DEFINITION_READ)
def show(definition_id: UUID) -> ResponseReturnValue:
    definition = find(Definition, definition_id)
    ground = ground_of(definition.entrustment)
    return render_template(
        "definitions/show.html",
        **place(definition),
        definition=definition,
        holds=ground.definition_of(definition.product_id, today()) is definition,
        differences=told(differences(definition)),
        **kept(definition, definition_facts(definition), deeds=deeds_on(definition, definition.state, DEEDS)),
    )


@room.route("/definitions/<uuid:definition_id>/edit", methods=("GET", "POST"), power=Power.DEFINITION_KEEP)
def edit(definition_id: UUID) -> ResponseReturnValue:
    definition = to_write_on(definition_id, AMEND)
    form = HeadForm.of(definition, _changes_for(definition))
    if not form.validate_on_submit():
        return page("definitions/edit.html", form, definition, gettext("Day, label and change"))
    form.refuse_stale(definition)
    changed = amend(definition, form.given, by=g.actor)
    flash(gettext("The version is amended.") if changed else gettext("Nothing differed, so nothing was written."))
    return redirect(g.back_url)


def to_write_on(definition_id: UUID, deed: Any) -> Definition:
    """The version, if the actor may write this into it now; otherwise 404, 403 or the page that says why not."""
    definition = find(Definition, definition_id, side=deed.side)
    g.back_url = url_for("definitions.show", definition_id=definition.id)
    g.mend_ids = {"definition_id": definition.id, "entrustment_id": definition.entrustment_id}
    insist(weigh_deed(deed, definition.state, definition))
    return definition


def page(template: str, form: Any, definition: Definition, here: str, **more: Any) -> ResponseReturnValue:
    where = place(definition, crumb(here))
    drawn = render_template(template, **where, definition=definition, form=form, here=here, back_url=g.back_url, **more)
    return drawn, 422 if form.is_submitted() else 200


def _changes_for(definition: Definition) -> list[Change]:
    """The changes of this product, or of every one, that the registrant has not refused; the newest first."""
    wanted = select(Change).where(Change.entrustment_id == definition.entrustment_id, Change.state != "refused")
    of_it = wanted.where(or_(Change.product_id.is_(None), Change.product_id == definition.product_id))
    return list(session.scalars(of_it.order_by(Change.id.desc())))


Ceremony(
    room=room,
    lifecycle=DEFINITION,
    kind=Definition,
    key="definition_id",
    facts=definition_facts,
    leaf="definitions/_leaf.html",
    place=place,
    back="definitions.show",
).hang("/definitions/<uuid:definition_id>")
