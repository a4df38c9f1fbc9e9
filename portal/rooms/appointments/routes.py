"""Key people: the posts and who holds them, each appointment, preparing one, its letter, its end, its report."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal.db import new_id, session
from portal.facts.appointments import appointment_facts, follow_appointment, reporting_facts
from portal.filing import NotAcceptable
from portal.records.appointment import Appointment
from portal.records.person import Person
from portal.rooms.appointments.forms import AppointmentForm, ReportForm
from portal.rooms.appointments.keeping import amend as put_down_changes
from portal.rooms.appointments.keeping import prepare
from portal.rooms.appointments.keeping import report as put_down_report
from portal.rooms.appointments.reading import post_lines
from portal.web import Ceremony, Room, crumb, find, kept
from portal.web.between import identity_of
from portal.web.deeds import deeds_on, insist, weigh_deed
from portal.web.frame import home_crumb
from portal.web.uploads import taken_in
from portal.wording import said
from workflows.appointment import AMEND, APPOINTMENT, EDUCATIONS, KEY_POSTS, PREPARE, REPORT, TITLES
from workflows.powers import Power

room = Room("appointments", __name__, url_prefix="/appointments")


@room.get("", power=Power.PERSON_READ)
def listing() -> ResponseReturnValue:
    lines, over = post_lines()
    return render_template(
        "appointments/listing.html",
        crumbs=_crumbs(),
        lines=lines,
        over=over,
        deed=PREPARE,
        may_prepare=g.actor.may(PREPARE.power),
        **_words(),
    )


@room.route("/new", methods=("GET", "POST"), power=Power.APPOINTMENT_KEEP, upload=True)
def create() -> ResponseReturnValue:
    form = AppointmentForm()
    names = _people(form)
    made = new_id()
    if form.validate_on_submit() and _kept(form, made, partial(prepare, appointment_id=made, **_who(form, names))):
        flash(gettext("The appointment is prepared; it counts once its letter is signed."))
        return redirect(url_for("appointments.show", appointment_id=made))
    return _page("appointments/edit.html", form, url_for("appointments.listing"), crumb(said(PREPARE.label)))


@room.get("/<uuid:appointment_id>", power=Power.APPOINTMENT_READ)
def show(appointment_id: UUID) -> ResponseReturnValue:
    found = find(Appointment, appointment_id)
    mine = found.owner_id == g.actor.organisation_id
    facts = appointment_facts(found, g.actor.id) if mine else None
    amending = deeds_on(found, found.state, {"appointments.amend": AMEND})
    reporting = deeds_on(found, reporting_facts(found), {"appointments.report": REPORT})
    return render_template(
        "appointments/show.html",
        **_place(found),
        appointment=found,
        mine=mine,
        **kept(found, facts, deeds=[*amending, *reporting]),
    )


@room.route("/<uuid:appointment_id>/amend", methods=("GET", "POST"), power=Power.APPOINTMENT_KEEP, upload=True)
def amend(appointment_id: UUID) -> ResponseReturnValue:
    found = find(Appointment, appointment_id)
    g.back_url = url_for("appointments.show", appointment_id=found.id)
    insist(weigh_deed(AMEND, found.state, found))
    by_name = None if found.person_id else found.person_name
    form = AppointmentForm.over(found, data={"person": str(found.person_id or ""), "person_name": by_name})
    if not form.is_submitted():
        form.person_name.data = by_name
    names = _people(form)
    if form.validate_on_submit():
        form.refuse_stale(found)
        if _kept(form, found.id, partial(put_down_changes, found, **_who(form, names))):
            flash(gettext("The draft is changed."))
            return redirect(g.back_url)
    return _page("appointments/edit.html", form, g.back_url, crumb(said(AMEND.label)), found)


@room.route("/<uuid:appointment_id>/report", methods=("GET", "POST"), power=Power.APPOINTMENT_KEEP)
def report(appointment_id: UUID) -> ResponseReturnValue:
    found = find(Appointment, appointment_id)
    g.back_url = url_for("appointments.show", appointment_id=found.id)
    insist(weigh_deed(REPORT, reporting_facts(found), found))
    form = ReportForm.over(found)
    if not form.validate_on_submit():
        return _page("appointments/report.html", form, g.back_url, crumb(said(REPORT.label)), found)
    form.refuse_stale(found)
    put_down_report(found, reported_on=form.reported_on.data, report_number=form.report_number.data, by=g.actor)
    flash(gettext("It is on record that the authority was told."))
    return redirect(g.back_url)


def _people(form: AppointmentForm) -> dict[str, str]:
    wanted = select(Person).where(Person.deactivated_at.is_(None)).order_by(Person.name)
    found = session.scalars(wanted).all()
    form.offer({str(each.id): f"{each.name} · {each.title}" for each in found})
    return {str(each.id): each.name for each in found}


def _who(form: AppointmentForm, names: dict[str, str]) -> dict[str, Any]:
    chosen = form.person.data
    if chosen:
        return {"name": names[chosen], "person_id": UUID(chosen)}
    return {"name": form.person_name.data or "", "person_id": None}


def _kept(form: AppointmentForm, appointment_id: UUID, write: Callable[..., Any]) -> bool:
    """Put down what was typed, with the paper that was sent along; False when that is not acceptable."""
    about = {"subject_kind": Appointment.__tablename__, "subject_id": appointment_id}
    try:
        evidence = taken_in(form.file.data, **about) if form.file.data else None
    except NotAcceptable as wrong:
        form.file.errors = [said(wrong.says)]
        return False
    write(given=form.given, evidence=evidence, by=g.actor)
    return True


def _crumbs(*more: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    if g.actor.is_authority:
        return [home_crumb(), *more]
    here = crumb(gettext("Key people"), "appointments.listing" if more else None)
    return [home_crumb(), crumb(gettext("People"), "people.listing"), here, *more]


def _words() -> dict[str, Any]:
    return {"posts": KEY_POSTS, "educations": EDUCATIONS, "titles": TITLES}


def _place(appointment: Appointment) -> dict[str, Any]:
    """What every page about ``appointment`` is drawn with."""
    label = gettext("%(post)s: %(name)s", post=said(KEY_POSTS[appointment.post]), name=appointment.person_name)
    own = crumb(label, "appointments.show", appointment_id=appointment.id)
    return _words() | {"crumbs": _crumbs(own), "identity": identity_of(appointment, label), "title": label}


def _page(
    template: str, form: Any, back_url: str, here: tuple[str, str | None], about: Appointment | None = None
) -> ResponseReturnValue:
    place = _place(about) if about else {"crumbs": _crumbs()}
    place["crumbs"] = [*place["crumbs"], here]
    page = render_template(template, form=form, back_url=back_url, appointment=about, **place)
    return page, 422 if form.is_submitted() else 200


Ceremony(
    room=room,
    lifecycle=APPOINTMENT,
    kind=Appointment,
    key="appointment_id",
    facts=lambda appointment: appointment_facts(appointment, g.actor.id),
    leaf="appointments/_leaf.html",
    place=_place,
    back="appointments.show",
    after=follow_appointment,
).hang("/<uuid:appointment_id>")
