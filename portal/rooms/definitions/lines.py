"""The lines of a definition: added, changed and struck out while it is a draft."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.acting import Stale
from portal.records.definition import PARTS, Definition
from portal.rooms.definitions import keeping
from portal.rooms.definitions.forms import FORMS, SHORT, StrikeForm
from portal.rooms.definitions.places import called, lines_called
from portal.rooms.definitions.routes import page, room, to_write_on
from portal.wording import said
from workflows.defining import STRIKE
from workflows.powers import Power


@room.route("/definitions/<uuid:definition_id>/steps", methods=("GET", "POST"), power=Power.DEFINITION_KEEP)
def steps(definition_id: UUID) -> ResponseReturnValue:
    return _write(definition_id, "steps")


@room.route("/definitions/<uuid:definition_id>/parameters", methods=("GET", "POST"), power=Power.DEFINITION_KEEP)
def parameters(definition_id: UUID) -> ResponseReturnValue:
    return _write(definition_id, "parameters")


@room.route("/definitions/<uuid:definition_id>/materials", methods=("GET", "POST"), power=Power.DEFINITION_KEEP)
def materials(definition_id: UUID) -> ResponseReturnValue:
    return _write(definition_id, "materials")


@room.route("/definitions/<uuid:definition_id>/inspections", methods=("GET", "POST"), power=Power.DEFINITION_KEEP)
def inspections(definition_id: UUID) -> ResponseReturnValue:
    return _write(definition_id, "inspections")


@room.route("/definitions/<uuid:definition_id>/struck", methods=("GET", "POST"), power=Power.DEFINITION_KEEP)
def strike(definition_id: UUID) -> ResponseReturnValue:
    definition = to_write_on(definition_id, STRIKE)
    names = lines_called(definition)
    form = StrikeForm.choosing(definition, names)
    if not form.validate_on_submit():
        return page("definitions/strike.html", form, definition, said(STRIKE.label))
    form.refuse_stale(definition)
    line = next(each for part in PARTS for each in definition.standing(part) if str(each.id) == form.line.data)
    keeping.strike(definition, line, by=g.actor)
    flash(gettext("%(line)s is struck out.", line=names[line.id]))
    return redirect(g.back_url)


def _write(definition_id: UUID, part: str) -> ResponseReturnValue:
    """Add a line to the part, or change the one that ``?line=`` names."""
    _, deed = keeping.KINDS[part]
    definition = to_write_on(definition_id, deed)
    line = _named(definition, part)
    form = FORMS[part].on(definition, line)
    here = gettext("Change: %(line)s", line=called(part, line)) if line is not None else said(deed.label)
    if not form.validate_on_submit():
        return page("definitions/line.html", form, definition, here, part=part, short=SHORT)
    if line is not None:
        form.refuse_stale(line)
    try:
        changed = keeping.write(definition, part, form.given(definition), line=line, by=g.actor)
    except keeping.Doubled:
        form.refuse_doubled()
        return page("definitions/line.html", form, definition, here, part=part, short=SHORT)
    flash(gettext("The line is on record.") if changed else gettext("Nothing differed, so nothing was written."))
    return redirect(g.back_url)


def _named(definition: Definition, part: str) -> Any:
    """The line that somebody wants to change; None where a new one is to be added."""
    if not (wanted := request.args.get("line")):
        return None
    if line := next((each for each in definition.standing(part) if str(each.id) == wanted), None):
        return line
    raise Stale
