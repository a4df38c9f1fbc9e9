"""The end of an entrustment: what has to be settled, the checklist, and its moves."""

from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.db import today
from portal.facts import ground_of
from portal.facts.endings import draw_up_facts, ending_facts, ending_of, known_of_each
from portal.records.ending import Ending
from portal.records.entrustment import Entrustment
from portal.rooms.endings.forms import DrawUpForm
from portal.rooms.endings.keeping import draw_up
from portal.rooms.endings.places import inside, place
from portal.web import Ceremony, Room, crumb, find, kept, mend_for
from portal.web.deeds import insist, weigh_deed
from portal.web.signed import signatures_that_count
from workflows.ending import DRAW_UP, ENDING
from workflows.powers import Power

room = Room("endings", __name__)


@room.get("/entrustments/<uuid:entrustment_id>/ending", power=Power.ENTRUSTMENT_READ)
def listing(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    ground, ending = ground_of(entrustment), ending_of(entrustment_id)
    decision = weigh_deed(DRAW_UP, draw_up_facts(entrustment, ending), entrustment)
    return render_template(
        "endings/listing.html",
        **inside(entrustment, ground=ground),
        entrustment=entrustment,
        ending=ending,
        known=known_of_each(ground),
        draw=decision if decision.has_power and ending is None else None,
        mend_href=mend_for({"entrustment_id": entrustment_id}),
    )


@room.route("/entrustments/<uuid:entrustment_id>/ending/new", methods=("GET", "POST"), power=Power.ENTRUSTMENT_DECIDE)
def create(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    g.back_url = url_for("endings.listing", entrustment_id=entrustment_id)
    g.mend_ids = {"entrustment_id": entrustment_id}
    insist(weigh_deed(DRAW_UP, draw_up_facts(entrustment, ending_of(entrustment_id)), entrustment))
    form = DrawUpForm()
    if not form.validate_on_submit():
        where = inside(entrustment, crumb(gettext("Draw up the checklist")))
        page = render_template("endings/create.html", **where, entrustment=entrustment, form=form, back_url=g.back_url)
        return page, 422 if form.is_submitted() else 200
    ending = draw_up(entrustment, form.planned_on.data or today(), form.because.data or "", by=g.actor)
    flash(gettext("The checklist is drawn up; each side settles its points."))
    return redirect(url_for("endings.show", ending_id=ending.id))


@room.get("/endings/<uuid:ending_id>", power=Power.ENTRUSTMENT_READ)
def show(ending_id: UUID) -> ResponseReturnValue:
    ending = find(Ending, ending_id)
    facts = ending_facts(ending)
    return render_template(
        "endings/show.html",
        **place(ending),
        ending=ending,
        facts_now=facts,
        **kept(ending, facts, signatures=signatures_that_count(ending)),
    )


Ceremony(
    room=room,
    lifecycle=ENDING,
    kind=Ending,
    key="ending_id",
    facts=ending_facts,
    leaf="endings/_leaf.html",
    place=place,
    back="endings.show",
).hang("/endings/<uuid:ending_id>")
