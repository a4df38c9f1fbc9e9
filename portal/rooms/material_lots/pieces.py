"""Pieces of a lot rejected on receipt, typed or from a file, and rejections taken back."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from flask import current_app, flash, g, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import Field, SelectField
from wtforms.validators import DataRequired, InputRequired, Optional, ValidationError

from agreements.tables import Unreadable
from agreements.tables.pieces import Piece, pieces_in
from portal import ledger
from portal.db import session
from portal.filing import NotAcceptable, Store
from portal.records.material_lot import MaterialLot
from portal.rooms.material_lots import keeping
from portal.rooms.material_lots.routes import page, room, to_write_on
from portal.web import RecordForm
from portal.web.fields import passage, text_field
from portal.web.forms import options
from portal.web.uploads import taken_in
from portal.wording import said
from workflows.part_acceptance import NO_PIECE, Parts, Rejection
from workflows.powers import Power
from workflows.receiving import RESTORE, SET_ASIDE
from workflows.words import N_, Said

Fault = tuple[str, Said]


class RejectionForm(RecordForm):
    """Which pieces: by serial number where they bear any, otherwise how many; or a file that says it of each."""

    numbers = passage(_l("Serial numbers of the rejected pieces"), _l("One in a line."), 200000)
    count = text_field(_l("How much of it"), _l("A decimal number, in the unit of the lot."), 20)
    because = passage(_l("Why they are rejected"), _l("What was found, such as: scratch over 0.1 mm."), 2000)
    file = FileField(
        _l("Or a file"),
        description=_l("CSV or XLSX with a column of serial numbers, one of results and one of reasons."),
        validators=[Optional()],
    )

    parts: Parts = Parts("0")

    @classmethod
    def of(cls, lot: MaterialLot, **given: Any) -> "RejectionForm":
        form: RejectionForm = cls.over(lot, **given)
        form.parts = lot.parts
        for name in ("count",) if lot.serials else ("numbers", "file"):
            del form[name]
        return form

    @property
    def by_file(self) -> bool:
        return "file" in self and bool(self.file.data)

    def validate_numbers(self, _field: Field) -> None:
        if self.by_file:
            return
        if not self.named:
            raise ValidationError(gettext("Which pieces? Give their numbers, or a file."))
        for serial in self.named:
            if wrong := self.parts.fault_of_serial(serial):
                raise ValidationError(said(wrong))

    def validate_count(self, field: Field) -> None:
        try:
            wrong = self.parts.fault_of_quantity((field.data or "").strip())
        except ValueError as unread:
            says = gettext("Not a decimal number; write digits and a full stop, such as 12.50.")
            raise ValidationError(says) from unread
        if wrong:
            raise ValidationError(said(wrong))

    def validate_because(self, field: Field) -> None:
        if not self.by_file and not (field.data or "").strip():
            raise ValidationError(gettext("Say why."))

    @property
    def named(self) -> list[str]:
        lines = (self.numbers.data or "").splitlines() if "numbers" in self else ()
        return list(dict.fromkeys(each.strip() for each in lines if each.strip()))

    def rejection(self, by: UUID) -> Rejection:
        count = str(len(self.named)) if "numbers" in self else (self.count.data or "").strip()
        return Rejection(count, tuple(self.named), (self.because.data or "").strip(), str(by))


class RestoreForm(RecordForm):
    rejection = SelectField(_l("Rejected pieces"), validators=[InputRequired(_l("Choose the pieces."))])
    reason = passage(_l("Reason"), "", 2000, DataRequired(_l("Say why.")))

    @classmethod
    def of(cls, lot: MaterialLot) -> "RestoreForm":
        form: RestoreForm = cls.over(lot)
        called = {str(place): f"{each.called}: {each.reason}"[:120] for place, each in enumerate(lot.parts.rejections)}
        form.rejection.choices = options({"": _l("Choose the pieces")} | called)
        return form


@room.route("/<uuid:material_lot_id>/pieces", methods=("GET", "POST"), power=Power.MATERIAL_RECEIVE, upload=True)
def set_aside(material_lot_id: UUID) -> ResponseReturnValue:
    lot = to_write_on(material_lot_id, SET_ASIDE)
    form = RejectionForm.of(lot)
    if not form.validate_on_submit():
        return _page(form, lot)
    form.refuse_stale(lot)
    if form.by_file:
        return _by_file(form, lot)
    keeping.set_aside(lot, [form.rejection(g.actor.id)], by=g.actor)
    flash(gettext("The pieces are rejected; the others can be accepted in part."))
    return redirect(g.back_url)


@room.route("/<uuid:material_lot_id>/restored", methods=("GET", "POST"), power=Power.MATERIAL_RECEIVE)
def restore(material_lot_id: UUID) -> ResponseReturnValue:
    lot = to_write_on(material_lot_id, RESTORE)
    form = RestoreForm.of(lot)
    if not form.validate_on_submit():
        return page("material_lots/undo.html", form, lot, said(RESTORE.label), chosen=form.rejection)
    form.refuse_stale(lot)
    keeping.restore(lot, int(form.rejection.data), form.reason.data or "", by=g.actor)
    flash(gettext("The pieces count among the others again."))
    return redirect(g.back_url)


def _page(form: RejectionForm, lot: MaterialLot, faults: Sequence[Fault] = ()) -> tuple[str, int]:
    return page("material_lots/pieces.html", form, lot, said(SET_ASIDE.label), faults=faults)


def _by_file(form: RejectionForm, lot: MaterialLot) -> ResponseReturnValue:
    """Of the file the good rows are kept and each bad one is told; said again, a rejection is known."""
    store: Store = current_app.extensions["store"]
    try:
        file = taken_in(form.file.data, subject_kind=MaterialLot.__tablename__, subject_id=lot.id)
        if not file.accepted:
            form.file.errors = [gettext("The file waits to be checked; send it again once that is done.")]
            return _page(form, lot)
        told = pieces_in(store.read(file))
    except (NotAcceptable, Unreadable) as wrong:
        form.file.errors = [said(wrong.says)]
        return _page(form, lot)
    good, faults = _sorted_out(told.told, lot.parts)
    faults = [*told.faults, *faults]
    rejections = [Rejection("1", (each.serial,), each.reason, str(g.actor.id), each.place) for each in good]
    if good:
        keeping.set_aside(lot, rejections, by=g.actor, file=file)
    else:
        ledger.write(lot, "material_lot.pieces-read", by=g.actor, also=[file])
    count = ngettext("%(num)s piece is rejected.", "%(num)s pieces are rejected.", len(good))
    flash(count)
    if not faults:
        return redirect(g.back_url)
    session.flush()
    form.seen_version.data = str(lot.version)
    drawn, _ = _page(form, lot, faults)
    return drawn, 200


def _sorted_out(told: Iterable[Piece], parts: Parts) -> tuple[list[Piece], list[Fault]]:
    """The rejections that are new, and what is wrong with others."""
    known, good, faults = dict(parts.rejected_serials), list[Piece](), list[Fault]()
    conforming: set[str] = set()
    for each in told:
        if each.serial not in parts.serials:
            faults.append((each.place, Said(NO_PIECE, {"serial": each.serial})))
        elif each.serial in (conforming if each.reason else known):
            says = N_("Piece %(serial)s is told once as conforming and once as rejected. Keep the one that is right.")
            faults.append((each.place, Said(says, {"serial": each.serial})))
        elif not each.reason:
            conforming.add(each.serial)
        elif known.setdefault(each.serial, each.reason) != each.reason:
            says = N_("Piece %(serial)s is rejected already, for another reason: %(reason)s")
            faults.append((each.place, Said(says, {"serial": each.serial, "reason": known[each.serial]})))
        elif each.serial not in parts.rejected_serials and each.serial not in {one.serial for one in good}:
            good.append(each)
    return good, faults
