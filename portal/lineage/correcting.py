"""Taking the place of what was told wrongly: the old stays readable, and nothing follows it any more."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import or_, select

from portal.db import session
from portal.lineage.knowing import in_turn, kinds_and_folios
from portal.records.lineage import Activity, Containment, Link, Movement, Portion, Reading
from workflows.lineage import Thing

Keys = dict[str, list[tuple[Any, ...]]]
_OF_A_DEED: tuple[tuple[Any, tuple[Any, ...]], ...] = (
    (Portion, (Portion.node, Portion.activity)),
    (Movement, (Movement.node, Movement.activity)),
    (Reading, (Reading.activity, Reading.place)),
)

_AFTERWARDS: tuple[tuple[Any, Any, Any], ...] = (
    (Movement.node, Movement.activity, Movement.struck_by.is_(None)),
    (Containment.child, Containment.activity, Containment.ended_by.is_(None)),
    (Containment.parent, Containment.activity, Containment.ended_by.is_(None)),
)


def struck_by(corrections: Iterable[tuple[int | None, int]]) -> Keys:
    """What stands of each deed that is corrected, as its key and the deed that takes its place; by table."""
    struck: Keys = defaultdict(list)
    for wrong, right in corrections:
        if wrong is not None:
            for table, keys in standing_of([wrong]).items():
                struck[table] += [(*key, right) for key in keys]
    return struck


def standing_of(deeds: Collection[int]) -> Keys:
    """The keys of all that stands of these deeds; by table."""
    found: Keys = defaultdict(list)
    for some in in_turn(deeds):
        deed = Activity.id.in_(some), Activity.struck_by.is_(None)
        found["activity"] += [(each,) for each in session.scalars(select(Activity.id).where(*deed))]
        of_them = or_(Link.source.in_(some), Link.target.in_(some)), Link.struck_by.is_(None)
        found["link"] += [tuple(key) for key in session.execute(select(Link.source, Link.target).where(*of_them))]
        packed = Containment.activity.in_(some), Containment.ended_by.is_(None)
        keys = select(Containment.child, Containment.activity).where(*packed)
        found["containment"] += [tuple(key) for key in session.execute(keys)]
        for kind, key in _OF_A_DEED:
            wanted = select(*key).where(kind.activity.in_(some), kind.struck_by.is_(None))
            found[kind.__tablename__] += [tuple(each) for each in session.execute(wanted)]
    return found


def followed(deeds: Collection[int]) -> dict[int, int]:
    """What these deeds made, packed, moved or worked on and a later one rests on, with one such deed.

    A batch is worked on by many deeds that know nothing of each other: one rests on it only where something is made
    of it.
    """
    found: dict[int, int] = {}
    mine = set(deeds)
    standing = standing_of(deeds)
    done = {target for source, target in standing["link"] if source in mine}
    done |= {node for node, _ in standing["movement"]} | {child for child, _ in standing["containment"]}
    for some in in_turn(done):
        used = select(Link.source, Link.target).where(Link.source.in_(some), Link.struck_by.is_(None))
        found |= _later(session.execute(used), mine)
        for thing, deed, stands in _AFTERWARDS:
            found |= _later(session.execute(select(thing, deed).where(thing.in_(some), stands)), mine)
    for some in in_turn(_without_batches(done)):
        touched = select(Link.target, Link.source).where(Link.target.in_(some), Link.struck_by.is_(None))
        found |= _later(session.execute(touched), mine)
    return found


def _later(rows: Iterable[Any], mine: set[int]) -> dict[int, int]:
    """Only what came after: what was there before these deeds rests on none of them."""
    return {node: deed for node, deed in rows if deed not in mine and deed > min(mine)}


def _without_batches(nodes: Collection[int]) -> set[int]:
    return {node for node, (kind, _, _) in kinds_and_folios(nodes).items() if kind != Thing.BATCH}
