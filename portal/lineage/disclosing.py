"""Letting partners see what lies upstream of common work: what a house made or bought for itself.

Whoever takes part in an entrustment sees of a house's own things those that led to the common ones, and all that led to
them.  Where else they went the house alone sees.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import select

from portal.db import session
from portal.lineage.knowing import in_turn
from portal.lineage.telling import Telling
from portal.pouring import pour
from portal.records.lineage import Disclosure, Folio, Link, Node

_TABLE: Any = Disclosure.__table__


def disclose(telling: Telling, folio: int, links: Sequence[tuple[int, int, int]], known: Collection[int]) -> None:
    """Show what has now come to lie upstream of common work."""
    if telling.entrustment_id is not None:
        sources = {source for source, _, _ in links} & set(known)
        _show({folio: sources})
        return
    shown: dict[int, set[int]] = defaultdict(set)
    sources_of: dict[int, set[int]] = defaultdict(set)
    for source, target, _ in links:
        sources_of[target].add(source)
    for some in in_turn({target for _, target, _ in links} & set(known)):
        for node, of in session.execute(select(Disclosure.node, Disclosure.folio).where(Disclosure.node.in_(some))):
            shown[of] |= sources_of[node]
    _show(shown)


def _show(start: dict[int, set[int]]) -> None:
    """Show these nodes and all that led to them, as far as they are the house's own and not shown there yet."""
    rows = []
    for folio, nodes in start.items():
        seen: set[int] = set()
        waiting = nodes
        while waiting:
            fresh = _at_home(waiting) - seen - _shown(waiting, folio)
            seen |= fresh
            waiting = _before(fresh)
        rows += [(node, folio) for node in sorted(seen)]
    pour(session.connection(), _TABLE, list(_TABLE.c), rows)


def _at_home(nodes: Iterable[int]) -> set[int]:
    own = select(Folio.number).where(Folio.entrustment_id.is_(None))
    return {
        each
        for some in in_turn(set(nodes))
        for each in session.scalars(select(Node.id).where(Node.id.in_(some), Node.folio.in_(own)))
    }


def _shown(nodes: Iterable[int], folio: int) -> set[int]:
    return {
        each
        for some in in_turn(set(nodes))
        for each in session.scalars(select(Disclosure.node).where(Disclosure.node.in_(some), Disclosure.folio == folio))
    }


def _before(nodes: Iterable[int]) -> set[int]:
    return {
        each
        for some in in_turn(set(nodes))
        for each in session.scalars(select(Link.source).where(Link.target.in_(some), Link.struck_by.is_(None)))
    }
