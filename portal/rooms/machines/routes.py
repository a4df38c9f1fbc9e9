"""Equipment: the list, each with what proves it, registering and amending it, recording and striking proofs."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from portal.db import new_id, session, today
from portal.facts.premises import equipment_facts
from portal.filing import NotAcceptable
from portal.records.equipment import Area, Equipment, EquipmentProof
from portal.rooms.machines import keeping
from portal.rooms.machines.forms import EquipmentForm, ProofForm, StrikeForm
from portal.web import Ceremony, Room, crumb, find, kept
from portal.web.between import identity_of
from portal.web.deeds import deeds_on, insist, weigh_deed
from portal.web.frame import home_crumb
from portal.web.paging import page_of
from portal.web.uploads import taken_in
from portal.wording import said
from workflows.equipment import AMEND, EQUIPMENT, EQUIPMENT_KINDS, PROVE, REGISTER, STRIKE, ProofFacts
from workflows.making import OPERATIONS
from workflows.powers import Power
from workflows.proving import PROOFS, STANDINGS

room = Room("machines", __name__)
HERE = "/machines/<uuid:equipment_id>"


@room.get("/machines", power=Power.EVIDENCE_READ)
def listing() -> ResponseReturnValue:
    """One's own; with ``?all`` also what is retired."""
    wanted = select(Equipment).where(Equipment.owner_id == g.actor.organisation_id)
    retired = "all" in request.args
    if not retired:
        wanted = wanted.where(Equipment.state != "retired")
    return render_template(
        "machines/listing.html",
        crumbs=_crumbs(),
        page=page_of(wanted.options(selectinload(Equipment.proofs), joinedload(Equipment.area)), Equipment.id),
        on=today(),
        retired=retired,
        deed=REGISTER,
        may_keep=g.actor.may(REGISTER.power),
        **_words(),
    )


@room.route("/machines/new", methods=("GET", "POST"), power=Power.EQUIPMENT_KEEP)
def create() -> ResponseReturnValue:
    form = EquipmentForm(since_on=today())
    rooms = _offer(form)
    if not form.validate_on_submit():
        return _page("machines/edit.html", form, url_for("machines.listing"), crumb(said(REGISTER.label)))
    made = keeping.register(form.given, rooms.get(form.area.data or ""), by=g.actor)
    flash(gettext("It is registered; it can be used once its proofs are on record and it is put into service."))
    return redirect(url_for("machines.show", equipment_id=made.id))


@room.get(HERE, power=Power.EQUIPMENT_READ)
def show(equipment_id: UUID) -> ResponseReturnValue:
    found = find(Equipment, equipment_id)
    facts = equipment_facts(found)
    doors = {"machines.prove": PROVE, "machines.amend": AMEND}
    return render_template(
        "machines/show.html",
        **_place(found),
        equipment=found,
        on=today(),
        mine=found.owner_id == g.actor.organisation_id,
        may_strike=g.actor.may(STRIKE.power),
        **kept(found, facts, deeds=deeds_on(found, facts, doors)),
    )


@room.route(f"{HERE}/amend", methods=("GET", "POST"), power=Power.EQUIPMENT_KEEP)
def amend(equipment_id: UUID) -> ResponseReturnValue:
    found = find(Equipment, equipment_id)
    g.back_url = url_for("machines.show", equipment_id=found.id)
    insist(weigh_deed(AMEND, equipment_facts(found), found))
    form = EquipmentForm.over(found, data={"area": str(found.area_id or "")})
    rooms = _offer(form, found)
    if found.state != EQUIPMENT.initial:
        del form.since_on
    if not form.validate_on_submit():
        return _page("machines/edit.html", form, g.back_url, crumb(said(AMEND.label)), found)
    form.refuse_stale(found)
    keeping.amend(found, form.given, rooms.get(form.area.data or ""), by=g.actor)
    flash(gettext("The entry is amended."))
    return redirect(g.back_url)


@room.route(f"{HERE}/proofs", methods=("GET", "POST"), power=Power.EQUIPMENT_KEEP, upload=True)
def prove(equipment_id: UUID) -> ResponseReturnValue:
    found = find(Equipment, equipment_id)
    g.back_url = url_for("machines.show", equipment_id=found.id)
    insist(weigh_deed(PROVE, equipment_facts(found), found))
    form = ProofForm()
    if form.validate_on_submit() and _proven(form, found):
        flash(gettext("It is on record."))
        return redirect(g.back_url)
    return _page("machines/prove.html", form, g.back_url, crumb(said(PROVE.label)), found)


@room.route("/machine-proofs/<uuid:equipment_proof_id>/strike", methods=("GET", "POST"), power=Power.EQUIPMENT_APPROVE)
def strike(equipment_proof_id: UUID) -> ResponseReturnValue:
    proof = find(EquipmentProof, equipment_proof_id)
    found = proof.equipment
    g.back_url = url_for("machines.show", equipment_id=found.id)
    insist(weigh_deed(STRIKE, ProofFacts(is_struck=proof.struck_on is not None), proof))
    form = StrikeForm.over(proof)
    if not form.validate_on_submit():
        return _page("machines/strike.html", form, g.back_url, crumb(said(STRIKE.label)), found, proof=proof)
    form.refuse_stale(proof)
    keeping.strike(proof, form.reason.data, by=g.actor)
    flash(gettext("Struck out; it stays on record and counts no more."))
    return redirect(g.back_url)


def _offer(form: EquipmentForm, but: Equipment | None = None) -> dict[str, UUID]:
    """Give the form the rooms of the house and the numbers that are taken; the rooms by what the form calls them."""
    mine = g.actor.organisation_id
    areas = session.scalars(select(Area).where(Area.owner_id == mine, Area.state != "retired")).all()
    taken = select(Equipment.number).where(Equipment.owner_id == mine, Equipment.id != (but.id if but else new_id()))
    form.offer({str(each.id): f"{each.number} {each.name}" for each in areas}, frozenset(session.scalars(taken)))
    return {str(each.id): each.id for each in areas}


def _proven(form: ProofForm, equipment: Equipment) -> bool:
    """Put the proof down with its certificate; False when that is not acceptable."""
    made = new_id()
    try:
        file = taken_in(form.file.data, subject_kind=EquipmentProof.__tablename__, subject_id=made)
    except NotAcceptable as wrong:
        form.file.errors = [said(wrong.says)]
        return False
    keeping.prove(equipment, form.given, file, by=g.actor, proof_id=made)
    return True


def _crumbs(*more: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    if g.actor.is_authority:
        return [home_crumb(), *more]
    return [home_crumb(), crumb(gettext("Equipment"), "machines.listing" if more else None), *more]


def _words() -> dict[str, Any]:
    return {"kinds": EQUIPMENT_KINDS, "operations": OPERATIONS, "proof_kinds": PROOFS, "standings": STANDINGS}


def _place(equipment: Equipment) -> dict[str, Any]:
    """What every page about ``equipment`` is drawn with."""
    label = f"{equipment.number} {equipment.name}"
    own = crumb(label, "machines.show", equipment_id=equipment.id)
    return _words() | {"crumbs": _crumbs(own), "identity": identity_of(equipment, label), "title": label}


def _page(
    template: str,
    form: Any,
    back_url: str,
    here: tuple[str, str | None],
    about: Equipment | None = None,
    **more: Any,
) -> ResponseReturnValue:
    place = _place(about) if about else _words() | {"crumbs": _crumbs()}
    place["crumbs"] = [*place["crumbs"], here]
    page = render_template(template, form=form, back_url=back_url, equipment=about, here=here[0], **more, **place)
    return page, 422 if form.is_submitted() else 200


Ceremony(
    room=room,
    lifecycle=EQUIPMENT,
    kind=Equipment,
    key="equipment_id",
    facts=equipment_facts,
    leaf="machines/_leaf.html",
    place=_place,
    back="machines.show",
).hang(HERE)
