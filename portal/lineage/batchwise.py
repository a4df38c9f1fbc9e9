"""What was recorded of one batch: its deeds with what they used and brought, and its readings one after the other."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import CompoundSelect, func, or_, select

from portal.db import session
from portal.lineage.knowing import in_turn
from portal.lineage.numbering import recording_of
from portal.records.lineage import Activity, Link, Node, Portion, Reading, Ticket
from workflows.lineage import Amount, Deed, Thing


@dataclass(frozen=True, slots=True)
class Done:
    """A deed, the address of the recording that told of it, the lots it used, and its readings by judgement.

    ``times`` is how often in a row the same was done, ``until`` when last.
    """

    deed: Activity
    recording: UUID
    used: Sequence[tuple[str, Amount]] = ()
    readings: dict[int, int] = field(default_factory=dict)
    times: int = 1
    until: datetime | None = None

    @property
    def load(self) -> str | None:
        """The number of a steriliser's load, as it was told."""
        return self.deed.ref if self.deed.kind == Deed.STERILISE else None

    @property
    def alike(self) -> tuple[Any, ...]:
        """The same for deeds that differ in nothing but the piece, the moment and what was read."""
        it = self.deed
        where = (it.kind, it.label, it.equipment, it.area, it.operator, it.second)
        return (*where, it.reason, it.struck_by, self.recording, self.load, *self.used)


def deeds_of(batch_id: UUID) -> list[Done]:
    """All that stands about a batch, as it was done; in four questions whatever its length."""
    wanted = select(Activity).where(Activity.id.in_(_about(nodes_of(batch_id))), Activity.struck_by.is_(None))
    deeds = session.scalars(wanted.order_by(Activity.began_at, Activity.id)).all()
    return _told(deeds)


def gathered(done: Iterable[Done]) -> list[Done]:
    """Deeds that follow each other and are alike, such as the inspection of one piece after the other, as one."""
    found: list[Done] = []
    for _, some in groupby(done, key=lambda each: each.alike):
        first, *others = some
        readings = Counter(first.readings)
        for each in others:
            readings.update(each.readings)
        until = others[-1].deed.began_at if others else None
        found.append(replace(first, readings=dict(readings), times=1 + len(others), until=until))
    return found


def deeds_in(recording: int) -> list[Done]:
    """All that one recording told, also what was struck since."""
    first, last = recording << 24, (recording + 1) << 24
    return _told(session.scalars(select(Activity).where(Activity.id.between(first, last)).order_by(Activity.id)).all())


def readings_of(batch_id: UUID, most: int) -> list[Reading]:
    """The latest readings that are numbers, in the order in which they were taken."""
    wanted = (
        select(Reading)
        .join(Activity, Activity.id == Reading.activity)
        .where(Activity.id.in_(_about(nodes_of(batch_id))), Reading.struck_by.is_(None), Reading.micro.is_not(None))
        .order_by(Reading.at.desc(), Reading.activity.desc(), Reading.place.desc())
    )
    return list(reversed(session.scalars(wanted.limit(most)).all()))


def nodes_of(batch_id: UUID) -> list[int]:
    """The nodes that stand for a batch, one in the books of each side that told of it."""
    wanted = select(Node.id).where(Node.record_id == batch_id, Node.kind == Thing.BATCH.value)
    return list(session.scalars(wanted))


def _about(nodes: Sequence[int]) -> CompoundSelect[int]:
    """The question for the deeds that name a batch, and for the loads that name none and hold any of it."""
    named = select(Activity.id).where(Activity.batch.in_(nodes))
    pieces = (
        select(Link.target)
        .join(Activity, Activity.id == Link.source)
        .join(Node, Node.id == Link.target)
        .where(Activity.batch.in_(nodes), Node.batch.in_(nodes), Link.struck_by.is_(None))
    )
    loads = (
        select(Link.source)
        .join(Activity, Activity.id == Link.source)
        .where(or_(Link.target.in_(nodes), Link.target.in_(pieces)), Link.struck_by.is_(None))
        .where(Activity.kind == Deed.STERILISE.value, Activity.batch.is_(None))
    )
    return named.union(loads)


def _told(deeds: Sequence[Activity]) -> list[Done]:
    numbers = [each.id for each in deeds]
    tickets = {recording_of(each) for each in numbers}
    rows = session.execute(select(Ticket.id, Ticket.uid).where(Ticket.id.in_(tickets)))
    uids = {number: uid for number, uid in rows}  # noqa: C416  a row is no pair to mypy
    used, readings = _used(numbers), _judged(numbers)
    return [Done(each, uids[recording_of(each.id)], used.get(each.id, ()), readings.get(each.id, {})) for each in deeds]


def _used(deeds: Sequence[int]) -> dict[int, list[tuple[str, Amount]]]:
    found: dict[int, list[tuple[str, Amount]]] = defaultdict(list)
    for some in in_turn(deeds):
        wanted = (
            select(Portion.activity, Node.code, Portion.micro, Portion.unit)
            .join(Node, Node.id == Portion.node)
            .where(Portion.activity.in_(some), Portion.way == -1)
            .order_by(Node.code)
        )
        for deed, code, micro, unit in session.execute(wanted):
            found[deed].append((code, Amount(micro, unit)))
    return found


def _judged(deeds: Sequence[int]) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for some in in_turn(deeds):
        each = (Reading.activity, Reading.judgement)
        wanted = select(*each, func.count()).where(Reading.activity.in_(some)).group_by(*each)
        for deed, judgement, count in session.execute(wanted):
            found[deed][judgement] = int(count)
    return found
