"""Finding things in the graph by what is written on them."""

from dataclasses import dataclass
from uuid import UUID

from flask import abort, g
from sqlalchemy import select

from portal.db import session
from portal.lineage.naming import called
from portal.lineage.numbering import addresses, node_at
from portal.lineage.overview import entrustments_of
from portal.records.lineage import Disclosure, Node
from portal.web.doors import witnessed_each
from workflows.lineage import Deed


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that bears what was asked for, and where it is traced."""

    node: Node
    address: UUID


def hits_of(code: str) -> list[Hit]:
    """The things that bear this number, serial number or name exactly, the latest first."""
    nodes = called(code)
    where = addresses(each.id for each in nodes)
    return [Hit(each, where[each.id]) for each in nodes]


def thing_at(address: UUID) -> Node:
    """The thing with this address, or 404; an authority's look is first written to the ledgers that it concerns."""
    number = node_at(address)
    node = session.get(Node, number) if number is not None else None
    if node is None or node.kind >= Deed.RECEIVE:
        abort(404)
    if g.actor.is_authority:
        shown_in = session.scalars(select(Disclosure.folio).where(Disclosure.node == node.id))
        witnessed_each(entrustments_of([node.folio, *shown_in]), "node.read")
        session.add(node)
    return node
