"""What was done, as events of EPCIS 2.0: each act of the graph that the reader may see."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from agreements.epcis import Kind
from agreements.epcis.telling import Declared, body_of_act, kind_of
from portal.db import session
from portal.lineage.acts import Read, acts
from portal.lineage.knowing import in_turn
from portal.lineage.overview import what_it_has
from portal.lineage.tracing import Way, on_indexes, reached
from portal.records.lineage import Activity, Containment, Movement, Node
from workflows.lineage import Deed

Body = dict[str, Any]

WRONG, NEVER = "incorrect_data", "did_not_occur"


def events(deeds: Iterable[int], address: str) -> Iterator[tuple[int, Body]]:
    """The events that these deeds were, each with its deed, one after the other; ``address`` is the portal's own."""
    for some in acts(deeds):
        right = _ids({each for read in some for each in read.replaced_by}, address)
        for read in some:
            if _says_something(read):
                yield read.number, _body(read, address, right)


def deeds_about(start: Node) -> list[int]:
    """What a thing came of, what came of it, and what packed or moved any of that, by number and so as it was told."""
    first = what_it_has(start)
    deeds: set[int | None] = set()
    with on_indexes():
        for way in Way:
            found = reached(first, way)
            deeds |= set(session.scalars(select(Activity.id).join(found, Activity.id == found.c.node)))
        down = reached(first, Way.FORWARD)
        deeds |= set(session.scalars(select(Movement.activity).join(down, Movement.node == down.c.node)))
        lay = select(Containment.parent, Containment.activity, Containment.ended_by)
        rows = list(session.execute(lay.join(down, Containment.child == down.c.node)))
    packages: set[int] = {start.id}
    while rows:
        deeds |= {each for row in rows for each in (row.activity, row.ended_by)}
        outward = {row.parent for row in rows} - packages
        packages |= outward
        rows = [row for some in in_turn(outward) for row in session.execute(lay.where(Containment.child.in_(some)))]
    for some in in_turn(packages):
        deeds |= set(session.scalars(select(Movement.activity).where(Movement.node.in_(some))))
    return sorted(each for each in deeds if each is not None)


def _body(read: Read, address: str, right: Mapping[int, str]) -> Body:
    declared = None
    if read.at is not None:
        ids = [right[each] for each in read.replaced_by if each in right]
        declared = Declared(read.at, WRONG if ids else NEVER, ids)
    return body_of_act(read.act, address, declared=declared, more={"act": urn_of(read.address)})


def urn_of(address: UUID) -> str:
    """The public id of a deed, which stays whatever is corrected later and whoever reads it."""
    return f"urn:uuid:{address}"


def _ids(deeds: Collection[int], address: str) -> dict[int, str]:
    """The ids of the events that took the place of others."""
    read = [each for some in acts(sorted(deeds)) for each in some]
    return {each.number: _body(each, address, {})["eventID"] for each in read if _says_something(each)}


def _says_something(read: Read) -> bool:
    """Whether enough of it may be seen; a correction that only takes back is told by what it took back."""
    act = read.act
    if act.kind is Deed.CORRECT and not (act.uses or act.makes or act.touches):
        return False
    if kind_of(act) is Kind.AGGREGATION:
        return bool(act.package and act.moves)
    return bool(act.uses or act.makes or act.touches or act.moves or act.values or act.batch)
