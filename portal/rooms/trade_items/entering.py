"""Putting a device identifier on record."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from portal.acting import begin
from portal.db import new_id, session
from portal.facts import Ground
from portal.identity import Actor
from portal.records.trade_item import TradeItem
from portal.tenancy import side_in
from workflows.engine import Decision
from workflows.trade_item import EnteringFacts


class Taken(ValueError):
    """The identifier, or that of the product's smallest unit, is on record already and not given up."""


@dataclass(frozen=True, slots=True)
class Entered:
    """What is known of an identifier before it is used; ``holds_count`` of ``holds`` lie in one package."""

    product_id: UUID
    agency: str
    di: str
    level: str
    is_primary: bool
    holds: TradeItem | None = None
    holds_count: int | None = None


def enter(ground: Ground, given: Entered, decision: Decision[EnteringFacts], *, by: Actor) -> TradeItem:
    """Raises :class:`Taken`, or :class:`portal.acting.Refused`."""
    product = ground.product(given.product_id)
    item = TradeItem(
        id=new_id(),
        entrustment_id=ground.entrustment.id,
        product_id=given.product_id,
        product_name=product.facts["name"] if product else "",
        agency=given.agency,
        di=given.di,
        level=given.level,
        holds_id=given.holds.id if given.holds else None,
        holds_count=given.holds_count if given.holds else None,
        is_primary=given.is_primary,
    )
    try:
        with session.begin_nested():
            begin(item, decision, actor=by, side=side_in(ground.entrustment.id))
    except IntegrityError as beaten:
        raise Taken(given.di) from beaten
    return item
