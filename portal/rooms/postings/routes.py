"""Postings: proposing one, reading one, and its moves."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal.db import new_id, session
from portal.facts import ground_of, posting_facts
from portal.filing import NotAcceptable
from portal.records.entrustment import Entrustment
from portal.records.person import Person
from portal.records.resident import Posting
from portal.rooms.postings.forms import PostingForm
from portal.rooms.postings.proposing import Planned, decide_proposal, propose_posting
from portal.web import Ceremony, Room, crumb, find, kept
from portal.web.between import between, identity_of
from portal.web.deeds import insist
from portal.web.frame import home_crumb
from portal.web.uploads import taken_in
from portal.wording import said
from workflows.engine import Side
from workflows.posting import POSTING
from workflows.powers import Power, Role

room = Room("postings", __name__)


@room.route(
    "/entrustments/<uuid:entrustment_id>/postings/new", methods=("GET", "POST"), power=Power.POSTING_KEEP, upload=True
)
def create(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id, side=Side.REGISTRANT)
    g.back_url = url_for("residents.listing", entrustment_id=entrustment_id)
    ground = ground_of(entrustment)
    insist(decide_proposal(ground, by=g.actor))
    form = PostingForm.asking(ground, _residents())
    if not form.validate_on_submit():
        return _form_page(form, entrustment)
    posting_id = new_id()
    try:
        file = taken_in(
            form.file.data,
            subject_kind=Posting.__tablename__,
            subject_id=posting_id,
            entrustment_id=entrustment_id,
        )
    except NotAcceptable as refusal:
        form.file.errors = [said(refusal.says)]
        return _form_page(form, entrustment)
    planned = Planned(
        since=form.since.data,
        until=form.until.data,
        key_links=form.links,
        production_experience=form.production_experience.data,
        quality_experience=form.quality_experience.data,
    )
    posting = propose_posting(ground, form.people[form.person.data], planned, file, by=g.actor, posting_id=posting_id)
    flash(gettext("Proposed. The posting counts once it is signed."))
    return redirect(url_for("postings.show", posting_id=posting.id))


@room.get("/postings/<uuid:posting_id>", power=Power.POSTING_READ)
def show(posting_id: UUID) -> ResponseReturnValue:
    posting = find(Posting, posting_id)
    return render_template(
        "postings/show.html",
        **_place(posting),
        posting=posting,
        **kept(posting, _facts(posting)),
    )


def _residents() -> list[Person]:
    """Everybody of the own house who may be posted; roles lie in a document, so they are read here."""
    people = session.scalars(select(Person).where(Person.deactivated_at.is_(None)).order_by(Person.name, Person.id))
    return [each for each in people if Role.RESIDENT_SUPERVISOR in each.roles]


def _form_page(form: PostingForm, entrustment: Entrustment) -> ResponseReturnValue:
    page = render_template(
        "postings/create.html",
        form=form,
        back_url=g.back_url,
        between=between(entrustment, form.ground),
        crumbs=_crumbs(entrustment.id, crumb(gettext("Propose a posting"))),
        identity=identity_of(entrustment, gettext("Entrustment %(number)s", number=entrustment.number)),
    )
    return page, 422 if form.is_submitted() else 200


def _crumbs(entrustment_id: UUID, *more: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    residents = crumb(gettext("Residents at the site"), "residents.listing", entrustment_id=entrustment_id)
    return [home_crumb(), residents, *more]


def _place(posting: Posting) -> dict[str, Any]:
    """What every page about ``posting`` is drawn with."""
    here = crumb(posting.person_name, "postings.show", posting_id=posting.id)
    return {
        "crumbs": _crumbs(posting.entrustment_id, here),
        "between": between(posting.entrustment, ground_of(posting.entrustment)),
        "identity": identity_of(posting, gettext("Posting of %(person)s", person=posting.person_name)),
    }


def _facts(posting: Posting) -> Any:
    return posting_facts([posting])[posting.id]


Ceremony(
    room=room,
    lifecycle=POSTING,
    kind=Posting,
    key="posting_id",
    facts=_facts,
    leaf="postings/_leaf.html",
    place=_place,
    back="postings.show",
).hang("/postings/<uuid:posting_id>")
