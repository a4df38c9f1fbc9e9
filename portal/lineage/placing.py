"""Where every unit is: its batch, what was done with it last, when, and who has it, a thousand at once."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from sqlalchemy import Select, select

from portal.db import session
from portal.lineage.knowing import in_turn
from portal.lineage.tracing import activities, units
from portal.records.lineage import Node
from workflows.lineage import Deed

AT_ONCE = 1000


# Of a movement: what it was, when, and to whom.
Last = tuple[Deed | None, datetime | None, str | None]


class Placed(NamedTuple):
    """One unit.  ``deed`` and ``at`` are those of the last movement, None for what never left the plant."""

    batch: str | None
    serial: str
    deed: Deed | None
    at: datetime | None
    consignee: str | None


def placed(start: Sequence[int] | Select[int]) -> Iterator[list[Placed]]:
    """Every unit downstream of these."""
    found, codes = units(start), dict[int, str]()
    last: dict[int | None, Last] = {None: (None, None, None)}
    while some := list(islice(found, AT_ONCE)):
        moved = activities({each.deed for each in some if each.deed is not None} - last.keys())
        wanted = {each.batch for each in some} | {each.party for each in moved.values()}
        codes |= _codes({each for each in wanted if each is not None} - codes.keys())
        last |= {each.id: (Deed(each.kind), each.began_at, codes.get(each.party or 0)) for each in moved.values()}
        yield [Placed(codes.get(each.batch or 0), each.code, *last[each.deed]) for each in some]


def _codes(nodes: set[int]) -> dict[int, str]:
    return {
        node: code
        for some in in_turn(nodes)
        for node, code in session.execute(select(Node.id, Node.code).where(Node.id.in_(some)))
    }
