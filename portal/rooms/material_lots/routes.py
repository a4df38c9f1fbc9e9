"""Material lots: the list with its filter, each lot, receiving one, and its moves."""

from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Response, abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal.db import session
from portal.facts.material_lots import lot_facts, lots_of_house, standing
from portal.identity import Actor
from portal.lineage.receiving import tell_parts
from portal.pdf import as_pdf, is_possible
from portal.records.material import Material
from portal.records.material_lot import MaterialLot
from portal.rooms.material_lots import keeping
from portal.rooms.material_lots.forms import ReceiptForm, StorageForm
from portal.rooms.material_lots.places import (
    DEEDS,
    STANDINGS,
    crumbs,
    label_of,
    parts_of,
    place,
    where_it_led,
)
from portal.tenancy import current_tenant
from portal.web import Ceremony, Room, crumb, find, kept
from portal.web.between import is_a_partners
from portal.web.deeds import deeds_on, insist, weigh_deed
from portal.web.paging import page_of
from portal.wording import said
from workflows.engine import Transition
from workflows.material_lot import MATERIAL_LOT
from workflows.powers import Power
from workflows.receiving import AMEND, RECEIVE, STORE

room = Room("material_lots", __name__, url_prefix="/material-lots")


@room.get("", power=Power.EVIDENCE_READ)
def listing() -> ResponseReturnValue:
    chosen = request.args.get("standing", "")
    chosen = chosen if chosen in STANDINGS else ""
    wanted = standing(chosen) if chosen else lots_of_house()
    materials = session.scalars(
        select(Material).where(Material.owner_id == current_tenant()).order_by(Material.code)
    ).all()
    of = next((each for each in materials if str(each.id) == request.args.get("material")), None)
    if of is not None:
        wanted = wanted.where(MaterialLot.material_id == of.id)
    return render_template(
        "material_lots/listing.html",
        crumbs=crumbs(),
        page=page_of(wanted, MaterialLot.id),
        deed=RECEIVE,
        may_receive=g.actor.may(RECEIVE.power),
        standings=STANDINGS,
        chosen=chosen,
        materials=materials,
        of=of,
    )


@room.route("/new", methods=("GET", "POST"), power=Power.MATERIAL_RECEIVE)
def create() -> ResponseReturnValue:
    form = ReceiptForm()
    form.offer(keeping.materials_in_use(), keeping.suppliers_not_ended())
    if not form.validate_on_submit() or _refuses_number(form):
        here = crumb(said(RECEIVE.label))
        back = url_for("material_lots.listing")
        drawn = render_template(
            "material_lots/edit.html", form=form, crumbs=crumbs(here), here=here[0], back_url=back, lot=None
        )
        return drawn, 422 if form.is_submitted() else 200
    material, supplier = form.materials[form.material.data], form.suppliers[form.supplier.data]
    made = keeping.receive(form.given, material, supplier, by=g.actor)
    flash(gettext("The lot is received and lies in quarantine."))
    return redirect(url_for("material_lots.show", material_lot_id=made.id))


@room.get("/<uuid:material_lot_id>", power=Power.MATERIAL_READ)
def show(material_lot_id: UUID) -> ResponseReturnValue:
    found = find(MaterialLot, material_lot_id, upstream=True)
    deeds = deeds_on(found, found.state, DEEDS) if found.owner_id == g.actor.organisation_id else []
    whole = not is_a_partners(found)
    return render_template(
        "material_lots/show.html",
        **place(found),
        **(parts_of(found) if whole else {}),
        lot=found,
        whole=whole,
        may_label=whole and g.actor.may(Power.MATERIAL_RECEIVE),
        as_pdf=is_possible(),
        **where_it_led(found),
        **kept(found, lot_facts(found, g.actor.id), deeds=deeds),
    )


@room.route("/<uuid:material_lot_id>/amend", methods=("GET", "POST"), power=Power.MATERIAL_RECEIVE)
def amend(material_lot_id: UUID) -> ResponseReturnValue:
    lot = to_write_on(material_lot_id, AMEND)
    form = ReceiptForm.amending(lot)
    if not form.validate_on_submit() or _refuses_number(form, lot):
        return page("material_lots/edit.html", form, lot, said(AMEND.label))
    form.refuse_stale(lot)
    keeping.amend(lot, form.given, by=g.actor)
    flash(gettext("The receipt is amended."))
    return redirect(g.back_url)


@room.route("/<uuid:material_lot_id>/storage", methods=("GET", "POST"), power=Power.MATERIAL_RECEIVE)
def store(material_lot_id: UUID) -> ResponseReturnValue:
    lot = to_write_on(material_lot_id, STORE)
    form = StorageForm.of(lot)
    if not form.validate_on_submit():
        return page("material_lots/store.html", form, lot, said(STORE.label))
    form.refuse_stale(lot)
    keeping.store(lot, form.given, by=g.actor)
    flash(gettext("It is on record where the lot lies."))
    return redirect(g.back_url)


@room.get("/<uuid:material_lot_id>/label", power=Power.MATERIAL_RECEIVE)
def label(material_lot_id: UUID) -> ResponseReturnValue:
    """Its label for the printer of the browser; what was rejected of it has one of its own."""
    return _label(find(MaterialLot, material_lot_id), linked=True)


@room.get("/<uuid:material_lot_id>/label.pdf", power=Power.MATERIAL_RECEIVE)
def label_file(material_lot_id: UUID) -> ResponseReturnValue:
    lot = find(MaterialLot, material_lot_id)
    if not is_possible():
        abort(404)
    style = (Path(current_app.static_folder or "") / "label.css").read_text("utf-8")
    disposition = {"Content-Disposition": f'attachment; filename="lot-{lot.id}.pdf"'}
    return Response(as_pdf(_label(lot, linked=False), style), mimetype="application/pdf", headers=disposition)


def to_write_on(material_lot_id: UUID, deed: Transition[str]) -> MaterialLot:
    """The lot, if the actor may write this into it now; otherwise 404, or the page that says why not."""
    lot = find(MaterialLot, material_lot_id)
    g.back_url = url_for("material_lots.show", material_lot_id=lot.id)
    g.mend_ids = {"material_lot_id": lot.id}
    insist(weigh_deed(deed, lot.state, lot))
    return lot


def page(template: str, form: Any, lot: MaterialLot, here: str, **more: Any) -> tuple[str, int]:
    drawn = render_template(
        template, **place(lot, crumb(here)), lot=lot, form=form, here=here, back_url=g.back_url, **more
    )
    return drawn, 422 if form.is_submitted() else 200


def tell_the_graph(lot: MaterialLot, move: str, *, by: Actor) -> None:
    """What was accepted in part is counted so, and pieces with serial numbers are known from then on."""
    if move in ("accept", "accept_part"):
        tell_parts(lot, by=by)


def _label(lot: MaterialLot, *, linked: bool) -> str:
    return render_template("material_lots/label.html", lot=lot, linked=linked, **label_of(lot))


def _refuses_number(form: ReceiptForm, lot: MaterialLot | None = None) -> bool:
    if keeping.is_taken(form.number.data or "", lot.id if lot else None):
        form.number.errors = [gettext("Another lot bears this number.")]
        return True
    return False


Ceremony(
    room=room,
    lifecycle=MATERIAL_LOT,
    kind=MaterialLot,
    key="material_lot_id",
    facts=lambda lot: lot_facts(lot, g.actor.id),
    leaf="material_lots/_leaf.html",
    place=place,
    back="material_lots.show",
    after=tell_the_graph,
).hang("/<uuid:material_lot_id>")
