"""What the graph holds already of the things a telling names."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, Select, func, or_, select

from portal.db import session
from portal.lineage.telling import Handle, Telling
from portal.records.lineage import Activity, Containment, Folio, Link, Node, Portion
from portal.tenancy import current_tenant
from workflows.lineage import ENDING, Amount, Deed

AT_ONCE = 900


def folios_of(entrustment_id: UUID | None) -> list[Folio]:
    """The folios of an entrustment, the own one first; of the house alone where there is none."""
    mine = current_tenant()
    wanted = select(Folio).where(Folio.entrustment_id.is_not_distinct_from(entrustment_id))
    return sorted(session.scalars(wanted), key=lambda folio: folio.owner_id != mine)


def known_nodes(telling: Telling) -> dict[Handle, int]:
    """The numbers of those things the graph holds."""
    common, home = folios_of(telling.entrustment_id), folios_of(None)
    asked: dict[tuple[bool, int, int], dict[str, Handle]] = defaultdict(dict)
    for handle, named in enumerate(telling.things):
        if handle not in telling.known:
            asked[named.at_home, named.kind, named.item][named.code] = handle
    found = dict(telling.known)
    for (at_home, kind, item), codes in asked.items():
        numbers = [folio.number for folio in (home if at_home else common)]
        for some in in_turn(codes):
            wanted = select(Node.id, Node.code).where(
                Node.folio.in_(numbers), Node.kind == kind, Node.item == item, Node.code.in_(some)
            )
            found |= {codes[code]: number for number, code in session.execute(wanted)}
    return found


def kinds_and_folios(nodes: Collection[int]) -> dict[int, tuple[int, int, str]]:
    """Of each node its kind, its folio and its code."""
    rows = _each(nodes, lambda some: select(Node.id, Node.kind, Node.folio, Node.code).where(Node.id.in_(some)))
    return {node: (kind, folio, code) for node, kind, folio, code in rows}


def amounts_left(nodes: Collection[int], besides: Collection[int] = ()) -> dict[int, Amount]:
    """How much is left of each lot whose quantity is known; ``besides`` are deeds that are about to be struck."""
    total = func.sum(Portion.micro * Portion.way)
    rows = _each(
        nodes,
        lambda some: (
            select(Portion.node, total, func.min(Portion.unit))
            .where(Portion.node.in_(some), Portion.struck_by.is_(None), Portion.activity.not_in(besides))
            .group_by(Portion.node)
        ),
    )
    return {node: Amount(int(micro), unit) for node, micro, unit in rows}


def touched_by(nodes: Collection[int], kinds: Collection[Deed], besides: Collection[int] = ()) -> dict[int, int]:
    """Of those nodes that a deed of these kinds leads to: one such deed, others than ``besides``."""
    rows = _each(
        nodes,
        lambda some: (
            select(Link.target, Link.source)
            .join(Activity, Activity.id == Link.source)
            .where(Link.target.in_(some), Link.struck_by.is_(None))
            .where(Activity.kind.in_(kinds), Activity.id.not_in(besides))
        ),
    )
    return dict(rows)


def commissioned(nodes: Collection[int], besides: Collection[int] = ()) -> set[int]:
    return set(touched_by(nodes, {Deed.COMMISSION}, besides))


def ended(nodes: Collection[int], besides: Collection[int] = ()) -> set[int]:
    """Rejected or scrapped."""
    return set(touched_by(nodes, ENDING, besides))


def packages_of(nodes: Collection[int], besides: Collection[int] = ()) -> dict[int, int]:
    """In which package each lies now, but for what these deeds packed."""
    rows = _each(
        nodes,
        lambda some: select(Containment.child, Containment.parent).where(
            Containment.child.in_(some), Containment.ended_by.is_(None), Containment.activity.not_in(besides)
        ),
    )
    return dict(rows)


def around(node: int) -> list[int]:
    """The packages that a node lies in, from the inside out."""
    chain, inside = [], {node: node}
    while node in (inside := packages_of([node])) and inside[node] not in chain:
        node = inside[node]
        chain.append(node)
    return chain


def contents(packages: Collection[int]) -> list[tuple[int, int, int]]:
    """All that lies in these packages, at any depth: what, in which package directly, and packed by which deed."""
    if not (start := tuple(packages)):
        return []
    held = _held(start)
    wanted = (
        select(Containment.child, Containment.parent, Containment.activity)
        .join(held, Containment.parent == held.c.node)
        .where(Containment.ended_by.is_(None))
    )
    return [(child, parent, deed) for child, parent, deed in session.execute(wanted)]


def lay_in(packages: Sequence[int]) -> Select[int]:
    """The numbers of all that lies in these packages or was taken out of them, at any depth: to be asked within
    another question.  What only a mistake put there never lay there."""
    taken_out = select(Activity.id).where(Activity.id == Containment.ended_by, Activity.kind == Deed.UNPACK.value)
    lay = or_(Containment.ended_by.is_(None), taken_out.exists())
    held = select(Containment.parent.label("node")).where(Containment.parent.in_(packages), lay)
    inside = held.cte("lay", recursive=True)
    inside = inside.union(select(Containment.child).join(inside, Containment.parent == inside.c.node).where(lay))
    return select(Containment.child).join(inside, Containment.parent == inside.c.node).where(lay)


def in_turn(values: Iterable[Any]) -> Iterator[list[Any]]:
    """So many at once as a question may name."""
    whole = list(values)
    return (whole[start : start + AT_ONCE] for start in range(0, len(whole), AT_ONCE))


def _each(nodes: Collection[int], wanted: Any) -> Iterator[Any]:
    for some in in_turn(nodes):
        yield from session.execute(wanted(some))


def _held(start: Sequence[int]) -> CTE:
    first = select(Containment.parent.label("node")).where(
        Containment.parent.in_(start), Containment.ended_by.is_(None)
    )
    held = first.cte("held", recursive=True)
    return held.union(
        select(Containment.child).join(held, Containment.parent == held.c.node).where(Containment.ended_by.is_(None))
    )
