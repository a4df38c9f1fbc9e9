"""The lines of a design transfer: items listed, confirmed and struck off, training, trials."""

from collections.abc import Sequence
from uuid import UUID

from flask import flash, g, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from portal.filing import NotAcceptable
from portal.records.file import StoredFile
from portal.records.transfer import Transfer, TransferItem
from portal.rooms.transfers import keeping
from portal.rooms.transfers.forms import ConfirmationForm, ItemForm, StrikeForm, TrainingForm, TrialForm
from portal.rooms.transfers.places import called
from portal.rooms.transfers.routes import page, room, to_write_on
from portal.web.uploads import taken_in
from portal.wording import said
from workflows.powers import Power
from workflows.transferring import GIVE, LIST, RECEIVE, STRIKE, TRAIN, TRY


@room.route("/transfers/<uuid:transfer_id>/items/new", methods=("GET", "POST"), power=Power.TRANSFER_KEEP, upload=True)
def add_item(transfer_id: UUID) -> ResponseReturnValue:
    transfer, here = to_write_on(transfer_id, LIST), gettext("Put an item on the list")
    form = ItemForm()
    if not form.validate_on_submit():
        return page("transfers/add_item.html", form, transfer, here)
    try:
        file = _taken_in(form, transfer)
    except NotAcceptable as wrong:
        form.file.errors = [said(wrong.says)]
        return page("transfers/add_item.html", form, transfer, here)
    given = {name: form[name].data for name in ("kind", "title", "reference", "edition")}
    item = keeping.list_item(transfer, **given, file=file, by=g.actor)
    flash(gettext("%(title)s is on the list.", title=item.title))
    return redirect(g.back_url)


@room.route("/transfers/<uuid:transfer_id>/struck", methods=("GET", "POST"), power=Power.TRANSFER_KEEP)
def strike(transfer_id: UUID) -> ResponseReturnValue:
    transfer = to_write_on(transfer_id, STRIKE)
    form = StrikeForm.choosing(transfer, called(transfer.standing_items))
    if not form.validate_on_submit():
        return page("transfers/strike.html", form, transfer, gettext("Strike it off the list"))
    form.refuse_stale(transfer)
    (item,) = _chosen(transfer.standing_items, [form.item.data])
    keeping.strike(item, reason=form.reason.data, by=g.actor)
    flash(gettext("%(title)s is struck off the list.", title=item.title))
    return redirect(g.back_url)


@room.route("/transfers/<uuid:transfer_id>/given", methods=("GET", "POST"), power=Power.TRANSFER_KEEP)
def give(transfer_id: UUID) -> ResponseReturnValue:
    transfer = to_write_on(transfer_id, GIVE)
    left = [each for each in transfer.standing_items if each.given_at is None]
    form = ConfirmationForm.choosing(transfer, left, called(left))
    if not form.validate_on_submit():
        return page("transfers/confirm.html", form, transfer, gettext("Confirm items"), deed=GIVE, left=left)
    form.refuse_stale(transfer)
    keeping.give(_chosen(left, form.items.data), by=g.actor)
    return _confirmed(len(form.items.data))


@room.route("/transfers/<uuid:transfer_id>/received", methods=("GET", "POST"), power=Power.TRANSFER_KEEP)
def receive(transfer_id: UUID) -> ResponseReturnValue:
    transfer = to_write_on(transfer_id, RECEIVE)
    left = [each for each in transfer.standing_items if each.received_at is None]
    form = ConfirmationForm.choosing(transfer, left, called(left))
    if not form.validate_on_submit():
        return page("transfers/confirm.html", form, transfer, gettext("Confirm receipt"), deed=RECEIVE, left=left)
    form.refuse_stale(transfer)
    keeping.receive(_chosen(left, form.items.data), by=g.actor)
    return _confirmed(len(form.items.data))


@room.route("/transfers/<uuid:transfer_id>/trainings/new", methods=("GET", "POST"), power=Power.TRANSFER_KEEP)
def add_training(transfer_id: UUID) -> ResponseReturnValue:
    transfer, form = to_write_on(transfer_id, TRAIN), TrainingForm()
    if not form.validate_on_submit():
        return page("transfers/add_training.html", form, transfer, gettext("Record a training"))
    given = {name: form[name].data for name in ("topic", "trained_on", "trainer", "trained", "assessment")}
    keeping.train(transfer, **given, by=g.actor)
    flash(gettext("The training is on record."))
    return redirect(g.back_url)


@room.route("/transfers/<uuid:transfer_id>/trials/new", methods=("GET", "POST"), power=Power.TRANSFER_KEEP)
def add_trial(transfer_id: UUID) -> ResponseReturnValue:
    transfer = to_write_on(transfer_id, TRY)
    batches = keeping.batches_to_try(transfer)
    form = TrialForm.on(transfer, batches)
    if not form.validate_on_submit():
        return page("transfers/add_trial.html", form, transfer, gettext("Record a trial"), batches=batches)
    form.refuse_stale(transfer)
    batch = next(each for each in batches if str(each.id) == form.batch_id.data)
    steps = [each for each in transfer.steps if each in form.steps.data]
    keeping.try_out(transfer, batch, steps, result=form.result.data, findings=form.findings.data, by=g.actor)
    flash(gettext("The trial is on record."))
    return redirect(g.back_url)


def _chosen(items: Sequence[TransferItem], ids: Sequence[str]) -> list[TransferItem]:
    return [each for each in items if str(each.id) in ids]


def _confirmed(number: int) -> ResponseReturnValue:
    flash(ngettext("%(num)s item is confirmed.", "%(num)s items are confirmed.", number))
    return redirect(g.back_url)


def _taken_in(form: ItemForm, transfer: Transfer) -> StoredFile | None:
    if not form.file.data:
        return None
    about = {"subject_kind": Transfer.__tablename__, "subject_id": transfer.id}
    return taken_in(form.file.data, **about, entrustment_id=transfer.entrustment_id)
