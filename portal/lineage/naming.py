"""Finding things of the graph by what is written on them, exactly and whole."""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import aliased

from portal.db import session
from portal.lineage.numbering import PLACES
from portal.records.lineage import NUMBER, Folio, Node, Ticket
from portal.records.trade_item import TradeItem
from workflows.lineage import Deed, Thing

MOST = 50
PLACE = (1 << PLACES) - 1


def called(code: str) -> list[Node]:
    """The things that bear this number, serial number or name, the latest first."""
    wanted = select(Node).where(Node.code == code, Node.kind < Deed.RECEIVE.value)
    return list(session.scalars(wanted.order_by(Node.id.desc()).limit(MOST)))


def packages(sscc: str) -> list[Node]:
    wanted = select(Node).where(Node.code == sscc, Node.kind == Thing.PACKAGE.value)
    return list(session.scalars(wanted.order_by(Node.id.desc()).limit(MOST)))


class Found(NamedTuple):
    """A single device: what it is called, the code of its batch, and its public id."""

    code: str
    batch: str | None
    address: UUID


def device(agency: str, di: str, serial: str) -> list[Found]:
    """The single devices with this serial number under this identifier: one question for what is scanned most.

    Asked past the ORM, as tracing is; what is not the reader's the walls of the database leave out.
    """
    asked = {"agency": agency, "di": di, "serial": serial}
    rows = session.connection().execute(_device(), asked).all()
    return [Found(code, batch, UUID(int=uid.int | number & PLACE)) for number, code, batch, uid in rows]


@cache
def _device() -> Select[*tuple[Any, ...]]:
    batch = aliased(Node)
    return (
        select(Node.id, Node.code, batch.code, Ticket.uid)
        .join(TradeItem, TradeItem.key == Node.item)
        .join(Ticket, Ticket.id == Node.id.op("/", return_type=NUMBER)(1 << PLACES))
        .outerjoin(batch, batch.id == Node.batch)
        .where(TradeItem.agency == bindparam("agency"), TradeItem.di == bindparam("di"))
        .where(Node.code == bindparam("serial"), Node.kind == Thing.UNIT.value)
        .limit(MOST)
    )


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
