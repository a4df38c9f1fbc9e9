"""Gaps of a design transfer: noting one, reading one, closing it."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.facts import gap_facts, ground_of
from portal.records.transfer import Transfer, TransferGap
from portal.rooms.transfer_gaps.forms import GapForm
from portal.rooms.transfer_gaps.noting import note_gap
from portal.web import Ceremony, Room, crumb, find, kept, standing_side
from portal.web.between import between, identity_of
from portal.web.deeds import insist, weigh_deed
from portal.web.frame import home_crumb
from portal.web.value_names import SIDES
from workflows.powers import Power
from workflows.transfer import TRANSFER_GAP
from workflows.transferring import NOTE_GAP

room = Room("transfer_gaps", __name__)


@room.route("/transfers/<uuid:transfer_id>/gaps/new", methods=("GET", "POST"), power=Power.TRANSFER_KEEP)
def create(transfer_id: UUID) -> ResponseReturnValue:
    transfer = find(Transfer, transfer_id)
    g.back_url = url_for("transfers.show", transfer_id=transfer_id)
    g.mend_ids = {"transfer_id": transfer.id}
    insist(weigh_deed(NOTE_GAP, transfer.state, transfer))
    form = GapForm()
    if not form.validate_on_submit():
        where = _beside(transfer, crumb(gettext("Note a gap")))
        page = render_template("transfer_gaps/create.html", **where, transfer=transfer, form=form, back_url=g.back_url)
        return page, 422 if form.is_submitted() else 200
    given = {name: form[name].data for name in ("what", "owes", "owner_name", "due_on", "blocking")}
    note_gap(transfer, **given, by=g.actor)
    flash(gettext("The gap is on record."))
    return redirect(g.back_url)


@room.get("/transfer-gaps/<uuid:transfer_gap_id>", power=Power.TRANSFER_READ)
def show(transfer_gap_id: UUID) -> ResponseReturnValue:
    gap = find(TransferGap, transfer_gap_id)
    return render_template(
        "transfer_gaps/show.html",
        **_place(gap),
        gap=gap,
        **kept(gap, _facts(gap)),
    )


def _beside(transfer: Transfer, *more: tuple[str, str | None]) -> dict[str, Any]:
    listing = crumb(gettext("Design transfer"), "transfers.listing", entrustment_id=transfer.entrustment_id)
    here = crumb(transfer.number, "transfers.show", transfer_id=transfer.id)
    title = gettext("Design transfer %(number)s", number=transfer.number)
    return {
        "crumbs": [home_crumb(), listing, here, *more],
        "between": between(transfer.entrustment, ground_of(transfer.entrustment)),
        "identity": identity_of(transfer, title),
    }


def _place(gap: TransferGap) -> dict[str, Any]:
    """What every page about ``gap`` is drawn with."""
    here = crumb(gettext("Gap"), "transfer_gaps.show", transfer_gap_id=gap.id)
    title = gettext("Gap of %(number)s", number=gap.transfer.number)
    return _beside(gap.transfer, here) | {"identity": identity_of(gap, title), "sides": SIDES}


def _facts(gap: TransferGap) -> Any:
    return gap_facts(gap, standing_side(gap))


Ceremony(
    room=room,
    lifecycle=TRANSFER_GAP,
    kind=TransferGap,
    key="transfer_gap_id",
    facts=_facts,
    leaf="transfer_gaps/_leaf.html",
    place=_place,
    back="transfer_gaps.show",
).hang("/transfer-gaps/<uuid:transfer_gap_id>")
