"""Where every unit is: its batch, what was done with it last, when, and who has it, a few thousand at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from operator import itemgetter

from sqlalchemy import Select, select

from portal.db import session
from portal.lineage.knowing import in_turn
from portal.lineage.tracing import AT_ONCE, activities, units
from portal.records.lineage import Node
from workflows.lineage import Deed

_BATCH_AND_DEED = itemgetter(3, 4)  # of a row of `units`


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """What thousands of units have in common.  ``deed`` and ``at`` are None for those that never left the plant."""

    batch: str | None
    deed: Deed | None
    at: datetime | None
    consignee: str | None


def placed(start: Sequence[int] | Select[int]) -> Iterator[list[tuple[str, Place]]]:
    """The serial number of every unit downstream of these, and where it is; those of one place share it."""
    found, codes = units(start), dict[int, str]()
    places: dict[tuple[int | None, int | None], Place] = {}
    while some := list(islice(found, AT_ONCE)):
        new = set(map(_BATCH_AND_DEED, some)) - places.keys()
        moved = activities({deed for _, deed in new if deed is not None})
        wanted = {batch for batch, _ in new} | {each.party for each in moved.values()}
        codes |= _codes({each for each in wanted if each is not None} - codes.keys())
        for batch, deed in new:
            named = codes.get(batch or 0)
            last = moved[deed] if deed is not None else None
            places[batch, deed] = (
                Place(named, Deed(last.kind), last.began_at, codes.get(last.party or 0))
                if last
                else Place(named, None, None, None)
            )
        yield [(code, places[batch, deed]) for _, _, code, batch, deed in some]


def _codes(nodes: set[int]) -> dict[int, str]:
    return {
        node: code
        for some in in_turn(nodes)
        for node, code in session.execute(select(Node.id, Node.code).where(Node.id.in_(some)))
    }
