"""Sources of an entrustment: the list, each source, proposing one, and its moves."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal.facts.sources import audits_of, proposal_facts, source_facts
from portal.records.approved_source import ApprovedSource
from portal.records.entrustment import Entrustment
from portal.rooms.approved_sources.forms import SourceForm
from portal.rooms.approved_sources.proposing import materials_of, propose, suppliers_of_house
from portal.web import Ceremony, Room, crumb, find, kept
from portal.web.between import between, identity_of
from portal.web.deeds import insist, weigh_deed
from portal.web.frame import home_crumb
from portal.web.paging import page_of
from portal.wording import said
from workflows.approved_source import APPROVED_SOURCE, PROPOSE, SourceFacts
from workflows.audit import SUPPLIES
from workflows.engine import Side
from workflows.powers import Power

room = Room("approved_sources", __name__)


@room.get("/entrustments/<uuid:entrustment_id>/sources", power=Power.DEFINITION_READ)
def listing(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    decision = weigh_deed(PROPOSE, proposal_facts(entrustment, None, "", ""), entrustment)
    return render_template(
        "approved_sources/listing.html",
        **_inside(entrustment),
        entrustment=entrustment,
        page=page_of(select(ApprovedSource).where(ApprovedSource.entrustment_id == entrustment_id), ApprovedSource.id),
        deed=PROPOSE,
        may_propose=decision.allowed,
    )


@room.route("/entrustments/<uuid:entrustment_id>/sources/new", methods=("GET", "POST"), power=Power.MATERIAL_KEEP)
def create(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id, side=Side.MANUFACTURER)
    g.back_url = url_for("approved_sources.listing", entrustment_id=entrustment_id)
    g.mend_ids = {"entrustment_id": entrustment_id}
    insist(weigh_deed(PROPOSE, proposal_facts(entrustment, None, "", ""), entrustment))
    form = SourceForm()
    form.offer(materials_of(entrustment), suppliers_of_house())
    if not form.validate_on_submit():
        drawn = render_template(
            "approved_sources/create.html",
            **_inside(entrustment, crumb(said(PROPOSE.label))),
            entrustment=entrustment,
            form=form,
            deed=PROPOSE,
            back_url=g.back_url,
        )
        return drawn, 422 if form.is_submitted() else 200
    material, supplier = form.materials[form.material.data], form.suppliers[form.supplier.data]
    made = propose(material, supplier, form.supplied.data, form.basis.data or "", by=g.actor)
    flash(gettext("%(number)s is proposed; the registrant decides.", number=made.number))
    return redirect(url_for("approved_sources.show", approved_source_id=made.id))


@room.get("/approved-sources/<uuid:approved_source_id>", power=Power.DEFINITION_READ)
def show(approved_source_id: UUID) -> ResponseReturnValue:
    found = find(ApprovedSource, approved_source_id)
    return render_template(
        "approved_sources/show.html",
        **_place(found),
        source=found,
        audits=audits_of(found.supplier_name, found.entrustment_id),
        **kept(found, _facts(found)),
    )


def _facts(source: ApprovedSource) -> SourceFacts:
    return source_facts([source])[source.id]


def _inside(entrustment: Entrustment, *more: tuple[str, str | None]) -> dict[str, Any]:
    here = crumb(gettext("Sources of materials"), "approved_sources.listing", entrustment_id=entrustment.id)
    return {"crumbs": [home_crumb(), here, *more], "between": between(entrustment), "supplies": SUPPLIES}


def _place(source: ApprovedSource) -> dict[str, Any]:
    """What every page about ``source`` is drawn with."""
    label = gettext("Source %(number)s of %(material)s", number=source.number, material=source.material_name)
    own = crumb(source.number, "approved_sources.show", approved_source_id=source.id)
    return _inside(source.entrustment, own) | {"identity": identity_of(source, label), "title": label}


Ceremony(
    room=room,
    lifecycle=APPROVED_SOURCE,
    kind=ApprovedSource,
    key="approved_source_id",
    facts=_facts,
    leaf="approved_sources/_leaf.html",
    place=_place,
    back="approved_sources.show",
).hang("/approved-sources/<uuid:approved_source_id>")
