"""What a lot brought with it and what its inspection found: certificates filed and struck out, results written down."""

from uuid import UUID

from flask import flash, g, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.filing import NotAcceptable
from portal.records.material_lot import MaterialLot
from portal.rooms.material_lots import keeping
from portal.rooms.material_lots.forms import CertificateForm, ResultForm, StrikeForm
from portal.rooms.material_lots.routes import page, room, to_write_on
from portal.web.uploads import taken_in
from portal.wording import said
from workflows.powers import Power
from workflows.receiving import CERTIFY, INSPECT, STRIKE


@room.route("/<uuid:material_lot_id>/certificates", methods=("GET", "POST"), power=Power.MATERIAL_RECEIVE, upload=True)
def certify(material_lot_id: UUID) -> ResponseReturnValue:
    lot = to_write_on(material_lot_id, CERTIFY)
    form = CertificateForm.over(lot, data={"number": None})
    if not form.is_submitted():
        form.number.data = None
    if form.validate_on_submit():
        form.refuse_stale(lot)
        if _certified(form, lot):
            flash(gettext("The certificate is filed."))
            return redirect(g.back_url)
    return page("material_lots/certify.html", form, lot, said(CERTIFY.label))


@room.route("/<uuid:material_lot_id>/results", methods=("GET", "POST"), power=Power.MATERIAL_RECEIVE)
def inspect(material_lot_id: UUID) -> ResponseReturnValue:
    lot = to_write_on(material_lot_id, INSPECT)
    form = ResultForm.of(lot)
    if not form.validate_on_submit():
        return page("material_lots/inspect.html", form, lot, said(INSPECT.label))
    form.refuse_stale(lot)
    found = keeping.inspect(lot, form.criterion, form.given, reason=form.reason.data or None, by=g.actor)
    flash(
        gettext("The result is on record; it conforms.")
        if found.passed
        else gettext("The result is on record; it does not conform.")
    )
    return redirect(g.back_url)


@room.route("/<uuid:material_lot_id>/struck", methods=("GET", "POST"), power=Power.MATERIAL_RECEIVE)
def strike(material_lot_id: UUID) -> ResponseReturnValue:
    lot = to_write_on(material_lot_id, STRIKE)
    form = StrikeForm.of(lot)
    if not form.validate_on_submit():
        return page("material_lots/undo.html", form, lot, said(STRIKE.label), chosen=form.certificate)
    form.refuse_stale(lot)
    paper = next(each for each in lot.standing_certificates if str(each.id) == form.certificate.data)
    keeping.strike(lot, paper, form.reason.data or "", by=g.actor)
    flash(gettext("The certificate is struck out."))
    return redirect(g.back_url)


def _certified(form: CertificateForm, lot: MaterialLot) -> bool:
    """Whether it is on record; otherwise the form says why its file is refused."""
    try:
        file = taken_in(form.file.data, subject_kind=MaterialLot.__tablename__, subject_id=lot.id)
    except NotAcceptable as wrong:
        form.file.errors = [said(wrong.says)]
        return False
    keeping.certify(lot, form.given, file, by=g.actor)
    return True
