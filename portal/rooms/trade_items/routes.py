"""Device identifiers of an entrustment: the list, each with what it holds, entering one, and its moves."""

from typing import Any
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy import select

from portal.facts import Ground, ground_of
from portal.facts.trade_items import identifiers_of, trade_item_facts
from portal.records.entrustment import Entrustment
from portal.records.trade_item import TradeItem
from portal.rooms.trade_items.entering import Taken, enter
from portal.rooms.trade_items.forms import EnterForm
from portal.web import Ceremony, Room, crumb, find, kept
from portal.web.between import between, identity_of
from portal.web.deeds import insist, weigh_deed
from portal.web.frame import home_crumb
from portal.web.paging import page_of
from workflows.engine import Decision, Side
from workflows.powers import Power
from workflows.trade_item import AGENCIES, ENTER, LEVELS, TRADE_ITEM, UPLOADED_BEFORE_SALE, EnteringFacts

room = Room("trade_items", __name__)


@room.get("/entrustments/<uuid:entrustment_id>/device-identifiers", power=Power.DEFINITION_READ)
def listing(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id)
    ground = ground_of(entrustment)
    wanted = select(TradeItem).where(TradeItem.entrustment_id == entrustment_id)
    return render_template(
        "trade_items/listing.html",
        **_inside(ground),
        **_WORDS,
        entrustment=entrustment,
        page=page_of(wanted, TradeItem.id),
        may_enter=_weigh(ground).allowed,
        deed=ENTER,
        sources=UPLOADED_BEFORE_SALE,
    )


@room.route(
    "/entrustments/<uuid:entrustment_id>/device-identifiers/new", methods=("GET", "POST"), power=Power.DEFINITION_KEEP
)
def create(entrustment_id: UUID) -> ResponseReturnValue:
    entrustment = find(Entrustment, entrustment_id, side=Side.REGISTRANT)
    g.back_url = url_for("trade_items.listing", entrustment_id=entrustment_id)
    ground, form = ground_of(entrustment), EnterForm()
    decision = _weigh(ground)
    insist(decision)
    form.begin(ground, identifiers_of(entrustment_id))
    if not form.validate_on_submit():
        return _page(form, ground)
    try:
        item = enter(ground, form.given, decision, by=g.actor)
    except Taken:
        form.refuse_taken()
        return _page(form, ground)
    flash(gettext("The identifier is on record. Take it into use once its data stand in the national database."))
    return redirect(url_for("trade_items.show", trade_item_id=item.id))


@room.get("/device-identifiers/<uuid:trade_item_id>", power=Power.DEFINITION_READ)
def show(trade_item_id: UUID) -> ResponseReturnValue:
    item = find(TradeItem, trade_item_id)
    standing = identifiers_of(item.entrustment_id)
    return render_template(
        "trade_items/show.html",
        **_place(item),
        item=item,
        held_by=[each for each in standing if each.holds_id == item.id],
        sources=UPLOADED_BEFORE_SALE,
        **kept(item, trade_item_facts(item)),
    )


def _weigh(ground: Ground) -> Decision[EnteringFacts]:
    facts = EnteringFacts(not ground.entrustment.where.final, len(ground.products))
    return weigh_deed(ENTER, facts, ground.entrustment)


def _inside(ground: Ground, *more: tuple[str, str | None]) -> dict[str, Any]:
    here = crumb(gettext("Device identifiers"), "trade_items.listing", entrustment_id=ground.entrustment.id)
    return {"crumbs": [home_crumb(), here, *more], "between": between(ground.entrustment, ground)}


def _place(item: TradeItem) -> dict[str, Any]:
    """What every page about ``item`` is drawn with."""
    here = crumb(item.di, "trade_items.show", trade_item_id=item.id)
    label = gettext("Device identifier %(di)s", di=item.di)
    return _inside(ground_of(item.entrustment), here) | {"identity": identity_of(item, label)} | _WORDS


def _page(form: EnterForm, ground: Ground) -> ResponseReturnValue:
    where = _inside(ground, crumb(gettext("Enter a device identifier")))
    page = render_template("trade_items/create.html", **where, form=form, back_url=g.back_url)
    return page, 422 if form.is_submitted() else 200


_WORDS = {"levels": LEVELS, "agencies": AGENCIES}

Ceremony(
    room=room,
    lifecycle=TRADE_ITEM,
    kind=TradeItem,
    key="trade_item_id",
    facts=trade_item_facts,
    leaf="trade_items/_leaf.html",
    place=_place,
    back="trade_items.show",
).hang("/device-identifiers/<uuid:trade_item_id>")
