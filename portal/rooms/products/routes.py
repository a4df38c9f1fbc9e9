"""The registrant's products: what each is, what is known of it, and where it is entrusted."""

from uuid import UUID

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal import facts, ledger
from portal.db import new_id, session
from portal.records.evidence import RegistrationCertificate
from portal.records.organisation import Organisation
from portal.records.product import Product
from portal.rooms.products.forms import ProductForm
from portal.rooms.products.showing import answers_of, lines_of, shown_in
from portal.web import Room, crumb, find
from portal.web.between import identity_of
from portal.web.frame import home_crumb
from portal.web.history import history_of
from workflows.powers import Power

room = Room("products", __name__, url_prefix="/products")


@room.get("/", power=Power.EVIDENCE_READ)
def listing() -> ResponseReturnValue:
    products = session.scalars(select(Product).order_by(Product.name, Product.model, Product.id)).all()
    return render_template(
        "products/listing.html",
        crumbs=[home_crumb(), crumb(gettext("Products"))],
        lines=lines_of(products),
        house=_house(),
        may_keep=g.actor.may(Power.EVIDENCE_KEEP),
    )


@room.get("/<uuid:product_id>", power=Power.EVIDENCE_READ)
def show(product_id: UUID) -> ResponseReturnValue:
    product = find(Product, product_id)
    certificate = session.get(RegistrationCertificate, product.certificate_id) if product.certificate_id else None
    return render_template(
        "products/show.html",
        crumbs=_crumbs(product),
        identity=identity_of(product, gettext("Product %(name)s", name=product.called)),
        product=product,
        certificate=certificate,
        answers=answers_of(product),
        shown_in=shown_in(product),
        events=history_of(product),
        may_keep=g.actor.may(Power.EVIDENCE_KEEP),
    )


@room.route("/new", methods=("GET", "POST"), power=Power.EVIDENCE_KEEP)
def create() -> ResponseReturnValue:
    if not _house().is_registrant:
        abort(403)
    form = ProductForm.asking(_certificates())
    if not form.validate_on_submit():
        crumbs = [home_crumb(), crumb(gettext("Products"), "products.listing"), crumb(gettext("New product"))]
        page = render_template("products/create.html", form=form, crumbs=crumbs, back_url=url_for("products.listing"))
        return page, 422 if form.is_submitted() else 200
    return _keep(Product(id=new_id()), form, "product.recorded")


@room.route("/<uuid:product_id>/edit", methods=("GET", "POST"), power=Power.EVIDENCE_KEEP)
def edit(product_id: UUID) -> ResponseReturnValue:
    product = find(Product, product_id)
    form = ProductForm.asking(_certificates(product), product)
    if form.is_submitted():
        form.refuse_stale(product)
    if not form.validate_on_submit():
        crumbs = [*_crumbs(product, linked=True), crumb(gettext("Edit"))]
        back_url = url_for("products.show", product_id=product.id)
        page = render_template("products/edit.html", form=form, product=product, crumbs=crumbs, back_url=back_url)
        return page, 422 if form.is_submitted() else 200
    return _keep(product, form, "product.amended")


def _keep(product: Product, form: ProductForm, event: str) -> ResponseReturnValue:
    form.write_to(product)
    ledger.write(product, event, by=g.actor)
    facts.show_again(product, by=g.actor)
    flash(gettext("Saved."))
    return redirect(url_for("products.show", product_id=product.id))


def _certificates(product: Product | None = None) -> list[RegistrationCertificate]:
    """Those that may be chosen: one's own, without the retired ones unless the product carries one."""
    found = session.scalars(select(RegistrationCertificate).order_by(RegistrationCertificate.number)).all()
    carried = product.certificate_id if product else None
    return [each for each in found if each.retired_on is None or each.id == carried]


def _house() -> Organisation:
    return session.get_one(Organisation, g.actor.organisation_id)


def _crumbs(product: Product, *, linked: bool = False) -> list[tuple[str, str | None]]:
    own = crumb(product.called, "products.show", product_id=product.id) if linked else crumb(product.called)
    return [home_crumb(), crumb(gettext("Products"), "products.listing"), own]
