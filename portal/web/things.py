"""A thing of the graph of making at its address, as a page shows it."""

from uuid import UUID

from flask import abort, g
from sqlalchemy import select

from portal.db import session
from portal.lineage.numbering import node_at
from portal.lineage.overview import entrustments_of
from portal.records.lineage import Disclosure, Node
from portal.web.doors import witnessed_each
from workflows.lineage import Deed


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
