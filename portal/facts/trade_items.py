"""The device identifiers of an entrustment, and what a move of one depends on."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from portal.db import session
from portal.records.trade_item import TradeItem
from workflows.trade_item import TradeItemFacts


def identifiers_of(entrustment_id: UUID) -> list[TradeItem]:
    """Those that are not given up, the smallest unit of each product first."""
    wanted = select(TradeItem).where(TradeItem.entrustment_id == entrustment_id, TradeItem.until.is_(None))
    return list(session.scalars(wanted.order_by(TradeItem.product_name, TradeItem.id)))


def identifiers_in(entrustment_ids: Collection[UUID]) -> dict[UUID, list[TradeItem]]:
    """Every one of each entrustment, those given up too: what was labelled with them stays what it is."""
    found: dict[UUID, list[TradeItem]] = {each: [] for each in entrustment_ids}
    wanted = select(TradeItem).options(lazyload(TradeItem.entrustment))
    for item in session.scalars(wanted.where(TradeItem.entrustment_id.in_(found))):
        found[item.entrustment_id].append(item)
    return found


def primary_of(entrustment_id: UUID, product_id: UUID) -> TradeItem | None:
    """The identifier in use that a product's batches and labels go by."""
    found = (each for each in identifiers_of(entrustment_id) if each.product_id == product_id)
    return next((each for each in found if each.is_primary and each.state == "in_use"), None)


def trade_item_facts(item: TradeItem) -> TradeItemFacts:
    standing = identifiers_of(item.entrustment_id)
    return TradeItemFacts(
        below=item.holds.state if item.holds else None, held_by=sum(each.holds_id == item.id for each in standing)
    )
