"""What went into a thing and what came of it, short enough to be drawn: things one by one, pieces counted by batch."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, BigInteger, Select, case, cast, null, select

from portal.db import session
from portal.lineage.knowing import in_turn, lay_in
from portal.lineage.tracing import AT_ONCE, Way, activities, last_moves, on_indexes, reached
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


@dataclass(slots=True)
class Below:
    """What came of a thing: how many units of which batch each deed moved last, the deeds that led to units of a batch,
    everything else by number, and what led to that.
    """

    moves: Counter[tuple[int | None, int | None]] = field(default_factory=Counter)
    makers: dict[int | None, set[int]] = field(default_factory=dict)
    others: set[int] = field(default_factory=set)
    links: set[tuple[int, int]] = field(default_factory=set)

    def without_links(self, rows: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
        """The rows that tell of a node; those that tell what led to what are taken in."""
        for node, source, _, batch, _ in rows:
            if source is None:
                continue
            if node is None:
                self.makers.setdefault(batch, set()).add(source)
            else:
                self.links.add((source, node))
        return [row for row in rows if row[1] is None]


def overview(start: Node) -> Overview:
    """Everything up and down from a thing.  As many questions for a million pieces as for one."""
    return overview_of(what_it_has(start), start)


def overview_of(first: Sequence[int] | Select[int], start: Node | None = None) -> Overview:
    """Everything up and down from these things; ``start`` is the one that was asked about."""
    up, down = reached(first, Way.BACKWARD), reached(first, Way.FORWARD)
    alone = start is not None and start.kind == Thing.UNIT
    with on_indexes():
        above, links = _nodes(up, units=alone), _links(up, units=alone)
        below = _below(down)
    nodes = ({start.id: start} if start else {}) | above | _of(below.others - above.keys())
    links |= below.links
    moved = activities({deed for _, deed in below.moves if deed is not None})
    counts, makers, holders = _summed(below.moves), below.makers, _held(below.moves, moved)
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
    wanted = select(Node).select_from(found).join(Node, Node.id == found.c.node)
    if not units:
        wanted = wanted.where(Node.kind != Thing.UNIT.value)
    return {each.id: each for each in session.scalars(wanted)}


def _links(found: CTE, *, units: bool) -> set[tuple[int, int]]:
    wanted = select(Link.source, Link.target).select_from(found).join(Link, Link.target == found.c.node)
    wanted = wanted.where(Link.struck_by.is_(None))
    if not units:
        wanted = wanted.join(Node, Node.id == Link.target).where(Node.kind != Thing.UNIT.value)
    return {(source, target) for source, target in session.execute(wanted)}


def _below(found: CTE) -> Below:
    """Asked in one question, which follows the graph once: first each node with what moved it, then what led to what.

    What a million units have in common is counted as they come, so that none of them is kept.  An outer join
    lets PostgreSQL go from what was reached to its links, and not from all links to what was reached; SQLite, which
    goes the right way by itself, would lay out all links first for one.
    """
    below, connection = Below(), session.connection()
    in_order = connection.dialect.name == "postgresql"
    nothing = cast(null(), BigInteger)
    moves = (
        select(Node.id, nothing, Node.kind, Node.batch, Movement.activity)
        .select_from(found)
        .join(Node, Node.id == found.c.node)
        .outerjoin(Movement, (Movement.node == Node.id) & Movement.struck_by.is_(None))
    )
    other = case((Node.kind != Thing.UNIT.value, Node.id))
    led = (
        select(other, Link.source, Node.kind, Node.batch, nothing)
        .select_from(found)
        .join(Link, (Link.source == found.c.node) & Link.struck_by.is_(None), isouter=in_order)
        .join(Node, Node.id == Link.target, isouter=in_order)
        .distinct()
    )
    rows = connection.execute(moves.union_all(led), execution_options={"yield_per": AT_ONCE})
    for node, _, kind, batch, deed in last_moves(below.without_links(each) for each in rows.partitions()):
        if kind == Thing.UNIT:
            below.moves[batch, deed] += 1
        else:
            below.others.add(node)
    return below


def _of(numbers: Collection[int]) -> dict[int, Node]:
    found: dict[int, Node] = {}
    for some in in_turn(numbers):
        found |= {each.id: each for each in session.scalars(select(Node).where(Node.id.in_(some)))}
    return found


def _summed(moves: Counter[tuple[int | None, int | None]]) -> dict[int | None, int]:
    """How many units of each batch there are."""
    counts: dict[int | None, int] = defaultdict(int)
    for (batch, _), count in moves.items():
        counts[batch] += count
    return counts


def _held(
    moves: Counter[tuple[int | None, int | None]], moved: Mapping[int, Activity]
) -> dict[tuple[int | None, int | None], int]:
    """How many units of each batch each consignee was the last to get."""
    held: dict[tuple[int | None, int | None], int] = defaultdict(int)
    for (batch, deed), count in moves.items():
        if deed is not None:
            held[batch, moved[deed].party] += count
    return held


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
