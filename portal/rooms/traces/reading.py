"""Finding things in the graph by what is written on them."""

from dataclasses import dataclass
from uuid import UUID

from portal.lineage.naming import called
from portal.lineage.numbering import addresses
from portal.records.lineage import Node


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
