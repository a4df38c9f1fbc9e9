"""What the columns of a sheet mean: proposed, shown with the first rows as they would be read, and confirmed once."""

from typing import Any
from uuid import UUID

from flask import abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from agreements.tables.mapping import NOTHING, Mapped, mapped_from
from agreements.tables.sorts import SORTS
from agreements.tables.telling import Told
from portal.intakes import receiving
from portal.intakes.looking import Seen
from portal.intakes.settling import intake_facts
from portal.intakes.working import take_at_once
from portal.records.intake import Intake
from portal.rooms.intakes.forms import ColumnsForm, columns_form
from portal.rooms.intakes.places import place, shown
from portal.rooms.intakes.routes import HERE, room
from portal.web import crumb, find
from portal.web.deeds import insist, weigh_deed
from portal.wording import said
from workflows.intake import NAME_COLUMNS
from workflows.powers import Power
from workflows.words import N_


@room.route(f"{HERE}/columns", methods=("GET", "POST"), power=Power.BATCH_RECORD)
def name_columns(intake_id: UUID) -> ResponseReturnValue:
    """``?sheet=`` is the place of the sheet, ``?sort=`` what it holds where the proposal is not right."""
    intake = find(Intake, intake_id)
    g.back_url = url_for("intakes.show", intake_id=intake.id)
    insist(weigh_deed(NAME_COLUMNS, intake_facts(intake), intake))
    at, store = _sheet(intake), current_app.extensions["store"]
    seen = receiving.opened_sheets(intake, store)[at]
    form = columns_form(intake.sheets[at]["heads"], _proposed(intake, at, seen))
    if form.is_submitted():
        form.sort.data = request.form.get("sort", "")
    if not form.validate_on_submit() or not form.is_readable() or "look" in request.form:
        return _page(intake, at, seen, form)
    receiving.name_columns(intake, at, form.mapped, by=g.actor)
    if intake.unmapped:
        return redirect(url_for("intakes.name_columns", intake_id=intake.id, sheet=intake.unmapped[0]))
    take_at_once(intake, store, by=g.actor)
    flash(gettext("The columns are named: %(stage)s.", stage=said(intake.where.label)))
    return redirect(g.back_url)


def _sheet(intake: Intake) -> int:
    asked = request.args.get("sheet", "")
    at = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 4 else next(iter(intake.unmapped), 0)
    if at >= len(intake.sheets) or not intake.sheets[at]["heads"]:
        abort(404)
    return at


def _proposed(intake: Intake, at: int, seen: Seen) -> Mapped:
    """As the sender says what the sheet holds, as it was confirmed, or as its head looks."""
    asked = request.form.get("sort") or request.args.get("sort")
    if asked == NOTHING:
        return Mapped(NOTHING, ())
    if asked in SORTS:
        return seen.proposed(asked)
    known = intake.sheets[at]["mapped"]
    return mapped_from(known) if known else seen.proposed()


def _page(intake: Intake, at: int, seen: Seen, form: ColumnsForm) -> ResponseReturnValue:
    """The page with the first rows as they would be read; nothing is read by columns that lack something."""
    mapped = form.mapped
    readable = not form.errors and not list(mapped.faults()) if mapped.sort in SORTS else False
    example = seen.example(mapped) if readable else Told()
    page = render_template(
        "intakes/columns.html",
        **place(intake, crumb(said(NAME_COLUMNS.label))),
        here=said(NAME_COLUMNS.label),
        form=form,
        sheet=intake.sheets[at],
        at=at,
        sorts={**{name: each.label for name, each in SORTS.items()}, NOTHING: NOTHING_IN_IT},
        sort=SORTS.get(mapped.sort),
        rows=_first(seen),
        example=shown(example, mapped),
        faults=example.faults,
        readable=readable,
        back_url=g.back_url,
    )
    return page, 422 if form.is_submitted() and form.errors else 200


def _first(seen: Seen) -> list[list[str]]:
    """The first rows below the head, as they stand in the file."""
    width = len(seen.head.names) if seen.head else 0
    rows: list[list[Any]] = [[cell.text for cell in line.cells[:width]] for line in seen.below[:3]]
    return [row + [""] * (width - len(row)) for row in rows]


NOTHING_IN_IT = N_("Nothing of making, such as a cover")
