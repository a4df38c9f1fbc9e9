"""Hearings of the own house: the list, each dispatch record, recording one, amending it, its moves."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal.db import session
from portal.facts.appointments import REPRESENTATIVE, hearing_facts
from portal.records.appointment import Appointment
from portal.records.hearing import Hearing
from portal.rooms.hearings.forms import HearingForm
from portal.rooms.hearings.keeping import amend as put_down_changes
from portal.rooms.hearings.keeping import draft
from portal.tenancy import current_tenant
from portal.web import Ceremony, Room, crumb, find, kept
from portal.web.between import identity_of
from portal.web.deeds import deeds_on, insist, weigh_deed
from portal.web.frame import home_crumb
from portal.web.paging import page_of
from portal.wording import said
from workflows.powers import Power
from workflows.quarterly_hearing import AMEND, DRAFT, HEARING

room = Room("hearings", __name__, url_prefix="/hearings")


@room.get("", power=Power.PERSON_READ)
def listing() -> ResponseReturnValue:
    page = page_of(select(Hearing).where(Hearing.owner_id == current_tenant()), Hearing.id)
    may_draft = g.actor.may(DRAFT.power)
    return render_template("hearings/listing.html", crumbs=_crumbs(), page=page, deed=DRAFT, may_draft=may_draft)


@room.route("/new", methods=("GET", "POST"), power=Power.HEARING_KEEP)
def create() -> ResponseReturnValue:
    form = HearingForm()
    form.offer(_representatives())
    if not form.validate_on_submit():
        return _page(form, url_for("hearings.listing"), crumb(said(DRAFT.label)))
    made = draft(form.given, by=g.actor)
    flash(gettext("The hearing is on record; it counts once the person in charge has signed it."))
    return redirect(url_for("hearings.show", hearing_id=made.id))


@room.get("/<uuid:hearing_id>", power=Power.HEARING_READ)
def show(hearing_id: UUID) -> ResponseReturnValue:
    found = find(Hearing, hearing_id)
    return render_template(
        "hearings/show.html",
        **_place(found),
        hearing=found,
        **kept(found, hearing_facts(found, g.actor.id), deeds=deeds_on(found, found.state, {"hearings.amend": AMEND})),
    )


@room.route("/<uuid:hearing_id>/amend", methods=("GET", "POST"), power=Power.HEARING_KEEP)
def amend(hearing_id: UUID) -> ResponseReturnValue:
    found = find(Hearing, hearing_id)
    g.back_url = url_for("hearings.show", hearing_id=found.id)
    insist(weigh_deed(AMEND, found.state, found))
    form = HearingForm.over(found)
    form.offer(_representatives())
    if not form.validate_on_submit():
        return _page(form, g.back_url, crumb(said(AMEND.label)), found)
    form.refuse_stale(found)
    put_down_changes(found, form.given, by=g.actor)
    flash(gettext("The draft is changed."))
    return redirect(g.back_url)


def _representatives() -> list[Appointment]:
    """Whoever has ever held the post, the last one first: a hearing may be written down after they left."""
    wanted = select(Appointment).where(
        Appointment.owner_id == current_tenant(),
        Appointment.post == REPRESENTATIVE,
        Appointment.appointed_at.is_not(None),
    )
    return list(session.scalars(wanted.order_by(Appointment.appointed_at.desc()).limit(20)))


def _crumbs(*more: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    if g.actor.is_authority:
        return [home_crumb(), *more]
    here = crumb(gettext("Hearings"), "hearings.listing" if more else None)
    return [home_crumb(), crumb(gettext("Key people"), "appointments.listing"), here, *more]


def _place(hearing: Hearing) -> dict[str, Any]:
    """What every page about ``hearing`` is drawn with."""
    label = gettext("Dispatch record %(quarter)s", quarter=hearing.quarter)
    own = crumb(label, "hearings.show", hearing_id=hearing.id)
    return {"crumbs": _crumbs(own), "identity": identity_of(hearing, label), "title": label}


def _page(
    form: HearingForm, back_url: str, here: tuple[str, str | None], about: Hearing | None = None
) -> ResponseReturnValue:
    place = _place(about) if about else {"crumbs": _crumbs()}
    place["crumbs"] = [*place["crumbs"], here]
    page = render_template("hearings/edit.html", form=form, back_url=back_url, hearing=about, **place)
    return page, 422 if form.is_submitted() else 200


Ceremony(
    room=room,
    lifecycle=HEARING,
    kind=Hearing,
    key="hearing_id",
    facts=lambda hearing: hearing_facts(hearing, g.actor.id),
    leaf="hearings/_leaf.html",
    place=_place,
    back="hearings.show",
).hang("/<uuid:hearing_id>")
