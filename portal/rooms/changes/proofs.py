"""What proves that an approved change may be implemented: registration or filing, verification or validation."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.filing import NotAcceptable
from portal.records.change import Change
from portal.records.file import StoredFile
from portal.rooms.changes.forms import RegistrationForm, ValidationForm
from portal.rooms.changes.keeping import show_registration as put_down_registration
from portal.rooms.changes.keeping import show_validation as put_down_validation
from portal.rooms.changes.routes import insist_on, page_over, room
from portal.web import find
from portal.web.uploads import taken_in
from portal.wording import said
from workflows.changing import SHOW_REGISTRATION, SHOW_VALIDATION
from workflows.engine import Side
from workflows.powers import Power

BOTH: Any = {"methods": ("GET", "POST"), "power": Power.CHANGE_KEEP, "upload": True}


@room.route("/changes/<uuid:change_id>/registration", **BOTH)
def show_registration(change_id: UUID) -> ResponseReturnValue:
    change = find(Change, change_id, side=Side.REGISTRANT)
    insist_on(SHOW_REGISTRATION, change)
    form = RegistrationForm.over(change)
    file = _taken_in(form, change)
    if file is None:
        return page_over("changes/registration.html", form, change, gettext("Evidence of registration"))
    put_down_registration(change, form.registration_evidence.data, file, by=g.actor)
    flash(gettext("The evidence is on record."))
    return redirect(g.back_url)


@room.route("/changes/<uuid:change_id>/validation", **BOTH)
def show_validation(change_id: UUID) -> ResponseReturnValue:
    change = find(Change, change_id)
    insist_on(SHOW_VALIDATION, change)
    form = ValidationForm.over(change)
    file = _taken_in(form, change)
    if file is None and (form.file.data or not form.validate_on_submit()):
        return page_over("changes/validation.html", form, change, gettext("Evidence of validation"))
    put_down_validation(change, form.validation_evidence.data, file, by=g.actor)
    flash(gettext("The evidence is on record."))
    return redirect(g.back_url)


def _taken_in(form: Any, change: Change) -> StoredFile | None:
    """The file that came with a form in order; None where there is none, or the field says why it is not taken."""
    if not form.validate_on_submit():
        return None
    form.refuse_stale(change)
    if not form.file.data:
        return None
    try:
        return taken_in(
            form.file.data,
            entrustment_id=change.entrustment_id,
            subject_kind=Change.__tablename__,
            subject_id=change.id,
        )
    except NotAcceptable as wrong:
        form.file.errors = [said(wrong.says)]
        return None
