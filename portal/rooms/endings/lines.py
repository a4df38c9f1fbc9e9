"""The points of a checklist: writing how one was settled, and its moves."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.facts.endings import keep_until_at_least, known_of_each, line_facts
from portal.facts.ground import ground_of
from portal.filing import NotAcceptable
from portal.records.ending import EndingLine
from portal.rooms.endings.forms import RecordsForm, SettlementForm, form_for
from portal.rooms.endings.keeping import write as put_down
from portal.rooms.endings.places import place_of_line
from portal.rooms.endings.routes import room
from portal.web import Ceremony, crumb, find, kept
from portal.web.deeds import deeds_on, insist, weigh_deed
from portal.web.doors import standing_side
from portal.web.uploads import taken_in
from portal.wording import said
from workflows.ending import ENDING_LINE, WRITE_LINE, LineFacts
from workflows.powers import Power


@room.get("/ending-lines/<uuid:ending_line_id>", power=Power.ENTRUSTMENT_READ)
def line(ending_line_id: UUID) -> ResponseReturnValue:
    found = find(EndingLine, ending_line_id)
    facts = _facts(found)
    return render_template(
        "endings/line.html",
        **place_of_line(found),
        line=found,
        **kept(found, facts, deeds=deeds_on(found, facts, {"endings.write": WRITE_LINE})),
    )


@room.route(
    "/ending-lines/<uuid:ending_line_id>/settlement",
    methods=("GET", "POST"),
    power=Power.ENTRUSTMENT_DECIDE,
    upload=True,
)
def write(ending_line_id: UUID) -> ResponseReturnValue:
    found = find(EndingLine, ending_line_id)
    g.back_url = url_for("endings.line", ending_line_id=found.id)
    insist(weigh_deed(WRITE_LINE, _facts(found), found))
    form = form_for(found)
    if isinstance(form, RecordsForm):
        form.least = keep_until_at_least(found.entrustment_id)
    if not form.validate_on_submit():
        return _page(form, found)
    form.refuse_stale(found)
    try:
        about: dict[str, Any] = {"subject_kind": EndingLine.__tablename__, "subject_id": found.id}
        file = taken_in(form.file.data, entrustment_id=found.entrustment_id, **about) if form.file.data else None
    except NotAcceptable as wrong:
        form.file.errors = [said(wrong.says)]
        return _page(form, found)
    known = known_of_each(ground_of(found.ending.entrustment)).get(found.point, ())
    put_down(found, form.given, file, known, by=g.actor)
    flash(gettext("It is on record how the point was settled."))
    return redirect(g.back_url)


def _facts(found: EndingLine) -> LineFacts:
    return line_facts(found, standing_side(found))


def _page(form: SettlementForm, found: EndingLine) -> ResponseReturnValue:
    where = place_of_line(found, crumb(gettext("How it was settled")))
    page = render_template("endings/write.html", **where, line=found, form=form, back_url=g.back_url)
    return page, 422 if form.is_submitted() else 200


Ceremony(
    room=room,
    lifecycle=ENDING_LINE,
    kind=EndingLine,
    key="ending_line_id",
    facts=_facts,
    leaf="endings/_line_leaf.html",
    place=place_of_line,
    back="endings.line",
).hang("/ending-lines/<uuid:ending_line_id>")
