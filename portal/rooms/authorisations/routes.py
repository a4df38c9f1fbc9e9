"""Authorisations of operators: the list, each with its training, preparing and amending it, its moves."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal.db import new_id, session, today
from portal.facts.premises import authorisation_facts
from portal.filing import NotAcceptable
from portal.records.authorisation import Authorisation
from portal.records.equipment import Equipment
from portal.records.person import Person
from portal.rooms.authorisations import keeping
from portal.rooms.authorisations.forms import AuthorisationForm
from portal.web import Ceremony, Room, crumb, find, kept
from portal.web.between import identity_of
from portal.web.deeds import deeds_on, insist, weigh_deed
from portal.web.frame import home_crumb
from portal.web.paging import page_of
from portal.web.uploads import taken_in
from portal.wording import said
from workflows.authorisation import AMEND, AUTHORISATION, PREPARE
from workflows.making import OPERATIONS
from workflows.powers import Power

room = Room("authorisations", __name__, url_prefix="/authorisations")


@room.get("", power=Power.PERSON_READ)
def listing() -> ResponseReturnValue:
    """One's own; with ``?all`` also those that ended or were withdrawn."""
    wanted = select(Authorisation).where(Authorisation.owner_id == g.actor.organisation_id)
    ended = "all" in request.args
    if not ended:
        wanted = wanted.where(Authorisation.state.in_(("prepared", "in_force")))
    return render_template(
        "authorisations/listing.html",
        crumbs=_crumbs(),
        page=page_of(wanted, Authorisation.id),
        on=today(),
        ended=ended,
        deed=PREPARE,
        may_keep=g.actor.may(PREPARE.power),
        operations=OPERATIONS,
    )


@room.route("/new", methods=("GET", "POST"), power=Power.AUTHORISATION_KEEP, upload=True)
def create() -> ResponseReturnValue:
    form = AuthorisationForm()
    names = _offer(form)
    made = new_id()
    write = partial(keeping.prepare, authorisation_id=made)
    if form.validate_on_submit() and _kept(form, made, partial(write, **_who(form, names))):
        flash(gettext("It is prepared; it counts once it is signed."))
        return redirect(url_for("authorisations.show", authorisation_id=made))
    return _page(form, url_for("authorisations.listing"), crumb(said(PREPARE.label)))


@room.get("/<uuid:authorisation_id>", power=Power.AUTHORISATION_READ)
def show(authorisation_id: UUID) -> ResponseReturnValue:
    found = find(Authorisation, authorisation_id)
    facts = authorisation_facts(found, g.actor.id)
    return render_template(
        "authorisations/show.html",
        **_place(found),
        authorisation=found,
        mine=found.owner_id == g.actor.organisation_id,
        counts=found.counts_on(today()),
        **kept(found, facts, deeds=deeds_on(found, facts, {"authorisations.amend": AMEND})),
    )


@room.route("/<uuid:authorisation_id>/amend", methods=("GET", "POST"), power=Power.AUTHORISATION_KEEP, upload=True)
def amend(authorisation_id: UUID) -> ResponseReturnValue:
    found = find(Authorisation, authorisation_id)
    g.back_url = url_for("authorisations.show", authorisation_id=found.id)
    insist(weigh_deed(AMEND, authorisation_facts(found, g.actor.id), found))
    form = AuthorisationForm.over(found, data={"person": str(found.person_id or "")})
    if not form.is_submitted() and found.person_id:
        form.person_name.data = None
    names = _offer(form)
    if form.validate_on_submit():
        form.refuse_stale(found)
        if _kept(form, found.id, partial(keeping.amend, found, **_who(form, names))):
            flash(gettext("The draft is changed."))
            return redirect(g.back_url)
    return _page(form, g.back_url, crumb(said(AMEND.label)), found)


def _offer(form: AuthorisationForm) -> dict[str, str]:
    """Give the form the people and the equipment of the house; the people's names by what the form calls them."""
    people = session.scalars(select(Person).where(Person.deactivated_at.is_(None)).order_by(Person.name)).all()
    form.offer({str(each.id): f"{each.name} · {each.title}" for each in people}, _equipment())
    return {str(each.id): each.name for each in people}


def _equipment() -> dict[str, str]:
    wanted = select(Equipment).where(Equipment.owner_id == g.actor.organisation_id, Equipment.state != "retired")
    found = session.scalars(wanted.order_by(Equipment.number))
    return {str(each.id): f"{each.number} {each.name}" for each in found}


def _who(form: AuthorisationForm, names: dict[str, str]) -> dict[str, Any]:
    chosen = form.person.data
    if chosen:
        return {"name": names[chosen], "person_id": UUID(chosen)}
    return {"name": form.person_name.data or "", "person_id": None}


def _kept(form: AuthorisationForm, authorisation_id: UUID, write: Callable[..., Any]) -> bool:
    """Put down what was typed, with the paper that was sent along; False when that is not acceptable."""
    about = {"subject_kind": Authorisation.__tablename__, "subject_id": authorisation_id}
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
    here = crumb(gettext("Operators"), "authorisations.listing" if more else None)
    return [home_crumb(), crumb(gettext("Equipment"), "machines.listing"), here, *more]


def _place(authorisation: Authorisation) -> dict[str, Any]:
    """What every page about ``authorisation`` is drawn with."""
    label = gettext("Authorisation of %(name)s", name=authorisation.person_name)
    own = crumb(label, "authorisations.show", authorisation_id=authorisation.id)
    named = [UUID(each) for each in authorisation.equipment_ids]
    wanted = select(Equipment).where(Equipment.id.in_(named)).order_by(Equipment.number)
    return {
        "crumbs": _crumbs(own),
        "identity": identity_of(authorisation, label),
        "title": label,
        "operations": OPERATIONS,
        "only_on": session.scalars(wanted).all() if named else [],
    }


def _page(
    form: AuthorisationForm, back_url: str, here: tuple[str, str | None], about: Authorisation | None = None
) -> ResponseReturnValue:
    place = _place(about) if about else {"crumbs": _crumbs()}
    place["crumbs"] = [*place["crumbs"], here]
    page = render_template(
        "authorisations/edit.html", form=form, back_url=back_url, authorisation=about, here=here[0], **place
    )
    return page, 422 if form.is_submitted() else 200


Ceremony(
    room=room,
    lifecycle=AUTHORISATION,
    kind=Authorisation,
    key="authorisation_id",
    facts=lambda authorisation: authorisation_facts(authorisation, g.actor.id),
    leaf="authorisations/_leaf.html",
    place=_place,
    back="authorisations.show",
).hang("/<uuid:authorisation_id>")
