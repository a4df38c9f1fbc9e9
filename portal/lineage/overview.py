"""What went into a thing and what came of it, short enough to be drawn: things one by one, pieces counted by batch."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, Select, func, select

from portal.db import session
from portal.lineage.knowing import in_turn, lay_in
from portal.lineage.tracing import Way, activities, on_indexes, reached
from portal.records.lineage import Activity, Folio, Link, Movement, Node
from workflows.lineage import MOVING, Deed, Thing, cycles


@dataclass(frozen=True, slots=True)
class Pieces:
    """The units of one batch that were reached, the things they were made of, and the consignees that have some.

    ``named`` is what the batch is called; ``put_together`` the batches of those units that others were made of.
    """

    batch: int | None
    count: int
    made_of: frozenset[int]
    held_by: frozenset[int]
    named: str
    put_together: frozenset[int | None]


@dataclass(frozen=True, slots=True)
class Overview:
    """``things`` by number, edges from thing to thing, ``pieces`` of each batch, and how many each consignee has.

    ``start`` is None where it began at many things.  ``holders`` counts under None what never left.  ``deeds`` are what
    was done on the way here, in their order; ``rings`` what is said to have come of itself.
    """

    start: Node | None
    things: dict[int, Node]
    edges: frozenset[tuple[int, int]]
    pieces: list[Pieces]
    holders: dict[Node | None, int]
    deeds: list[Activity]
    rings: list[list[int]]

    @property
    def units(self) -> int:
        return sum(each.count for each in self.pieces)


def overview(start: Node) -> Overview:
    """Everything up and down from a thing.  As many questions for a million pieces as for one."""
    return overview_of(what_it_has(start), start)


def overview_of(first: Sequence[int] | Select[int], start: Node | None = None) -> Overview:
    """Everything up and down from these things; ``start`` is the one that was asked about."""
    up, down = reached(first, Way.BACKWARD), reached(first, Way.FORWARD)
    alone = start is not None and start.kind == Thing.UNIT
    with on_indexes():
        above = _nodes(up, units=alone)
        nodes = ({start.id: start} if start else {}) | above | _nodes(down, units=False)
        links = _links(up, Link.target, units=alone) | _links(down, Link.source, units=False)
        makers, counts, holders = _makers(down), _counts(down), _holders(down)
    if alone:
        counts, makers = {}, {}
    things = {number: node for number, node in nodes.items() if node.kind < Deed.RECEIVE}
    used = defaultdict(set)
    for source, target in links:
        used[target].add(source)
    parts = _batches_of({one for some in makers.values() for deed in some for one in used[deed]} - things.keys())
    named = {number: node.code for number, node in things.items()}
    named |= _codes({each for each in counts if each is not None} - things.keys())
    return Overview(
        start=start,
        things=things,
        edges=frozenset((one, to) for deed, to in links if to in things for one in used[deed] if one in things),
        pieces=[
            Pieces(
                batch,
                count,
                made_of=frozenset(one for deed in makers.get(batch, ()) for one in used[deed] if one in things),
                held_by=frozenset(party for of, party in holders if of == batch and party is not None),
                named=named.get(batch or 0, ""),
                put_together=frozenset(
                    parts[one] for deed in makers.get(batch, ()) for one in used[deed] & parts.keys()
                ),
            )
            for batch, count in sorted(counts.items(), key=_by_number)
        ],
        holders=_named(_by_party(holders), 1 if alone else sum(counts.values())),
        deeds=sorted(activities(above.keys() - things.keys()).values(), key=lambda each: (each.began_at, each.id)),
        rings=cycles(links),
    )


def what_it_has(start: Node) -> Sequence[int] | Select[int]:
    """The thing itself; what lies or lay in a package, what was ever moved to a consignee, what a shipment carried."""
    if start.kind == Thing.PACKAGE:
        return lay_in([start.id])
    if start.kind == Thing.PARTY:
        moved = select(Movement.node).join(Activity, Activity.id == Movement.activity)
        return moved.where(Activity.party == start.id, Movement.struck_by.is_(None))
    if start.kind in MOVING:
        return select(Movement.node).where(Movement.activity == start.id)
    return [start.id]


def entrustments_of(folios: Iterable[int]) -> list[UUID]:
    """The entrustments to which facts of these folios belong, as far as the reader takes part in them."""
    wanted = select(Folio.entrustment_id).where(Folio.number.in_(set(folios)), Folio.entrustment_id.is_not(None))
    return sorted({each for each in session.scalars(wanted) if each is not None})


def _nodes(found: CTE, *, units: bool) -> dict[int, Node]:
    wanted = select(Node).join(found, Node.id == found.c.node)
    if not units:
        wanted = wanted.where(Node.kind != Thing.UNIT.value)
    return {each.id: each for each in session.scalars(wanted)}


def _links(found: CTE, end: Any, *, units: bool) -> set[tuple[int, int]]:
    wanted = select(Link.source, Link.target).join(found, end == found.c.node).where(Link.struck_by.is_(None))
    if not units:
        wanted = wanted.join(Node, Node.id == Link.target).where(Node.kind != Thing.UNIT.value)
    return {(source, target) for source, target in session.execute(wanted)}


def _makers(found: CTE) -> dict[int | None, set[int]]:
    """The deeds that led to units, by the units' batch."""
    wanted = (
        select(Node.batch, Link.source)
        .select_from(found)
        .join(Node, Node.id == found.c.node)
        .join(Link, Link.target == Node.id)
        .where(Link.struck_by.is_(None), Node.kind == Thing.UNIT.value)
        .distinct()
    )
    makers: dict[int | None, set[int]] = defaultdict(set)
    for batch, deed in session.execute(wanted):
        makers[batch].add(deed)
    return makers


def _counts(found: CTE) -> dict[int | None, int]:
    wanted = (
        select(Node.batch, func.count())
        .select_from(found)
        .join(Node, Node.id == found.c.node)
        .where(Node.kind == Thing.UNIT.value)
        .group_by(Node.batch)
    )
    return {batch: int(count) for batch, count in session.execute(wanted)}


def _batches_of(units: Collection[int]) -> dict[int, int | None]:
    """The batch of each of these units."""
    found: dict[int, int | None] = {}
    for some in in_turn(units):
        wanted = select(Node.id, Node.batch).where(Node.id.in_(some))
        found |= {unit: batch for unit, batch in session.execute(wanted)}  # noqa: C416  a row is no pair to mypy
    return found


def _codes(numbers: Collection[int]) -> dict[int, str]:
    wanted = select(Node.id, Node.code).where(Node.id.in_(numbers))
    rows = session.execute(wanted) if numbers else ()
    return {number: code for number, code in rows}  # noqa: C416  a row is no pair to mypy


def _holders(found: CTE) -> dict[tuple[int | None, int | None], int]:
    """How many units of each batch each consignee was the last to get."""
    latest = func.row_number().over(partition_by=Movement.node, order_by=(Activity.began_at.desc(), Activity.id.desc()))
    moved = (
        select(Node.batch, Activity.party, latest.label("nth"))
        .select_from(found)
        .join(Node, Node.id == found.c.node)
        .join(Movement, Movement.node == Node.id)
        .join(Activity, Activity.id == Movement.activity)
        .where(Node.kind == Thing.UNIT.value, Movement.struck_by.is_(None))
        .subquery()
    )
    each = (moved.c.batch, moved.c.party)
    wanted = select(*each, func.count()).where(moved.c.nth == 1).group_by(*each)
    return {(batch, party): int(count) for batch, party, count in session.execute(wanted)}


def _by_party(holders: dict[tuple[int | None, int | None], int]) -> dict[int | None, int]:
    counts: dict[int | None, int] = defaultdict(int)
    for (_, party), count in holders.items():
        counts[party] += count
    return counts


def _by_number(counted: tuple[int | None, int]) -> int:
    return counted[0] or 0


def _named(holders: dict[int | None, int], units: int) -> dict[Node | None, int]:
    parties = session.scalars(select(Node).where(Node.id.in_([each for each in holders if each is not None])))
    named: dict[Node | None, int] = {each: holders[each.id] for each in sorted(parties, key=lambda each: each.code)}
    if left := units - sum(named.values()):
        named[None] = left
    return named
