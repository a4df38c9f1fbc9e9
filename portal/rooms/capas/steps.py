"""The steps of a plan: planning one, showing that it is done, and its moves."""

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.facts import action_facts
from portal.filing import NotAcceptable
from portal.records.capa import Capa, CapaAction
from portal.rooms.capas.forms import ActionForm, EvidenceForm, given
from portal.rooms.capas.keeping import plan, show
from portal.rooms.capas.places import place, place_of_action
from portal.rooms.capas.routes import room
from portal.web import Ceremony, crumb, find, kept
from portal.web.deeds import deeds_on, insist, weigh_deed
from portal.web.doors import standing_side
from portal.web.uploads import taken_in
from portal.wording import said
from workflows.capa import CAPA_ACTION, PLAN, SHOW_ACTION
from workflows.powers import Power


@room.route("/capas/<uuid:capa_id>/actions/new", methods=("GET", "POST"), power=Power.CAPA_KEEP)
def add_action(capa_id: UUID) -> ResponseReturnValue:
    capa = find(Capa, capa_id)
    g.back_url = url_for("capas.show", capa_id=capa_id)
    g.mend_ids = {"capa_id": capa.id}
    insist(weigh_deed(PLAN, capa.state, capa))
    form = ActionForm()
    if not form.validate_on_submit():
        where = place(capa, crumb(gettext("Plan an action")))
        page = render_template("capas/add_action.html", **where, capa=capa, form=form, back_url=g.back_url)
        return page, 422 if form.is_submitted() else 200
    plan(capa, **given(form), by=g.actor)
    flash(gettext("The action is planned."))
    return redirect(g.back_url)


@room.get("/capa-actions/<uuid:capa_action_id>", power=Power.CAPA_READ)
def action(capa_action_id: UUID) -> ResponseReturnValue:
    found = find(CapaAction, capa_action_id)
    mine = found.owes == standing_side(found)
    return render_template(
        "capas/action.html",
        **place_of_action(found),
        action=found,
        **kept(
            found,
            action_facts(found, standing_side(found)),
            deeds=deeds_on(found, found.state, {"capas.show_action": SHOW_ACTION}) if mine else (),
        ),
    )


@room.route("/capa-actions/<uuid:capa_action_id>/evidence", methods=("GET", "POST"), power=Power.CAPA_KEEP, upload=True)
def show_action(capa_action_id: UUID) -> ResponseReturnValue:
    found = find(CapaAction, capa_action_id)
    g.back_url = url_for("capas.action", capa_action_id=capa_action_id)
    insist(weigh_deed(SHOW_ACTION, found.state, found))
    form = EvidenceForm.over(found)
    if not form.validate_on_submit():
        return _evidence_page(form, found)
    form.refuse_stale(found)
    try:
        about = {"subject_kind": CapaAction.__tablename__, "subject_id": found.id}
        file = taken_in(form.file.data, entrustment_id=found.entrustment_id, **about) if form.file.data else None
    except NotAcceptable as wrong:
        form.file.errors = [said(wrong.says)]
        return _evidence_page(form, found)
    show(found, form.evidence.data, file, by=g.actor)
    flash(gettext("The evidence is on record."))
    return redirect(g.back_url)


def _evidence_page(form: EvidenceForm, action: CapaAction) -> ResponseReturnValue:
    where = place_of_action(action, crumb(gettext("Evidence")))
    page = render_template("capas/evidence.html", **where, action=action, form=form, back_url=g.back_url)
    return page, 422 if form.is_submitted() else 200


Ceremony(
    room=room,
    lifecycle=CAPA_ACTION,
    kind=CapaAction,
    key="capa_action_id",
    facts=lambda action: action_facts(action, standing_side(action)),
    leaf="capas/_action_leaf.html",
    place=place_of_action,
    back="capas.action",
).hang("/capa-actions/<uuid:capa_action_id>")
