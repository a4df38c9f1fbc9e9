"""Finding things of the graph by what is written on them, exactly and whole."""

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from portal.db import session
from portal.records.lineage import Folio, Node
from portal.records.trade_item import TradeItem
from workflows.lineage import Deed, Thing

MOST = 50


def called(code: str) -> list[Node]:
    """The things that bear this number, serial number or name, the latest first."""
    wanted = select(Node).where(Node.code == code, Node.kind < Deed.RECEIVE.value)
    return list(session.scalars(wanted.order_by(Node.id.desc()).limit(MOST)))


def packages(sscc: str) -> list[Node]:
    wanted = select(Node).where(Node.code == sscc, Node.kind == Thing.PACKAGE.value)
    return list(session.scalars(wanted.order_by(Node.id.desc()).limit(MOST)))


def units(serial: str, items: Collection[TradeItem]) -> Sequence[tuple[Node, Node | None]]:
    """The single devices with this serial number under one of these identifiers, each with its batch.

    One that was told of without its identifier counts where it is of the same common work.
    """
    if not items:
        return []
    batch = aliased(Node)
    of_the_work = select(Folio.number).where(Folio.entrustment_id.in_({each.entrustment_id for each in items}))
    wanted = (
        select(Node, batch)
        .outerjoin(batch, batch.id == Node.batch)
        .where(Node.code == serial, Node.kind == Thing.UNIT.value)
        .where(or_(Node.item.in_([each.key for each in items]), (Node.item == 0) & Node.folio.in_(of_the_work)))
        .order_by(Node.id.desc())
        .limit(MOST)
    )
    return [(unit, of) for unit, of in session.execute(wanted)]
