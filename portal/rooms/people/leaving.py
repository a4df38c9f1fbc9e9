"""Ending somebody's sessions, deactivating them, and letting them in again.  What they did stays theirs."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal import ledger
from portal.acting import Refused
from portal.db import now, session, today
from portal.identity.sessions import end_sessions
from portal.records.person import Person
from portal.rooms.people.forms import ReasonForm
from portal.rooms.people.places import person_place
from portal.web import Room, find
from portal.wording import said
from workflows.engine import Decision, Transition, weigh_opening
from workflows.people import DEACTIVATE, END_SESSIONS, REACTIVATE, PersonFacts
from workflows.powers import Role


def hang(room: Room) -> None:
    for move in (END_SESSIONS, DEACTIVATE, REACTIVATE):
        _hang(room, move)


def ways_on_for(person: Person) -> list[Decision[PersonFacts]]:
    """What may be done about the person's access, possible or not yet."""
    return [_decide(person, each) for each in ([REACTIVATE] if person.deactivated_at else [END_SESSIONS, DEACTIVATE])]


def administrators() -> list[Person]:
    """Those who can still sign in and keep the people of the organisation."""
    active = session.scalars(select(Person).where(Person.deactivated_at.is_(None))).all()
    return [each for each in active if Role.ORGANISATION_ADMINISTRATOR in each.roles]


def _hang(room: Room, move: Transition[PersonFacts]) -> None:
    path = f"/<uuid:person_id>/{move.name.replace('_', '-')}"

    @room.route(path, methods=("GET", "POST"), power=move.power, endpoint=move.name)
    def view(person_id: UUID) -> ResponseReturnValue:
        person = find(Person, person_id)
        g.back_url = url_for("people.show", person_id=person.id)
        decision = _decide(person, move)
        if not decision.allowed:
            raise Refused(decision)
        form = ReasonForm.over(person)
        if form.is_submitted():
            form.refuse_stale(person)
        if not form.validate_on_submit():
            place = person_place(person, said(move.label))
            page = render_template("people/leaving.html", form=form, person=person, move=move, **place)
            return page, 422 if form.is_submitted() else 200
        _make(person, move, form.reason.data or "")
        flash(gettext("Done: %(move)s.", move=said(move.label)), "good")
        return redirect(g.back_url)


def _make(person: Person, move: Transition[PersonFacts], reason: str) -> None:
    person.deactivated_at = now() if move is DEACTIVATE else None
    ledger.write(person, move.event, by=g.actor, reason=reason)
    if move is not REACTIVATE:
        end_sessions(session, person.id)


def _decide(person: Person, move: Transition[PersonFacts]) -> Decision[Any]:
    facts = PersonFacts(
        is_active=person.deactivated_at is None,
        is_oneself=person.id == g.actor.id,
        is_administrator=Role.ORGANISATION_ADMINISTRATOR in person.roles,
        other_administrators=sum(each.id != person.id for each in administrators()),
    )
    return weigh_opening(move, facts, powers=g.actor.powers, side=None, on=today())
