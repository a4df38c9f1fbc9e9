"""The people of the own organisation, and who may still join it."""

from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, url_for
from flask import session as form_cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal import ledger
from portal.acting import Stale
from portal.db import now, session
from portal.records.organisation import Organisation
from portal.records.person import Invitation, Person
from portal.rooms.people.forms import EditForm, InviteForm
from portal.rooms.people.leaving import administrators, ways_on_for
from portal.rooms.people.leaving import hang as hang_leaving
from portal.rooms.people.offers import invite as make_invitation
from portal.rooms.people.offers import is_open, standing_of
from portal.rooms.people.places import people_crumb, person_place
from portal.rooms.people.resetting import hang as hang_resetting
from portal.rooms.people.resetting import reset_of, ways_to_reset
from portal.web import Room, absolute, crumb, find
from portal.web.frame import home_crumb
from portal.web.history import history_of
from workflows.powers import Power, Role

room = Room("people", __name__, url_prefix="/people")


@room.get("", power=Power.PERSON_READ)
def listing() -> ResponseReturnValue:
    people = session.scalars(select(Person).order_by(Person.deactivated_at.is_not(None), Person.name)).all()
    offers = session.scalars(select(Invitation).where(Invitation.accepted_at.is_(None)).order_by(Invitation.id.desc()))
    return render_template(
        "people/listing.html",
        people=people,
        invitations=[(each, standing_of(each)) for each in offers.all()],
        may_keep=_may_keep(),
        crumbs=[home_crumb(), crumb(gettext("People"))],
    )


@room.get("/<uuid:person_id>", power=Power.PERSON_READ)
def show(person_id: UUID) -> ResponseReturnValue:
    person = find(Person, person_id)
    return render_template(
        "people/show.html",
        person=person,
        ways_on=[*(ways_on_for(person) if _may_keep() else []), *ways_to_reset(person)],
        reset=reset_of(person),
        href=lambda move: url_for(f"people.{move}", person_id=person.id),
        may_keep=_may_keep(),
        events=history_of(person),
        **person_place(person),
    )


@room.route("/invite", methods=("GET", "POST"), power=Power.PERSON_KEEP)
def invite() -> ResponseReturnValue:
    form = InviteForm()
    form.offer(_organisation())
    if not form.validate_on_submit() or form.refuse_taken(_addresses()):
        crumbs = [home_crumb(), people_crumb(), crumb(gettext("Invite somebody"))]
        return render_template("people/invite.html", form=form, crumbs=crumbs), 422 if form.is_submitted() else 200
    invitation, token = make_invitation(
        name=form.name.data or "", title=form.title.data or "", email=form.email.data or "", roles=form.chosen
    )
    form_cookie["invited"] = [str(invitation.id), token]  # read once, by the next page
    return redirect(url_for("people.invitation", invitation_id=invitation.id))


@room.get("/invitations/<uuid:invitation_id>", power=Power.PERSON_KEEP)
def invitation(invitation_id: UUID) -> ResponseReturnValue:
    """The link stands here once, right after inviting: only its hash is kept."""
    found = find(Invitation, invitation_id)
    about, token = form_cookie.pop("invited", ("", ""))
    link = absolute("sessions.accept", token=token) if about == str(found.id) else None
    return render_template(
        "people/invitation.html",
        invitation=found,
        link=link,
        standing=standing_of(found),
        may_withdraw=is_open(found),
        events=history_of(found),
        crumbs=[home_crumb(), people_crumb(), crumb(found.name)],
    )


@room.post("/invitations/<uuid:invitation_id>/withdraw", power=Power.PERSON_KEEP)
def withdraw(invitation_id: UUID) -> ResponseReturnValue:
    found = find(Invitation, invitation_id)
    if not is_open(found):
        raise Stale
    found.withdrawn_at = now()
    ledger.write(found, "invitation.withdrawn", by=g.actor)
    flash(gettext("The invitation of %(name)s is withdrawn; its link opens nothing.", name=found.name), "good")
    return redirect(url_for("people.listing"))


@room.route("/<uuid:person_id>/edit", methods=("GET", "POST"), power=Power.PERSON_KEEP)
def edit(person_id: UUID) -> ResponseReturnValue:
    person = find(Person, person_id)
    form = EditForm.over(person)
    form.offer(_organisation())
    if not form.validate_on_submit() or _leaves_nobody(person, form):
        page = render_template("people/edit.html", form=form, person=person, **person_place(person, gettext("Change")))
        return page, 422 if form.is_submitted() else 200
    form.refuse_stale(person)
    person.title, person.roles = form.title.data or "", form.chosen
    ledger.write(person, "person.amended", by=g.actor)
    flash(gettext("Saved."), "good")
    return redirect(url_for("people.show", person_id=person.id))


hang_leaving(room)
hang_resetting(room)


def _leaves_nobody(person: Person, form: EditForm) -> bool:
    """Whether the change would take the role from the last administrator."""
    others = [each for each in administrators() if each.id != person.id]
    keeps = Role.ORGANISATION_ADMINISTRATOR in form.chosen
    last = Role.ORGANISATION_ADMINISTRATOR in person.roles and person.deactivated_at is None and not others
    if last and not keeps:
        form.roles.errors = [
            gettext("The organisation would have no administrator; give somebody else the role first.")
        ]
    return last and not keeps


def _organisation() -> Organisation:
    """The own organisation; an authority's account changes nothing, not even its own people."""
    if g.actor.is_authority:
        abort(403)
    return session.get_one(Organisation, g.actor.organisation_id)


def _addresses() -> list[str]:
    open_offers: Any = select(Invitation.email).where(
        Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None), Invitation.expires_at > now()
    )
    return [*session.scalars(select(Person.email)), *session.scalars(open_offers)]


def _may_keep() -> bool:
    return g.actor.may(Power.PERSON_KEEP) and not g.actor.is_authority
