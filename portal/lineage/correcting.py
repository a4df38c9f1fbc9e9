"""Taking the place of what was told wrongly: the old stays readable, and nothing follows it any more."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import or_, select

from portal.db import session
from portal.records.lineage import Containment, Link, Movement, Portion


def struck_by(corrections: Iterable[tuple[int | None, int]]) -> dict[str, list[tuple[Any, ...]]]:
    """What stands of each deed that is corrected, as its key and the deed that takes its place; by table."""
    struck: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for wrong, right in corrections:
        if wrong is None:
            continue
        of_it = or_(Link.source == wrong, Link.target == wrong)
        links = select(Link.source, Link.target).where(of_it, Link.struck_by.is_(None))
        portions = select(Portion.node, Portion.activity).where(Portion.activity == wrong, Portion.struck_by.is_(None))
        moved = select(Movement.node, Movement.activity).where(Movement.activity == wrong, Movement.struck_by.is_(None))
        packed = select(Containment.child, Containment.activity).where(
            Containment.activity == wrong, Containment.ended_by.is_(None)
        )
        for table, wanted in (("link", links), ("portion", portions), ("movement", moved), ("containment", packed)):
            struck[table] += [(*key, right) for key in session.execute(wanted)]
    return struck
