"""Files of a plant: the list, a new one, one with what became of its rows, and its bad rows to mend and send again."""

import csv
import io
from collections.abc import Iterator
from uuid import UUID

from flask import Response, current_app, flash, g, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal.db import new_id, session
from portal.filing import NotAcceptable
from portal.intakes.looking import look
from portal.intakes.receiving import kept_name, receive, sent_before
from portal.intakes.working import take_at_once
from portal.records.entrustment import Entrustment
from portal.records.intake import Intake
from portal.rooms.intakes.forms import SendForm
from portal.rooms.intakes.places import decisions_on, doors_of, faults_of, inside, place, stopped_because, workable
from portal.web import Room, crumb, find
from portal.web.history import history_of, trail_of
from portal.web.moves import mend_for
from portal.web.paging import page_of
from portal.web.uploads import taken_in
from portal.wording import said
from workflows.powers import Power
from workflows.words import Said

room = Room("intakes", __name__, url_prefix="/intakes")
HERE = "/<uuid:intake_id>"
MOST_FAULTS = 200
EVERY = "5"  # seconds in which the page of a file that is being read is asked for again
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@room.get("", power=Power.BATCH_RECORD)
def listing() -> ResponseReturnValue:
    page = page_of(select(Intake), Intake.id)
    return render_template("intakes/listing.html", crumbs=inside(), page=page, may_send=bool(_workable()))


@room.route("/new", methods=("GET", "POST"), power=Power.BATCH_RECORD, upload=True)
def create() -> ResponseReturnValue:
    form, offered = SendForm(), _workable()
    form.offer(offered)
    if form.validate_on_submit():
        entrustment = next(each for each in offered if str(each.id) == form.entrustment.data)
        if intake := _received(form, entrustment):
            return redirect(url_for("intakes.show", intake_id=intake.id))
    where = inside(crumb(gettext("Send a file")))
    page = render_template(
        "intakes/create.html", crumbs=where, form=form, offered=offered, back_url=url_for("intakes.listing")
    )
    return page, 422 if form.is_submitted() else 200


@room.get(HERE, power=Power.BATCH_RECORD)
def show(intake_id: UUID) -> ResponseReturnValue:
    intake = find(Intake, intake_id)
    doors = doors_of(intake)
    drawn = render_template(
        "intakes/show.html",
        **place(intake),
        entrustment=session.get(Entrustment, intake.within_id),
        refused=Said.of(intake.refused_because) if intake.refused_because else None,
        ways_on=decisions_on(intake),
        href=doors.__getitem__,
        mend_href=mend_for({"intake_id": intake.id}),
        faults=faults_of(intake, MOST_FAULTS),
        waits=_is_read_on(intake),
        stopped=stopped_because(intake),
        events=history_of(intake),
        trail_url=trail_of(intake),
    )
    answer = make_response(drawn)
    if _is_read_on(intake):
        answer.headers["Refresh"] = EVERY
    return answer


@room.get(f"{HERE}/faults.csv", power=Power.BATCH_RECORD)
def faults(intake_id: UUID) -> ResponseReturnValue:
    """The bad rows under the head of their sheet, with their reasons behind: to be mended and sent again."""
    intake = find(Intake, intake_id)
    told = Response("\ufeff" + "".join(_bad_rows(intake)), mimetype="text/csv; charset=utf-8")
    told.headers["Content-Disposition"] = f'attachment; filename="{intake.number}-faults.csv"'
    return told


def _is_read_on(intake: Intake) -> bool:
    """Whether it waits for nobody but the portal itself."""
    return not (intake.ended_at or intake.unmapped or intake.is_stopped)


def _received(form: SendForm, entrustment: Entrustment) -> Intake | None:
    """The file on record, or the one of the same bytes that is; None where the form says why it is refused."""
    sent = form.file.data
    content = sent.stream.read()
    sent.stream.seek(0)
    if before := sent_before(entrustment.id, content):
        flash(gettext("This very file was sent before, as %(number)s; nothing was written.", number=before.number))
        return before
    intake_id, store = new_id(), current_app.extensions["store"]
    sent.filename = kept_name(sent.filename or "")
    try:
        file = taken_in(sent, subject_kind=Intake.__tablename__, subject_id=intake_id)
    except NotAcceptable as wrong:
        form.file.errors = [said(wrong.says)]
        return None
    intake = receive(intake_id, file, entrustment, store, by=g.actor)
    take_at_once(intake, store, by=g.actor)
    flash(
        gettext("The file is on record as %(number)s: %(stage)s.", number=intake.number, stage=said(intake.where.label))
    )
    return intake


def _workable() -> list[Entrustment]:
    wanted = select(Entrustment).where(Entrustment.ended_at.is_(None)).order_by(Entrustment.number.desc())
    return workable(list(session.scalars(wanted).unique()))


def _bad_rows(intake: Intake) -> Iterator[str]:
    reasons: dict[tuple[int, int], list[str]] = {}
    for fault in intake.faults:
        for row in fault["rows"]:
            told = f"{fault['place']}: {said(Said.of(fault['says']))}"
            reasons.setdefault((fault["sheet"], row), []).append(told)
    if not reasons:
        return
    if not any(each["heads"] for each in intake.sheets):  # a document, which has places and no rows
        yield _line([gettext("Place"), gettext("What is wrong")])
        yield from (_line([each["place"], said(Said.of(each["says"]))]) for each in intake.faults)
        return
    sheets = look(current_app.extensions["store"].read(intake.file))
    for at, sheet in enumerate(sheets):
        wrong = {row: told for (where, row), told in reasons.items() if where == at}
        if not wrong or sheet.head is None:
            continue
        yield _line([*sheet.head.names, gettext("What is wrong")])
        for line in sheet.lines:
            if line.number in wrong:
                cells = [cell.text for cell in line.cells[: len(sheet.head.names)]]
                cells += [""] * (len(sheet.head.names) - len(cells))
                yield _line([*cells, " ".join(wrong[line.number])])


def _line(cells: list[str]) -> str:
    """No cell begins like a formula, which a spreadsheet would carry out; a number may be below zero."""
    kept = io.StringIO()
    csv.writer(kept).writerow([f"'{each}" if _is_formula(each) else each for each in cells])
    return kept.getvalue()


def _is_formula(text: str) -> bool:
    return text.startswith(FORMULA) and not text[1:].replace(".", "", 1).isdigit()
