"""The lots of a trace as the register keeps them: how each stands, who delivered it, which certificates it brought."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import lazyload

from portal.db import session
from portal.lineage.knowing import in_turn
from portal.records.lineage import Node
from portal.records.material_lot import MaterialLot
from workflows.engine import State
from workflows.lineage import Thing
from workflows.material_lot import EXPIRED

# How a lot stands when nothing more should be made of it.
HELD = frozenset({"rejected", "blocked", "recalled", EXPIRED.name})


def lots_of(things: Iterable[Node]) -> dict[int, MaterialLot]:
    """By the number of its node, each lot that is on record and that the reader sees there."""
    told = {node.id: node.record_id for node in things if node.kind == Thing.LOT and node.record_id is not None}
    found: dict[object, MaterialLot] = {}
    for some in in_turn(dict.fromkeys(told.values())):
        wanted = select(MaterialLot).where(MaterialLot.id.in_(some)).options(lazyload(MaterialLot.results))
        found |= {each.id: each for each in session.scalars(wanted).unique()}
    return {node: found[record] for node, record in sorted(told.items()) if record in found}


def held(lots: dict[int, MaterialLot]) -> dict[int, State]:
    """How those stand of which nothing more should be made."""
    return {node: lot.where for node, lot in lots.items() if lot.where.name in HELD}
