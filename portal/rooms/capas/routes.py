"""Corrective actions of an entrustment: the list, each record with its plan, what is written on it, and its moves."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal import ledger
from portal.db import session
from portal.facts import capa_facts
from portal.facts.trends import open_capa
from portal.records.batch import Nonconformity
from portal.records.capa import Capa, PrivateNote
from portal.records.entrustment import Entrustment
from portal.rooms.capas.forms import InvestigationForm, NoteForm, OpenForm, ResultForm, given
from portal.rooms.capas.keeping import investigate as put_down_cause
from portal.rooms.capas.keeping import judge as put_down_result
from portal.rooms.capas.keeping import note
from portal.rooms.capas.places import inside, place, words_of
from portal.web import Ceremony, Room, crumb, find, kept
from portal.web.between import refuse_ended
from portal.web.deeds import deeds_on, insist, weigh_deed
from portal.web.paging import page_of
from workflows.capa import CAPA, INVESTIGATE, JUDGE, OPEN_CAPA, PLAN
from workflows.engine import Side
from workflows.powers import Power

room = Room("capas", __name__)

_TRIGGER = {"nonconformity_id": "nonconformity", "earlier_id": "ineffective"}


@room.get("/entrustments/<uuid:entrustment_id>/capas", power=Power.CAPA_READ)
def listing(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    return render_template(
        "capas/listing.html",
        **inside(entrustment),
        entrustment=entrustment,
        page=page_of(select(Capa).where(Capa.entrustment_id == entrustment_id), Capa.id),
        may_open=weigh_deed(OPEN_CAPA, None, entrustment).allowed and not entrustment.where.final,
        deed=OPEN_CAPA,
        **words_of(),
    )


@room.route("/entrustments/<uuid:entrustment_id>/capas/new", methods=("GET", "POST"), power=Power.CAPA_KEEP)
def create(entrustment_id: UUID) -> ResponseReturnValue:
    """``?nonconformity=`` or ``?earlier=`` names what gave rise to it."""
    entrustment = find(Entrustment, entrustment_id)
    g.back_url = url_for("capas.listing", entrustment_id=entrustment_id)
    insist(weigh_deed(OPEN_CAPA, None, entrustment))
    refuse_ended(entrustment)
    about: dict[str, Any] = {
        "nonconformity_id": _named("nonconformity", Nonconformity, entrustment_id),
        "earlier_id": _named("earlier", Capa, entrustment_id),
    }
    form = OpenForm(trigger=next((_TRIGGER[name] for name, found in about.items() if found), None))
    if not form.validate_on_submit():
        where = inside(entrustment, crumb(gettext("Open a corrective action")))
        page = render_template("capas/create.html", **where, entrustment=entrustment, form=form, back_url=g.back_url)
        return page, 422 if form.is_submitted() else 200
    capa = open_capa(entrustment, **given(form), **about, by=g.actor)
    flash(gettext("%(number)s is open.", number=capa.number))
    return redirect(url_for("capas.show", capa_id=capa.id))


@room.get("/capas/<uuid:capa_id>", power=Power.CAPA_READ)
def show(capa_id: UUID) -> ResponseReturnValue:
    capa = find(Capa, capa_id)
    facts = capa_facts([capa])[capa.id]
    entries = ledger.entries(subject_id=capa.id, entrustment_id=capa.entrustment_id)
    doors = {"capas.investigate": INVESTIGATE, "capas.add_action": PLAN, "capas.judge": JUDGE}
    return render_template(
        "capas/show.html",
        **place(capa),
        capa=capa,
        facts_now=facts,
        **kept(capa, facts, deeds=deeds_on(capa, capa.state, doors), entries=entries),
        anew_url=_anew(capa),
        notes=session.scalars(
            select(PrivateNote).where(PrivateNote.about_id == capa.id).order_by(PrivateNote.id.desc())
        ).all(),
        note_form=NoteForm() if g.actor.may(Power.CAPA_KEEP) else None,
    )


@room.route("/capas/<uuid:capa_id>/investigation", methods=("GET", "POST"), power=Power.CAPA_KEEP)
def investigate(capa_id: UUID) -> ResponseReturnValue:
    capa = find(Capa, capa_id)
    _insist_on(INVESTIGATE, capa)
    form = InvestigationForm.over(capa)
    if not form.validate_on_submit():
        return _page("capas/investigate.html", form, capa, gettext("Cause and criterion"))
    form.refuse_stale(capa)
    put_down_cause(capa, **given(form), by=g.actor)
    flash(gettext("Cause and criterion are on record."))
    return redirect(g.back_url)


@room.route("/capas/<uuid:capa_id>/result", methods=("GET", "POST"), power=Power.CAPA_KEEP)
def judge(capa_id: UUID) -> ResponseReturnValue:
    capa = find(Capa, capa_id, side=Side.REGISTRANT)
    _insist_on(JUDGE, capa)
    form = ResultForm.over(capa)
    if not form.validate_on_submit():
        return _page("capas/judge.html", form, capa, gettext("What the data show"))
    form.refuse_stale(capa)
    put_down_result(capa, form.result.data, by=g.actor)
    flash(gettext("What the data show is on record."))
    return redirect(g.back_url)


@room.post("/capas/<uuid:capa_id>/notes", power=Power.CAPA_KEEP)
def add_note(capa_id: UUID) -> ResponseReturnValue:
    capa = find(Capa, capa_id)
    form = NoteForm()
    if not form.validate_on_submit():
        return _page("capas/note.html", form, capa, gettext("Note for your own house"))
    note(capa, form.text.data or "", by=g.actor)
    flash(gettext("The note is kept for your own house alone."))
    return redirect(url_for("capas.show", capa_id=capa_id))


def _anew(capa: Capa) -> str | None:
    """What did not work is taken up again in a record of its own."""
    if capa.state != "ineffective" or not g.actor.may(Power.CAPA_KEEP):
        return None
    return url_for("capas.create", entrustment_id=capa.entrustment_id, earlier=capa.id)


def _named(argument: str, kind: Any, entrustment_id: UUID) -> UUID | None:
    """The record that the address names, if it is one of this entrustment."""
    try:
        found = session.get(kind, UUID(request.args.get(argument, "")))
    except ValueError:
        return None
    return found.id if found is not None and found.entrustment_id == entrustment_id else None


def _insist_on(deed: Any, capa: Capa) -> None:
    g.back_url = url_for("capas.show", capa_id=capa.id)
    g.mend_ids = {"capa_id": capa.id, "entrustment_id": capa.entrustment_id}
    insist(weigh_deed(deed, capa.state, capa))


def _page(template: str, form: Any, capa: Capa, here: str) -> ResponseReturnValue:
    back = url_for("capas.show", capa_id=capa.id)
    page = render_template(template, **place(capa, crumb(here)), capa=capa, form=form, back_url=back)
    return page, 422 if form.is_submitted() else 200


Ceremony(
    room=room,
    lifecycle=CAPA,
    kind=Capa,
    key="capa_id",
    facts=lambda capa: capa_facts([capa])[capa.id],
    leaf="capas/_leaf.html",
    place=place,
    back="capas.show",
).hang("/capas/<uuid:capa_id>")
