"""Duties: what falls due everywhere, the docket of one entrustment, each duty, beginning one, showing one met."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from agreements.clauses import clause
from portal import docket
from portal.facts import ground_of
from portal.facts.duties import meeting_facts, performances
from portal.filing import NotAcceptable
from portal.ledger import row_hash
from portal.records.duty import Duty
from portal.records.entrustment import Entrustment
from portal.records.file import StoredFile
from portal.rooms.duties.forms import CallForm, FilterForm, MeetForm
from portal.rooms.duties.keeping import begin, may_begin, put_down
from portal.rooms.duties.queries import duties_of, page_of_duties
from portal.web import Room, crumb, find, mend_for, witnessed_each
from portal.web.between import between, identity_of
from portal.web.deeds import insist, weigh_deed
from portal.web.doors import standing_side
from portal.web.frame import home_crumb
from portal.web.history import history_of, record_url, trail_of
from portal.web.uploads import taken_in
from portal.web.value_names import OWES
from portal.wording import in_language, language_now, said
from workflows.duty import CALL, MEET, STANDINGS, TONES
from workflows.powers import Power

room = Room("duties", __name__)


@room.get("/duties", power=Power.DUTY_READ)
def everywhere() -> ResponseReturnValue:
    form = FilterForm(request.args)
    page = page_of_duties(form)
    if g.actor.is_authority:
        relations = sorted({each.entrustment_id for each in page.rows if each.entrustment_id})
        houses = sorted({each.owner_id for each in page.rows if not each.entrustment_id})
        witnessed_each(relations, "duty.listed", houses=houses)
        page = page_of_duties(form)
    crumbs = [home_crumb(), crumb(gettext("Duties"))]
    return render_template("duties/everywhere.html", crumbs=crumbs, form=form, page=page, **_words())


@room.get("/entrustments/<uuid:entrustment_id>/duties", power=Power.DUTY_READ)
def listing(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    form = FilterForm(request.args)
    return render_template(
        "duties/listing.html",
        **_inside(entrustment),
        entrustment=entrustment,
        form=form,
        page=page_of_duties(form, entrustment_id),
        performances=performances(duties_of(entrustment_id)),
        may_call=weigh_deed(CALL, None, entrustment).allowed,
        deed=CALL,
        **_words(),
    )


@room.route("/entrustments/<uuid:entrustment_id>/duties/new", methods=("GET", "POST"), power=Power.DUTY_KEEP)
def create(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    g.back_url = url_for("duties.listing", entrustment_id=entrustment_id)
    insist(weigh_deed(CALL, None, entrustment))
    form = CallForm()
    side = standing_side(entrustment)
    form.offer(may_begin(docket.rules_of(ground_of(entrustment).agreement("quality"), entrustment), side))
    if not form.validate_on_submit() or side is None:
        where = _inside(entrustment, crumb(gettext("Begin a duty")))
        page = render_template("duties/create.html", **where, entrustment=entrustment, form=form, back_url=g.back_url)
        return page, 422 if form.is_submitted() else 200
    duty = begin(entrustment, **form.given, side=side, by=g.actor)
    flash(gettext("The duty is on record; its deadline runs."))
    return redirect(url_for("duties.show", duty_id=duty.id))


@room.get("/duties/<uuid:duty_id>", power=Power.DUTY_READ)
def show(duty_id: UUID) -> ResponseReturnValue:
    duty = find(Duty, duty_id)
    decision = weigh_deed(MEET, meeting_facts(duty, standing_side(duty)), duty)
    return render_template(
        "duties/show.html",
        **_place(duty),
        duty=duty,
        rule=duty.under,
        clause=clause(duty.under.clause_id) if duty.under.clause_id else None,
        about_url=record_url(duty.about_kind, duty.about_id),
        decision=decision,
        mend_href=mend_for({"entrustment_id": duty.entrustment_id}),
        events=history_of(duty),
        record_hash=row_hash(duty),
        trail_url=trail_of(duty),
        **_words(),
    )


@room.route("/duties/<uuid:duty_id>/met", methods=("GET", "POST"), power=Power.DUTY_KEEP, upload=True)
def meet(duty_id: UUID) -> ResponseReturnValue:
    duty = find(Duty, duty_id)
    g.back_url = url_for("duties.show", duty_id=duty_id)
    g.mend_ids = {"entrustment_id": duty.entrustment_id}
    insist(weigh_deed(MEET, meeting_facts(duty, standing_side(duty)), duty))
    form = MeetForm.over(duty)
    form.began_at = duty.started_at
    if not form.validate_on_submit():
        return _meeting_page(form, duty)
    form.refuse_stale(duty)
    try:
        file = _sent_with(form, duty)
    except NotAcceptable as wrong:
        form.file.errors = [said(wrong.says)]
        return _meeting_page(form, duty)
    put_down(duty, **form.given, file=file, by=g.actor)
    flash(gettext("It is on record that the duty is met."))
    return redirect(g.back_url)


def _meeting_page(form: MeetForm, duty: Duty) -> ResponseReturnValue:
    where = _place(duty, crumb(gettext("Show that it is met")))
    page = render_template("duties/meet.html", **where, duty=duty, form=form, back_url=g.back_url, **_words())
    return page, 422 if form.is_submitted() else 200


def _sent_with(form: MeetForm, duty: Duty) -> StoredFile | None:
    if not form.file.data:
        return None
    about = {"subject_kind": Duty.__tablename__, "subject_id": duty.id, "entrustment_id": duty.entrustment_id}
    return taken_in(form.file.data, **about)


def _inside(entrustment: Entrustment, *more: tuple[str, str | None]) -> dict[str, Any]:
    """Breadcrumb of a page about the duties of ``entrustment``."""
    here = crumb(gettext("Duties"), "duties.listing", entrustment_id=entrustment.id)
    return {"crumbs": [home_crumb(), here, *more], "between": between(entrustment, ground_of(entrustment))}


def _place(duty: Duty, *more: tuple[str, str | None]) -> dict[str, Any]:
    """What every page about ``duty`` is drawn with."""
    title = duty.under.title(language_now())
    own = crumb(title, "duties.show", duty_id=duty.id)
    place = _inside(duty.entrustment, own, *more) if duty.entrustment else _at_home(own, *more)
    return place | {"identity": identity_of(duty, title)}


def _at_home(*more: tuple[str, str | None]) -> dict[str, Any]:
    return {"crumbs": [home_crumb(), crumb(gettext("Duties"), "duties.everywhere"), *more]}


def _words() -> dict[str, Any]:
    return {
        "standings": STANDINGS,
        "tones": TONES,
        "owers": OWES,
        "in_words": in_language,
    }
