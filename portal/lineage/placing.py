"""Where every unit is: its batch, what was done with it last, when, and who has it, a thousand at once."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from sqlalchemy import Select, select

from portal.db import session
from portal.lineage.knowing import in_turn
from portal.lineage.tracing import Held, activities, units
from portal.records.lineage import Activity, Node
from workflows.lineage import Deed

AT_ONCE = 1000


class Placed(NamedTuple):
    """One unit.  ``deed`` and ``at`` are those of the last movement, None for what never left the plant."""

    batch: str | None
    serial: str
    deed: Deed | None
    at: datetime | None
    consignee: str | None


def placed(start: Sequence[int] | Select[int]) -> Iterator[list[Placed]]:
    """Every unit downstream of these."""
    found, moved, codes = units(start), dict[int, Activity](), dict[int, str]()
    while some := list(islice(found, AT_ONCE)):
        moved |= activities({each.deed for each in some if each.deed is not None} - moved.keys())
        wanted = {each.batch for each in some} | {each.party for each in moved.values()}
        codes |= _codes({each for each in wanted if each is not None} - codes.keys())
        yield [_one(each, moved, codes) for each in some]


def _one(held: Held, moved: dict[int, Activity], codes: dict[int, str]) -> Placed:
    batch = None if held.batch is None else codes.get(held.batch)
    if held.deed is None:
        return Placed(batch, held.code, None, None, None)
    deed = moved[held.deed]
    return Placed(batch, held.code, Deed(deed.kind), deed.began_at, codes.get(deed.party or 0))


def _codes(nodes: set[int]) -> dict[int, str]:
    return {
        node: code
        for some in in_turn(nodes)
        for node, code in session.execute(select(Node.id, Node.code).where(Node.id.in_(some)))
    }
