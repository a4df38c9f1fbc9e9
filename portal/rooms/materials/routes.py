"""Materials: the list, each with what is asked of a lot, entering one, amending it, its moves."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal.records.material import Material
from portal.rooms.materials import keeping
from portal.rooms.materials.forms import MaterialForm
from portal.tenancy import current_tenant
from portal.web import Ceremony, Room, crumb, find, kept
from portal.web.between import identity_of, is_a_partners
from portal.web.deeds import deeds_on, insist, weigh_deed
from portal.web.frame import home_crumb
from portal.web.paging import page_of
from portal.wording import said
from workflows.material import AMEND, CERTIFICATES, ENTER, MATERIAL
from workflows.powers import Power

room = Room("materials", __name__, url_prefix="/materials")


@room.get("", power=Power.EVIDENCE_READ)
def listing() -> ResponseReturnValue:
    return render_template(
        "materials/listing.html",
        crumbs=_crumbs(),
        page=page_of(select(Material).where(Material.owner_id == current_tenant()), Material.id),
        deed=ENTER,
        may_enter=g.actor.may(ENTER.power),
        certificates=CERTIFICATES,
    )


@room.route("/new", methods=("GET", "POST"), power=Power.MATERIAL_KEEP)
def create() -> ResponseReturnValue:
    form = MaterialForm.asking()
    if not form.validate_on_submit() or _refuses_code(form):
        return _page(form, url_for("materials.listing"), crumb(said(ENTER.label)))
    made = keeping.enter(form.given, by=g.actor)
    flash(gettext("The material is entered."))
    return redirect(url_for("materials.show", material_id=made.id))


@room.get("/<uuid:material_id>", power=Power.MATERIAL_READ)
def show(material_id: UUID) -> ResponseReturnValue:
    found = find(Material, material_id, upstream=True)
    return render_template(
        "materials/show.html",
        **_place(found),
        material=found,
        **kept(found, None, deeds=deeds_on(found, found.state, {"materials.amend": AMEND})),
    )


@room.route("/<uuid:material_id>/amend", methods=("GET", "POST"), power=Power.MATERIAL_KEEP)
def amend(material_id: UUID) -> ResponseReturnValue:
    found = find(Material, material_id)
    g.back_url = url_for("materials.show", material_id=found.id)
    g.mend_ids = {"material_id": found.id}
    insist(weigh_deed(AMEND, found.state, found))
    form = MaterialForm.asking(found)
    if not form.validate_on_submit() or _refuses_code(form, found):
        return _page(form, g.back_url, crumb(said(AMEND.label)), found)
    form.refuse_stale(found)
    keeping.amend(found, form.given, by=g.actor)
    flash(gettext("The material is amended."))
    return redirect(g.back_url)


def _refuses_code(form: Any, material: Material | None = None) -> bool:
    if keeping.is_taken(form.code.data or "", material):
        form.code.errors = [gettext("Another material has this code.")]
        return True
    return False


def _crumbs(*more: tuple[str, str | None], about: Material | None = None) -> list[tuple[str, str | None]]:
    if g.actor.is_authority or (about and is_a_partners(about)):
        return [home_crumb(), *more]
    return [home_crumb(), crumb(gettext("Materials"), "materials.listing" if more else None), *more]


def _place(material: Material) -> dict[str, Any]:
    """What every page about ``material`` is drawn with."""
    label = gettext("Material %(code)s %(name)s", code=material.code, name=material.name)
    own = crumb(f"{material.code} {material.name}", "materials.show", material_id=material.id)
    words = {"certificates": CERTIFICATES}
    return words | {"crumbs": _crumbs(own, about=material), "identity": identity_of(material, label), "title": label}


def _page(form: Any, back_url: str, here: tuple[str, str | None], about: Material | None = None) -> ResponseReturnValue:
    place = _place(about) if about else {"crumbs": _crumbs()}
    place["crumbs"] = [*place["crumbs"], here]
    page = render_template("materials/edit.html", form=form, back_url=back_url, here=here[0], **place)
    return page, 422 if form.is_submitted() else 200


Ceremony(
    room=room,
    lifecycle=MATERIAL,
    kind=Material,
    key="material_id",
    facts=lambda _: None,
    leaf="materials/_leaf.html",
    place=_place,
    back="materials.show",
).hang("/<uuid:material_id>")
