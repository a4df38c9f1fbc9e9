"""Design transfers of an entrustment: the list, each record with its contents, its beginning, and its moves."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal.facts import ground_of, transfer_facts
from portal.records.entrustment import Entrustment
from portal.records.transfer import Transfer
from portal.rooms.transfers.forms import TransferForm
from portal.rooms.transfers.keeping import amend, open_transfer
from portal.rooms.transfers.places import DEEDS, inside, place, steps_of
from portal.web import Ceremony, Room, crumb, find, kept
from portal.web.between import refuse_ended
from portal.web.deeds import deeds_on, insist, weigh_deed
from portal.web.paging import page_of
from workflows.engine import Side
from workflows.powers import Power
from workflows.transfer import TRANSFER
from workflows.transferring import AMEND, OPEN_TRANSFER

room = Room("transfers", __name__)


@room.get("/entrustments/<uuid:entrustment_id>/transfers", power=Power.TRANSFER_READ)
def listing(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    ground = ground_of(entrustment)
    return render_template(
        "transfers/listing.html",
        **inside(entrustment),
        entrustment=entrustment,
        page=page_of(select(Transfer).where(Transfer.entrustment_id == entrustment_id), Transfer.id),
        products=[(each.facts["name"], ground.transfers.get(each.subject_id)) for each in ground.products],
        may_open=weigh_deed(OPEN_TRANSFER, facts=False, record=entrustment).allowed and not entrustment.where.final,
        deed=OPEN_TRANSFER,
    )


@room.route("/entrustments/<uuid:entrustment_id>/transfers/new", methods=("GET", "POST"), power=Power.TRANSFER_KEEP)
def create(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id, side=Side.REGISTRANT)
    g.back_url = url_for("transfers.listing", entrustment_id=entrustment_id)
    g.mend_ids = {"entrustment_id": entrustment_id}
    refuse_ended(entrustment)
    form, ground = TransferForm(), ground_of(entrustment)
    form.offer(ground)
    if not form.validate_on_submit():
        where = inside(entrustment, crumb(gettext("Begin a design transfer")))
        page = render_template(
            "transfers/create.html", **where, entrustment=entrustment, form=form, back_url=g.back_url
        )
        return page, 422 if form.is_submitted() else 200
    given = {"scope": form.scope.data, "method": form.method.data, "steps": form.named_steps}
    transfer = open_transfer(ground, UUID(form.product_id.data), **given, by=g.actor)
    flash(gettext("%(number)s has begun.", number=transfer.number))
    return redirect(url_for("transfers.show", transfer_id=transfer.id))


@room.get("/transfers/<uuid:transfer_id>", power=Power.TRANSFER_READ)
def show(transfer_id: UUID) -> ResponseReturnValue:
    transfer = find(Transfer, transfer_id)
    return render_template(
        "transfers/show.html",
        **place(transfer),
        transfer=transfer,
        steps=steps_of(transfer),
        **kept(transfer, transfer_facts(transfer), deeds=deeds_on(transfer, transfer.state, DEEDS)),
    )


@room.route("/transfers/<uuid:transfer_id>/edit", methods=("GET", "POST"), power=Power.TRANSFER_KEEP)
def edit(transfer_id: UUID) -> ResponseReturnValue:
    transfer = to_write_on(transfer_id, AMEND)
    form = TransferForm.amending(transfer)
    if not form.validate_on_submit():
        return page("transfers/edit.html", form, transfer, gettext("Steps and scope"))
    form.refuse_stale(transfer)
    changed = amend(transfer, scope=form.scope.data, method=form.method.data, steps=form.named_steps, by=g.actor)
    flash(gettext("Steps and scope are amended.") if changed else gettext("Nothing differed, so nothing was written."))
    return redirect(g.back_url)


def to_write_on(transfer_id: UUID, deed: Any) -> Transfer:
    """The transfer, if the actor may do this to it now; otherwise 404, 403 or the page that says why not."""
    transfer = find(Transfer, transfer_id, side=deed.side)
    g.back_url = url_for("transfers.show", transfer_id=transfer.id)
    g.mend_ids = {"transfer_id": transfer.id, "entrustment_id": transfer.entrustment_id}
    insist(weigh_deed(deed, transfer.state, transfer))
    return transfer


def page(template: str, form: Any, transfer: Transfer, here: str, **more: Any) -> ResponseReturnValue:
    where = place(transfer, crumb(here))
    drawn = render_template(template, **where, transfer=transfer, form=form, back_url=g.back_url, **more)
    return drawn, 422 if form.is_submitted() else 200


Ceremony(
    room=room,
    lifecycle=TRANSFER,
    kind=Transfer,
    key="transfer_id",
    facts=transfer_facts,
    leaf="transfers/_leaf.html",
    place=place,
    back="transfers.show",
).hang("/transfers/<uuid:transfer_id>")
