"""What went into a thing and what came of it, short enough to be drawn: things one by one, pieces counted by batch."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import CTE, func, select

from portal.db import session
from portal.lineage.tracing import Way, activities, on_indexes, reached
from portal.records.lineage import Activity, Folio, Link, Movement, Node
from workflows.lineage import Deed, Thing, cycles


@dataclass(frozen=True, slots=True)
class Pieces:
    """The units of one batch that were reached, and the things they were made of."""

    batch: int | None
    count: int
    made_of: frozenset[int]


@dataclass(frozen=True, slots=True)
class Overview:
    """``things`` by number, edges from thing to thing, ``pieces`` of each batch, and how many each consignee has.

    ``holders`` counts under None what never left.  ``deeds`` are what was done on the way here, in their order;
    ``rings`` what is said to have come of itself.
    """

    start: Node
    things: dict[int, Node]
    edges: frozenset[tuple[int, int]]
    pieces: list[Pieces]
    holders: dict[Node | None, int]
    deeds: list[Activity]
    rings: list[list[int]]

    @property
    def units(self) -> int:
        return sum(each.count for each in self.pieces)

    @property
    def folios(self) -> set[int]:
        return {each.folio for each in self.things.values()}


def overview(start: Node) -> Overview:
    """Everything up and down from a thing.  As many questions for a million pieces as for one."""
    up, down = reached([start.id], Way.BACKWARD), reached([start.id], Way.FORWARD)
    with on_indexes():
        nodes = {start.id: start} | _nodes(up, units=True) | _nodes(down, units=False)
        links = _links(up, Link.target) | _links_but_to_units(down)
        makers = _makers(down)
        counts = _counts(down)
        holders = _holders(down)
    if start.kind == Thing.UNIT:
        counts, makers = {}, {}
    deeds = activities({each.id for each in nodes.values() if each.kind >= Deed.RECEIVE} & {one for one, _ in links})
    things = {number: node for number, node in nodes.items() if node.kind < Deed.RECEIVE}
    used = defaultdict(set)
    for source, target in links:
        used[target].add(source)
    return Overview(
        start=start,
        things=things,
        edges=frozenset((one, to) for deed, to in links if to in things for one in used[deed] if one in things),
        pieces=[
            Pieces(
                batch, count, frozenset(one for deed in makers.get(batch, ()) for one in used[deed] if one in things)
            )
            for batch, count in sorted(counts.items(), key=str)
        ],
        holders=_named(holders, sum(counts.values()) if start.kind != Thing.UNIT else 1),
        deeds=sorted(_towards(start, deeds.values(), links), key=lambda each: (each.began_at, each.id)),
        rings=cycles(links),
    )


def entrustments_of(folios: Iterable[int]) -> list[UUID]:
    """The entrustments to which facts of these folios belong, as far as the reader takes part in them."""
    wanted = select(Folio.entrustment_id).where(Folio.number.in_(set(folios)), Folio.entrustment_id.is_not(None))
    return sorted({each for each in session.scalars(wanted) if each is not None})


def _nodes(found: CTE, *, units: bool) -> dict[int, Node]:
    wanted = select(Node).join(found, Node.id == found.c.node)
    if not units:
        wanted = wanted.where(Node.kind != Thing.UNIT.value)
    return {each.id: each for each in session.scalars(wanted)}


def _links(found: CTE, end: object) -> set[tuple[int, int]]:
    wanted = select(Link.source, Link.target).join(found, end == found.c.node).where(Link.struck_by.is_(None))
    return {(source, target) for source, target in session.execute(wanted)}


def _links_but_to_units(found: CTE) -> set[tuple[int, int]]:
    wanted = (
        select(Link.source, Link.target)
        .join(found, Link.source == found.c.node)
        .join(Node, Node.id == Link.target)
        .where(Link.struck_by.is_(None), Node.kind != Thing.UNIT.value)
    )
    return {(source, target) for source, target in session.execute(wanted)}


def _makers(found: CTE) -> dict[int | None, set[int]]:
    """The deeds that led to units, by the units' batch."""
    wanted = (
        select(Node.batch, Link.source)
        .select_from(found)
        .join(Link, Link.source == found.c.node)
        .join(Node, Node.id == Link.target)
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


def _holders(found: CTE) -> dict[int | None, int]:
    """How many units each consignee was the last to get."""
    latest = func.row_number().over(partition_by=Movement.node, order_by=(Activity.began_at.desc(), Activity.id.desc()))
    moved = (
        select(Activity.party, latest.label("nth"))
        .select_from(found)
        .join(Node, Node.id == found.c.node)
        .join(Movement, Movement.node == Node.id)
        .join(Activity, Activity.id == Movement.activity)
        .where(Node.kind == Thing.UNIT.value, Movement.struck_by.is_(None))
        .subquery()
    )
    wanted = select(moved.c.party, func.count()).where(moved.c.nth == 1).group_by(moved.c.party)
    return {party: int(count) for party, count in session.execute(wanted)}


def _named(holders: dict[int | None, int], units: int) -> dict[Node | None, int]:
    parties = session.scalars(select(Node).where(Node.id.in_([each for each in holders if each is not None])))
    named: dict[Node | None, int] = {each: holders[each.id] for each in sorted(parties, key=lambda each: each.code)}
    if left := units - sum(named.values()):
        named[None] = left
    return named


def _towards(start: Node, deeds: Iterable[Activity], links: set[tuple[int, int]]) -> list[Activity]:
    """Those that led here, not those that led on."""
    before = defaultdict(set)
    for source, target in links:
        before[target].add(source)
    seen, waiting = {start.id}, [start.id]
    while waiting:
        fresh = before[waiting.pop()] - seen
        seen |= fresh
        waiting += fresh
    return [each for each in deeds if each.id in seen]
