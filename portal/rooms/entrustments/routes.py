"""Entrustments: the list, the hub of one relation, proposing one, and its moves."""

from typing import Any
from uuid import UUID

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from agreements.provinces import province
from portal import ledger
from portal.db import session
from portal.facts import Ground, entrustment_facts, ground_of, grounds, present, proved
from portal.facts.appointments import holders
from portal.facts.duties import open_duties
from portal.facts.showing import show_in
from portal.records.entrustment import Entrustment
from portal.records.evidence import RegistrationCertificate
from portal.records.organisation import Functions, Organisation
from portal.records.product import Product
from portal.rooms.entrustments import reading
from portal.rooms.entrustments.forms import ProposeForm
from portal.rooms.entrustments.proposing import propose as make_proposal
from portal.tenancy import current_tenant
from portal.web import Ceremony, Room, crumb, find, mend_for, ways_on
from portal.web.between import between, identity_of
from portal.web.forms import options
from portal.web.frame import home_crumb
from portal.web.history import timeline_of
from portal.web.paging import page_of
from portal.web.value_names import SIDES
from portal.wording import in_language
from workflows.ending import ENDING
from workflows.entrustment import ENTRUSTMENT
from workflows.powers import Power

LATELY = 6

room = Room("entrustments", __name__, url_prefix="/entrustments")


@room.get("", power=Power.ENTRUSTMENT_READ)
def listing() -> ResponseReturnValue:
    states = {state.name: state for state in ENTRUSTMENT.states}
    chosen = states.get(request.args.get("state", ""))
    wanted = select(Entrustment)
    if chosen:
        wanted = wanted.where(Entrustment.state == chosen.name)
    page = page_of(wanted, Entrustment.id)
    known = grounds(page.rows)
    return render_template(
        "entrustments/listing.html",
        lines=reading.lines_of(page.rows, known, entrustment_facts(page.rows, known)),
        page=page,
        states=[(each, each is chosen) for each in ENTRUSTMENT.states],
        is_filtered=chosen is not None,
        propose_url=url_for("entrustments.propose") if _may_propose() else None,
        crumbs=[home_crumb(), crumb(gettext("Entrustments"))],
    )


@room.get("/<uuid:entrustment_id>", power=Power.ENTRUSTMENT_READ)
def show(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    ground = ground_of(entrustment)
    facts = entrustment_facts([entrustment], {entrustment_id: ground})[entrustment_id]
    batches, open_points = reading.work_of(entrustment)
    participants, next_audit = reading.around(entrustment)
    return render_template(
        "entrustments/show.html",
        entrustment=entrustment,
        ground=ground,
        facts_now=facts,
        ways_on=ways_on(entrustment, facts),
        href=lambda move: url_for(f"entrustments.{move}", entrustment_id=entrustment_id),
        mend_href=mend_for({"entrustment_id": entrustment_id}),
        products=reading.product_lines(ground),
        agreements=reading.agreement_lines(ground),
        sides=reading.shown_lines(ground),
        batches=batches,
        open_points=open_points,
        next_audit=next_audit,
        participants=participants,
        underway=reading.underway_in(entrustment),
        duties=open_duties([entrustment_id])[entrustment_id],
        side_labels=SIDES,
        checklist_states={state.name: state.label for state in ENDING.states},
        province_name=_province_name,
        record_hash=ledger.row_hash(entrustment),
        history=timeline_of(ledger.entries(entrustment_id=entrustment_id, limit=LATELY)),
        between=between(entrustment, ground, here=True),
        crumbs=[home_crumb(), crumb(gettext("Entrustments"), "entrustments.listing")],
        identity=identity_of(entrustment, _title(entrustment)),
    )


@room.route("/propose", methods=("GET", "POST"), power=Power.ENTRUSTMENT_PROPOSE)
def propose() -> ResponseReturnValue:
    own = session.get_one(Organisation, current_tenant())
    if not own.is_registrant:
        abort(403)
    products = {str(each.id): each for each in session.scalars(select(Product).order_by(Product.name, Product.id))}
    form = ProposeForm()
    form.products.choices = options({value: _called(each) for value, each in products.items()})
    if not form.validate_on_submit() or form.partner is None:
        crumbs = [home_crumb(), crumb(gettext("Entrustments"), "entrustments.listing"), crumb(gettext("Propose"))]
        page = render_template("entrustments/propose.html", form=form, any_product=bool(products), crumbs=crumbs)
        return page, 422 if form.is_submitted() else 200
    entrustment = make_proposal(own, form.partner, by=g.actor)
    chosen = [products[value] for value in dict.fromkeys(form.products.data or ())]
    # The products come last: what they rest on is shown by then, and each is judged once.
    for record in proved([*_own_functions(), *_certificates_of(chosen), *chosen]):
        present(entrustment, record, by=g.actor)
    show_in(entrustment, holders(), by=g.actor)
    flash(gettext("Proposed. %(name)s sees it from now on.", name=form.partner.name))
    return redirect(url_for("entrustments.show", entrustment_id=entrustment.id))


def inside(entrustment: Entrustment, label: str, ground: Ground | None = None) -> dict[str, Any]:
    """What every page inside an entrustment hands to its template."""
    return {
        "between": between(entrustment, ground),
        "crumbs": [home_crumb(), crumb(label)],
        "identity": identity_of(entrustment, _title(entrustment)),
        "back_to": url_for("entrustments.show", entrustment_id=entrustment.id),
    }


def _place(entrustment: Entrustment) -> dict[str, Any]:
    ground = ground_of(entrustment)
    return {
        "crumbs": [home_crumb()],
        "between": between(entrustment, ground),
        "identity": identity_of(entrustment, _title(entrustment)),
        "products": [each.facts["name"] for each in ground.products],
        "site": ground.latest("site"),
        "licence": ground.latest("licence"),
        "agreements": reading.agreement_lines(ground),
    }


def _title(entrustment: Entrustment) -> str:
    title: str = gettext("Entrustment %(number)s", number=entrustment.number)
    return title


def _called(product: Product) -> str:
    name = f"{product.name} {product.model}".strip()
    return f"{name} · {product.code}" if product.code else name


def _may_propose() -> bool:
    own = session.get_one(Organisation, current_tenant())
    return own.is_registrant and g.actor.may(Power.ENTRUSTMENT_PROPOSE)


def _certificates_of(products: list[Product]) -> list[RegistrationCertificate]:
    wanted = {each.certificate_id for each in products if each.certificate_id}
    return list(session.scalars(select(RegistrationCertificate).where(RegistrationCertificate.id.in_(wanted))))


def _own_functions() -> list[Functions]:
    return list(session.scalars(select(Functions)))


def _province_name(abbreviation: str) -> str:
    found = province(abbreviation)
    return in_language(found.zh, found.en)


Ceremony(
    room=room,
    lifecycle=ENTRUSTMENT,
    kind=Entrustment,
    key="entrustment_id",
    facts=lambda entrustment: entrustment_facts([entrustment])[entrustment.id],
    leaf="entrustments/_leaf.html",
    place=_place,
    back="entrustments.show",
).hang("/<uuid:entrustment_id>")
