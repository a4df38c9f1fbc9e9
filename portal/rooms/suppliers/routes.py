"""Suppliers: the list, each with its evaluation and its audits, entering one, amending it, its moves."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal.facts.sources import audits_of, supplier_facts
from portal.filing import NotAcceptable
from portal.records.supplier import Supplier
from portal.rooms.suppliers import keeping
from portal.rooms.suppliers.forms import HOME, EvaluationForm, SupplierForm
from portal.tenancy import current_tenant
from portal.web import Ceremony, Room, crumb, find, kept
from portal.web.between import identity_of, is_a_partners
from portal.web.deeds import deeds_on, insist, weigh_deed
from portal.web.frame import home_crumb
from portal.web.paging import page_of
from portal.web.uploads import taken_in
from portal.wording import said
from workflows.powers import Power
from workflows.supplier import AMEND, EVALUATE, LIST, ROLES, SUPPLIER

room = Room("suppliers", __name__, url_prefix="/suppliers")
DEEDS = {"suppliers.amend": AMEND, "suppliers.evaluate": EVALUATE}


@room.get("", power=Power.EVIDENCE_READ)
def listing() -> ResponseReturnValue:
    return render_template(
        "suppliers/listing.html",
        crumbs=_crumbs(),
        page=page_of(select(Supplier).where(Supplier.owner_id == current_tenant()), Supplier.id),
        deed=LIST,
        may_enter=g.actor.may(LIST.power),
        roles=ROLES,
    )


@room.route("/new", methods=("GET", "POST"), power=Power.MATERIAL_KEEP)
def create() -> ResponseReturnValue:
    form = SupplierForm(country=HOME)
    form.offer()
    if not form.validate_on_submit() or _refuses_number(form):
        return _page("suppliers/edit.html", form, url_for("suppliers.listing"), crumb(said(LIST.label)))
    made = keeping.enter(form.given, by=g.actor)
    flash(gettext("The supplier is entered; it may deliver once it is approved."))
    return redirect(url_for("suppliers.show", supplier_id=made.id))


@room.get("/<uuid:supplier_id>", power=Power.MATERIAL_READ)
def show(supplier_id: UUID) -> ResponseReturnValue:
    found = find(Supplier, supplier_id, upstream=True)
    return render_template(
        "suppliers/show.html",
        **_place(found),
        supplier=found,
        mine=found.owner_id == g.actor.organisation_id,
        whole=not is_a_partners(found),
        audits=audits_of(found.name),
        **kept(found, supplier_facts(found), deeds=deeds_on(found, found.state, DEEDS)),
    )


@room.route("/<uuid:supplier_id>/amend", methods=("GET", "POST"), power=Power.MATERIAL_KEEP)
def amend(supplier_id: UUID) -> ResponseReturnValue:
    found = _to_write_on(supplier_id, AMEND)
    form = SupplierForm.over(found)
    form.offer()
    if not form.validate_on_submit() or _refuses_number(form, found):
        return _page("suppliers/edit.html", form, g.back_url, crumb(said(AMEND.label)), found)
    form.refuse_stale(found)
    keeping.amend(found, form.given, by=g.actor)
    flash(gettext("The supplier is amended."))
    return redirect(g.back_url)


@room.route("/<uuid:supplier_id>/evaluation", methods=("GET", "POST"), power=Power.MATERIAL_KEEP, upload=True)
def evaluate(supplier_id: UUID) -> ResponseReturnValue:
    found = _to_write_on(supplier_id, EVALUATE)
    form = EvaluationForm.over(found)
    if form.validate_on_submit():
        form.refuse_stale(found)
        if _evaluated(form, found):
            flash(gettext("The evaluation is on record."))
            return redirect(g.back_url)
    return _page("suppliers/evaluate.html", form, g.back_url, crumb(said(EVALUATE.label)), found)


def _evaluated(form: EvaluationForm, supplier: Supplier) -> bool:
    """Whether it is on record; otherwise the form says why its file is refused."""
    about = {"subject_kind": Supplier.__tablename__, "subject_id": supplier.id}
    try:
        evidence = taken_in(form.file.data, **about) if form.file.data else None
    except NotAcceptable as wrong:
        form.file.errors = [said(wrong.says)]
        return False
    keeping.evaluate(supplier, form.given, evidence=evidence, by=g.actor)
    return True


def _refuses_number(form: SupplierForm, supplier: Supplier | None = None) -> bool:
    if keeping.is_taken(form.number.data or "", supplier):
        form.number.errors = [gettext("Another supplier bears this number.")]
        return True
    return False


def _to_write_on(supplier_id: UUID, deed: Any) -> Supplier:
    found = find(Supplier, supplier_id)
    g.back_url = url_for("suppliers.show", supplier_id=found.id)
    g.mend_ids = {"supplier_id": found.id}
    insist(weigh_deed(deed, found.state, found))
    return found


def _crumbs(*more: tuple[str, str | None], about: Supplier | None = None) -> list[tuple[str, str | None]]:
    if g.actor.is_authority or (about and is_a_partners(about)):
        return [home_crumb(), *more]
    here = crumb(gettext("Suppliers"), "suppliers.listing" if more else None)
    return [home_crumb(), crumb(gettext("Materials"), "materials.listing"), here, *more]


def _place(supplier: Supplier) -> dict[str, Any]:
    """What every page about ``supplier`` is drawn with."""
    label = gettext("Supplier %(number)s %(name)s", number=supplier.number, name=supplier.name)
    own = crumb(f"{supplier.number} {supplier.name}", "suppliers.show", supplier_id=supplier.id)
    return {
        "crumbs": _crumbs(own, about=supplier),
        "identity": identity_of(supplier, label),
        "title": label,
        "roles": ROLES,
    }


def _page(
    template: str, form: Any, back_url: str, here: tuple[str, str | None], about: Supplier | None = None
) -> ResponseReturnValue:
    place = _place(about) if about else {"crumbs": _crumbs()}
    place["crumbs"] = [*place["crumbs"], here]
    page = render_template(template, form=form, back_url=back_url, supplier=about, here=here[0], **place)
    return page, 422 if form.is_submitted() else 200


Ceremony(
    room=room,
    lifecycle=SUPPLIER,
    kind=Supplier,
    key="supplier_id",
    facts=supplier_facts,
    leaf="suppliers/_leaf.html",
    place=_place,
    back="suppliers.show",
).hang("/<uuid:supplier_id>")
