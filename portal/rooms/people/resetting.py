"""Helping somebody who lost every factor: one proposes, another confirms, and both prove that it is they."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal import ledger
from portal.acting import Refused, Stale
from portal.db import session, today
from portal.identity.resets import NotOpen, Standing, confirm, propose, proposed_for, withdraw
from portal.records.person import Person
from portal.rooms.people.forms import ReasonForm
from portal.rooms.people.places import person_place
from portal.web import RecordForm, Room, absolute, find
from portal.web.proving import prove_first
from portal.wording import said
from workflows.engine import Decision, weigh_opening
from workflows.people import CONFIRM_RESET, PROPOSE_RESET, ResetFacts
from workflows.powers import Power, Role

CONFIRMING = {Role.MANAGEMENT_REPRESENTATIVE, Role.ORGANISATION_ADMINISTRATOR}


def hang(room: Room) -> None:
    path, both = "/<uuid:person_id>/reset", ("GET", "POST")
    room.route(path, methods=both, power=PROPOSE_RESET.power, endpoint="reset")(_propose)
    room.route(f"{path}/confirm", methods=both, power=CONFIRM_RESET.power, endpoint="confirm_reset")(_confirm)
    room.post(f"{path}/withdraw", power=Power.PERSON_RESTORE, endpoint="withdraw_reset")(_withdraw)


def reset_of(person: Person) -> Standing | None:
    return proposed_for(person.owner_id, person.id) if g.actor.may(Power.PERSON_RESTORE) else None


def ways_to_reset(person: Person) -> list[Decision[ResetFacts]]:
    """What may be done about lost factors: propose, or confirm what somebody proposed."""
    if g.actor.is_authority or not g.actor.may(Power.PERSON_RESTORE):
        return []
    facts = _facts(person)
    ways = [_decide(CONFIRM_RESET if facts.is_proposed else PROPOSE_RESET, facts)]
    return [each for each in ways if each.has_power]


def _propose(person_id: UUID) -> ResponseReturnValue:
    person = _found(person_id)
    _allowed(PROPOSE_RESET, person)
    prove_first()
    form = ReasonForm.over(person)
    if form.is_submitted():
        form.refuse_stale(person)
    if not form.validate_on_submit():
        return _page("people/reset.html", person, form, PROPOSE_RESET, reset=None)
    session.close()  # one file has one writer: the proposal is put down before the ledger tells of it
    propose(person.owner_id, person_id, g.actor.id, form.reason.data or "")
    _tell(person_id, PROPOSE_RESET.event, reason=form.reason.data or "")
    flash(gettext("Proposed. A second person must confirm it within seven days."), "good")
    return redirect(g.back_url)


def _confirm(person_id: UUID) -> ResponseReturnValue:
    """The link stands on the page that answers, once: only its hash is kept."""
    person = _found(person_id)
    _allowed(CONFIRM_RESET, person)
    prove_first()
    form, standing = RecordForm.over(person), _open(person)
    if not form.validate_on_submit():
        return _page("people/reset.html", person, form, CONFIRM_RESET, reset=standing)
    form.refuse_stale(person)
    session.close()
    try:
        token = confirm(person.owner_id, standing.id, g.actor.id)
    except NotOpen as gone:
        raise Stale from gone
    again = _tell(person_id, CONFIRM_RESET.event, told={"proposed_by": standing.by_id}, reason=standing.reason)
    link = absolute("sessions.come_back_in", token=token)
    page, _ = _page("people/reset_link.html", again, form, CONFIRM_RESET, link=link)
    return page


def _withdraw(person_id: UUID) -> ResponseReturnValue:
    person = _found(person_id)
    standing = _open(person)
    session.close()
    try:
        withdraw(person.owner_id, standing.id, g.actor.id)
    except NotOpen as gone:
        raise Stale from gone
    _tell(person_id, "person.reset-withdrawn")
    flash(gettext("The proposed reset is withdrawn."), "good")
    return redirect(g.back_url)


def _found(person_id: UUID) -> Person:
    person = find(Person, person_id)
    g.back_url = url_for("people.show", person_id=person.id)
    return person


def _open(person: Person) -> Standing:
    standing = proposed_for(person.owner_id, person.id)
    if standing is None:
        raise Stale
    return standing


def _allowed(move: Any, person: Person) -> None:
    decision = _decide(move, _facts(person))
    if not decision.allowed:
        raise Refused(decision)


def _decide(move: Any, facts: ResetFacts) -> Decision[Any]:
    return weigh_opening(move, facts, powers=g.actor.powers, side=None, on=today())


def _facts(person: Person) -> ResetFacts:
    standing = proposed_for(person.owner_id, person.id)
    active = session.scalars(select(Person).where(Person.deactivated_at.is_(None))).all()
    hands = [each for each in active if CONFIRMING & set(each.roles) and each.id not in (person.id, g.actor.id)]
    return ResetFacts(
        is_active=person.deactivated_at is None,
        is_oneself=person.id == g.actor.id,
        is_proposed=standing is not None,
        proposed_by_oneself=standing is not None and standing.by_id == g.actor.id,
        second_hands=len(hands),
    )


def _tell(person_id: UUID, event: str, *, reason: str | None = None, told: dict[str, Any] | None = None) -> Person:
    person = session.get_one(Person, person_id)
    ledger.write(person, event, by=g.actor, reason=reason, told=told)
    return person


def _page(template: str, person: Person, form: Any, move: Any, **given: Any) -> tuple[str, int]:
    page = render_template(
        template, person=person, form=form, move=move, **given, **person_place(person, said(move.label))
    )
    return page, 422 if form.is_submitted() else 200
