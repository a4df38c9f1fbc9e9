"""Following the graph: what is in this, where that went, and what passed here between two moments.

A trace costs what its answer costs.  PostgreSQL guesses the length of a recursive answer wrongly and reads whole tables
for it, and the worse the less it knows of where the trace begins; :func:`on_indexes` keeps it to the indexes, and has
it plan for each beginning anew.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache, partial, reduce
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    CTE,
    BigInteger,
    BindParameter,
    CompoundSelect,
    Connection,
    Select,
    String,
    bindparam,
    cast,
    func,
    null,
    or_,
    select,
)

from portal.db import session
from portal.lineage.knowing import in_turn
from portal.records.lineage import Activity, Link, Movement, Node
from workflows.lineage import Thing, cycles

_PLANS = "SELECT set_config('enable_seqscan', {0}, true), set_config('enable_hashjoin', {0}, true)"
_PLANS += ", set_config('enable_mergejoin', {0}, true), set_config('cursor_tuple_fraction', '1', true)"
_PLANS += ", set_config('enable_material', {0}, true), set_config('plan_cache_mode', {1}, true)"

AT_ONCE = 5_000
_NOTHING = cast(null(), BigInteger)


class Way(StrEnum):
    FORWARD = "forward"
    BACKWARD = "backward"


class Held(NamedTuple):
    """A unit, and the shipment, arrival or return that took it last: None for what never left the plant."""

    node: int
    item: int
    code: str
    batch: int | None
    deed: int | None


class Met(NamedTuple):
    """A node on the way."""

    id: int
    kind: int
    code: str
    batch: int | None


@dataclass(frozen=True, slots=True)
class Graph:
    """What was reached, and how: nodes by number, edges from what was used to what came of it."""

    nodes: dict[int, Met]
    edges: list[tuple[int, int]]

    @property
    def rings(self) -> list[list[int]]:
        """What is said to have come of itself, over however many steps: told, and never dropped."""
        return cycles(self.edges)


@contextmanager
def on_indexes() -> Iterator[Connection]:
    """The connection of these books; inside, PostgreSQL goes from row to row by index."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        yield connection
        return
    connection.exec_driver_sql(_PLANS.format("'off'", "'force_custom_plan'"))
    yield connection
    connection.exec_driver_sql(_PLANS.format("'on'", "'auto'"))


def units(start: Sequence[int] | Select[int]) -> Iterator[Held]:
    """Every unit downstream, and what took it last, as the database finds them: in no order, a few thousand at once."""
    with on_indexes() as connection:
        found = connection.execute(units_asked(start), execution_options={"yield_per": AT_ONCE})
        yield from last_moves(found.partitions())


def units_asked(start: Sequence[int] | Select[int]) -> Select[int, int, str, int | None, int]:
    """The question that :func:`units` asks; a unit that was moved often comes once for each time."""
    found = reached(start, Way.FORWARD)
    return (
        select(Node.id.label("node"), Node.item, Node.code, Node.batch, Movement.activity.label("deed"))
        .select_from(found)
        .join(Node, Node.id == found.c.node)
        .outerjoin(Movement, (Movement.node == Node.id) & Movement.struck_by.is_(None))
        .where(Node.kind == Thing.UNIT.value)
    )


def last_moves(partitions: Iterable[Sequence[Sequence[Any]]]) -> Iterator[Any]:
    """Each row, a node first and a deed last; of those of one node, which come one after the other, the last deed's."""
    moved: dict[int, Activity] = {}
    before: list[Any] = []
    for partition in partitions:
        rows: list[Any] = [*before, *partition]
        if len(set(map(itemgetter(0), rows))) < len(rows):
            rows = list(_of_each(rows, moved))
        before = rows[-1:]
        yield from rows[:-1]
    yield from before


def activities(numbers: Collection[int]) -> dict[int, Activity]:
    """What these deeds were."""
    found: dict[int, Activity] = {}
    for some in in_turn(numbers):
        found |= {each.id: each for each in session.scalars(select(Activity).where(Activity.id.in_(some)))}
    return found


def graph(start: Sequence[int], way: Way) -> Graph:
    """Everything up or down from here, whole."""
    nodes, edges = dict[int, Met](), list[tuple[int, int]]()
    with on_indexes() as connection:
        asked = _graph_asked(way, in_order=connection.dialect.name == "postgresql")
        for source, target, *met in connection.execute(asked, {"start": list(start)}).all():
            if target is not None:
                edges.append((source, target))
            elif met[0] is not None:
                nodes[met[0]] = Met(*met)
    return Graph(nodes, edges)


@cache
def _graph_asked(way: Way, *, in_order: bool) -> CompoundSelect[int, int, int, int, str, int | None]:
    """One question for each way, put together once: the nodes that are reached, and the links between them."""
    found = reached(bindparam("start", expanding=True), way)
    end = Link.source if way is Way.FORWARD else Link.target
    nodes = select(_NOTHING, _NOTHING, Node.id, Node.kind, Node.code, Node.batch).select_from(found)
    nodes = nodes.join(Node, Node.id == found.c.node)
    links = select(Link.source, Link.target, _NOTHING, _NOTHING, cast(null(), String), _NOTHING).select_from(found)
    return nodes.union_all(links.join(Link, (end == found.c.node) & Link.struck_by.is_(None), isouter=in_order))


def reached(start: Sequence[int] | Select[int] | BindParameter[Any], way: Way) -> CTE:
    """The nodes up or down from here, those at the start included, each once."""
    first = select(Node.id.label("node")).where(Node.id.in_(start))
    found = first.cte("reached", recursive=True)
    here, there = (Link.source, Link.target) if way is Way.FORWARD else (Link.target, Link.source)
    further = select(there).select_from(found).join(Link, here == found.c.node).where(Link.struck_by.is_(None))
    return found.union(further)


def passed(
    since: datetime,
    until: datetime,
    *,
    equipment_id: UUID | None = None,
    area_id: UUID | None = None,
    operator_id: UUID | None = None,
) -> list[int]:
    """The deeds that were under way between two moments on this equipment, in this area, by this operator.

    A second person counts as an operator.  What was corrected since is left out; what took its place is not.
    """
    wanted = select(Activity.id).where(
        Activity.began_at <= until,
        func.coalesce(Activity.ended_at, Activity.began_at) >= since,
        Activity.struck_by.is_(None),
    )
    if equipment_id is not None:
        wanted = wanted.where(Activity.equipment_id == equipment_id)
    if area_id is not None:
        wanted = wanted.where(Activity.area_id == area_id)
    if operator_id is not None:
        wanted = wanted.where(or_(Activity.operator_id == operator_id, Activity.second_id == operator_id))
    return list(session.scalars(wanted.order_by(Activity.began_at, Activity.id)))


def _of_each(rows: Sequence[Sequence[Any]], moved: dict[int, Activity]) -> Iterator[Sequence[Any]]:
    for _, some in groupby(rows, key=itemgetter(0)):
        yield reduce(partial(_later, moved), some)


def _later(moved: dict[int, Activity], one: Sequence[Any], other: Sequence[Any]) -> Sequence[Any]:
    moved |= activities({one[-1], other[-1]} - moved.keys())
    return max(one, other, key=lambda row: (moved[row[-1]].began_at, row[-1]))
