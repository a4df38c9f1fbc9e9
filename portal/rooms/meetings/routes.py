"""Meetings of the representatives: the list, each with its pages, and its moves."""

from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal.db import session, today
from portal.facts.appointments import representative_on
from portal.facts.meetings import call_facts, count, minutes_facts, to_count
from portal.records.entrustment import Entrustment
from portal.records.meeting import Meeting
from portal.records.person import Person
from portal.rooms.meetings import keeping
from portal.rooms.meetings.forms import AttendForm, CallForm
from portal.rooms.meetings.lines import FollowForm, JudgeForm, MinutesForm, rows_of
from portal.rooms.meetings.places import counted_lines, doors_of, inside, lines_of, place
from portal.web import Ceremony, Room, crumb, find, kept, mend_for, standing_side
from portal.web.deeds import deeds_on, insist, weigh_deed
from portal.web.paging import page_of
from portal.web.signed import signatures_that_count
from portal.wording import said
from workflows.engine import Side, Transition
from workflows.meeting import MEETING
from workflows.minuting import AMEND, ATTEND, CALL, FOLLOW, JUDGE, WRITE
from workflows.powers import Power

room = Room("meetings", __name__)
HERE = "/meetings/<uuid:meeting_id>"


@room.get("/entrustments/<uuid:entrustment_id>/meetings", power=Power.AGREEMENT_READ)
def listing(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    decision = weigh_deed(CALL, call_facts(entrustment), entrustment)
    return render_template(
        "meetings/listing.html",
        **inside(entrustment),
        entrustment=entrustment,
        page=page_of(select(Meeting).where(Meeting.entrustment_id == entrustment_id), Meeting.id),
        call=decision if decision.has_power else None,
        mend_href=mend_for({"entrustment_id": entrustment_id}),
    )


@room.route("/entrustments/<uuid:entrustment_id>/meetings/new", methods=("GET", "POST"), power=Power.AGREEMENT_DRAFT)
def create(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    g.back_url = url_for("meetings.listing", entrustment_id=entrustment_id)
    g.mend_ids = {"entrustment_id": entrustment_id}
    insist(weigh_deed(CALL, call_facts(entrustment), entrustment))
    form = CallForm(meets_on=today(), reviews_indicators=True)
    if not form.validate_on_submit():
        where = inside(entrustment, crumb(said(CALL.label)))
        page = render_template(
            "meetings/call.html", **where, form=form, here=said(CALL.label), back_url=g.back_url, meeting=None
        )
        return page, 422 if form.is_submitted() else 200
    meeting = keeping.call_meeting(entrustment, form.given, by=g.actor)
    flash(gettext("%(number)s is called; the other side is told.", number=meeting.number))
    return redirect(url_for("meetings.show", meeting_id=meeting.id))


@room.get(HERE, power=Power.AGREEMENT_READ)
def show(meeting_id: UUID) -> ResponseReturnValue:
    meeting = find(Meeting, meeting_id)
    counted = to_count(meeting)
    return render_template(
        "meetings/show.html",
        **place(meeting) | {"lines": lines_of(meeting, counted)},
        meeting=meeting,
        since=meeting.since or (counted.since if counted else None),
        **kept(
            meeting,
            minutes_facts(meeting, counted),
            deeds=deeds_on(meeting, meeting.state, doors_of(meeting)),
            signatures=signatures_that_count(meeting),
        ),
    )


@room.route(f"{HERE}/call", methods=("GET", "POST"), power=Power.AGREEMENT_DRAFT)
def amend(meeting_id: UUID) -> ResponseReturnValue:
    meeting, _ = _to_write_on(meeting_id, AMEND)
    form = CallForm.over(meeting)
    if not form.validate_on_submit():
        return _page("meetings/call.html", form, meeting, AMEND)
    form.refuse_stale(meeting)
    keeping.amend(meeting, form.given, by=g.actor)
    flash(gettext("The other side is told of the change."))
    return redirect(g.back_url)


@room.route(f"{HERE}/attendance", methods=("GET", "POST"), power=Power.AGREEMENT_DRAFT)
def attend(meeting_id: UUID) -> ResponseReturnValue:
    meeting, side = _to_write_on(meeting_id, ATTEND)
    holder = representative_on(meeting.meets_on)
    form = AttendForm.of_side(meeting, side, holder, _people())
    if not form.validate_on_submit():
        return _page("meetings/attend.html", form, meeting, ATTEND, holder=holder)
    form.refuse_stale(meeting)
    keeping.attend(meeting, side, form.given, by=g.actor)
    flash(gettext("Who is there for your side is on record."))
    return redirect(g.back_url)


@room.route(f"{HERE}/earlier-decisions", methods=("GET", "POST"), power=Power.AGREEMENT_DRAFT)
def follow(meeting_id: UUID) -> ResponseReturnValue:
    meeting, _ = _to_write_on(meeting_id, FOLLOW)
    form = FollowForm.over_meeting(meeting)
    if not form.validate_on_submit():
        return _page("meetings/follow.html", form, meeting, FOLLOW, rows=rows_of(form, meeting.carried))
    form.refuse_stale(meeting)
    keeping.follow(meeting, form.given, by=g.actor)
    flash(gettext("What became of the earlier decisions is on record."))
    return redirect(g.back_url)


@room.route(f"{HERE}/minutes", methods=("GET", "POST"), power=Power.AGREEMENT_DRAFT)
def write(meeting_id: UUID) -> ResponseReturnValue:
    meeting, _ = _to_write_on(meeting_id, WRITE)
    form = MinutesForm.over_meeting(meeting)
    if not form.validate_on_submit():
        return _page("meetings/write.html", form, meeting, WRITE, rows=[form[name].form for name in form.lines])
    form.refuse_stale(meeting)
    reviewed = form.reviews_indicators.data
    keeping.write(meeting, form.minutes.data or "", form.given, reviews_indicators=reviewed, by=g.actor)
    flash(gettext("Minutes and decisions are on record."))
    return redirect(g.back_url)


@room.route(f"{HERE}/indicators", methods=("GET", "POST"), power=Power.AGREEMENT_DRAFT)
def judge(meeting_id: UUID) -> ResponseReturnValue:
    meeting, _ = _to_write_on(meeting_id, JUDGE)
    counted = count(meeting)
    form = JudgeForm.over_figures(meeting, counted)
    if not form.validate_on_submit():
        rows = [(form[each.indicator.id].form, each) for each in counted_lines(counted)]
        return _page("meetings/judge.html", form, meeting, JUDGE, rows=rows, since=counted.since)
    form.refuse_stale(meeting)
    form.refuse_moved(counted)
    keeping.judge(meeting, counted, form.given, by=g.actor)
    flash(gettext("The verdicts are on record."))
    return redirect(g.back_url)


def _to_write_on(meeting_id: UUID, deed: Transition[str]) -> tuple[Meeting, Side]:
    """The meeting and the own side, if the actor may write this now; otherwise 404, 403 or the page that says why."""
    meeting = find(Meeting, meeting_id)
    g.back_url = url_for("meetings.show", meeting_id=meeting.id)
    g.mend_ids = {"meeting_id": meeting.id, "entrustment_id": meeting.entrustment_id}
    insist(weigh_deed(deed, meeting.state, meeting))
    return meeting, standing_side(meeting) or abort(403)


def _people() -> dict[str, str]:
    """Those of the own house who have access, by their ids."""
    wanted = select(Person).where(Person.deactivated_at.is_(None)).order_by(Person.name)
    return {str(each.id): each.name for each in session.scalars(wanted)}


def _page(template: str, form: Any, meeting: Meeting, deed: Transition[Any], **more: Any) -> ResponseReturnValue:
    here = said(deed.label)
    page = render_template(
        template,
        **place(meeting, crumb(here)),
        meeting=meeting,
        form=form,
        here=here,
        back_url=g.back_url,
        **more,
    )
    return page, 422 if form.is_submitted() else 200


Ceremony(
    room=room,
    lifecycle=MEETING,
    kind=Meeting,
    key="meeting_id",
    facts=lambda meeting: minutes_facts(meeting, to_count(meeting)),
    leaf="meetings/_leaf.html",
    place=place,
    back="meetings.show",
).hang(HERE)
