"""What follows from the air of a room: the batches that were worked on there wait, or their sides are warned.

A reading beyond its limit covers the time since the reading of the same before it, and a day at most: nobody knows
since when it was so.  That is our own rule.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from portal.acting import tell
from portal.db import session
from portal.facts.raising import raise_nonconformity
from portal.facts.trends import portal_of
from portal.identity.system import Doer
from portal.lineage.recording import Recorded
from portal.records.batch import Batch, Nonconformity
from portal.records.lineage import Activity, Node, Reading
from workflows.judging import Judgement
from workflows.lineage import JUDGEMENTS, Deed, written
from workflows.recording import UNDECIDED

WARNED = "batch.warned"
LONGEST = timedelta(days=1)
OUT, WARNING = JUDGEMENTS[Judgement.OUT], JUDGEMENTS[Judgement.WARNING]


@dataclass(frozen=True, slots=True)
class Beyond:
    """A reading of a room beyond a limit, and since when it may have been so."""

    area_id: UUID
    area: str
    reading: Reading
    since: datetime

    @property
    def title(self) -> str:
        return f"{self.area} {self.reading.name}"

    @property
    def line(self) -> str:
        value = f"{written(self.reading.micro or 0)} {self.reading.unit}".strip()
        return f"{self.reading.at.isoformat()}  {self.area}  {self.reading.name}: {value}"


def watch_the_rooms(recorded: Recorded, *, by: Doer) -> None:
    """What was just told is looked at in both directions: readings of rooms, and work in rooms that were read."""
    deeds = list(recorded.deeds)
    told = select(Activity).where(Activity.id.between(min(deeds), max(deeds)), Activity.area_id.is_not(None))
    rooms = session.scalars(told).all()
    found: dict[UUID, dict[tuple[int, int], Beyond]] = defaultdict(dict)
    for each in _beyond(deed for deed in rooms if _is_of_the_room(deed)):
        for batch in _worked_on(each):
            found[batch][each.reading.activity, each.reading.place] = each
    for batch, each in _read_meanwhile([deed for deed in rooms if deed.batch and not _is_of_the_room(deed)]):
        found[batch][each.reading.activity, each.reading.place] = each
    for batch_id, beyond in found.items():
        _follow(session.get_one(Batch, batch_id), list(beyond.values()), by=by)


def _is_of_the_room(deed: Activity) -> bool:
    return deed.kind == Deed.MONITOR and deed.batch is None


def _beyond(monitored: Iterable[Activity]) -> Iterator[Beyond]:
    for deed in monitored:
        wanted = select(Reading).where(
            Reading.activity == deed.id, Reading.judgement.in_((OUT, WARNING)), Reading.struck_by.is_(None)
        )
        for each in session.scalars(wanted):
            yield _since(deed, each)


def _since(deed: Activity, reading: Reading) -> Beyond:
    before = (
        select(func.max(Reading.at))
        .join(Activity, Activity.id == Reading.activity)
        .where(Activity.area_id == deed.area_id, Activity.kind == Deed.MONITOR.value, Activity.struck_by.is_(None))
        .where(Reading.name == reading.name, Reading.at < reading.at, Reading.struck_by.is_(None))
    )
    last, earliest = session.scalar(before), reading.at - LONGEST
    if deed.area_id is None:
        raise ValueError("a reading of no room")
    return Beyond(deed.area_id, deed.area or "", reading, max(last, earliest) if last else earliest)


def _worked_on(beyond: Beyond) -> list[UUID]:
    """The batches of which a step was under way in that room then."""
    ended = func.coalesce(Activity.ended_at, Activity.began_at)
    wanted = (
        select(Node.record_id)
        .join(Activity, Activity.batch == Node.id)
        .where(Activity.area_id == beyond.area_id, Activity.struck_by.is_(None))
        .where(Activity.began_at <= beyond.reading.at, ended > beyond.since)
    )
    return [each for each in session.scalars(wanted.distinct()) if each is not None]


def _read_meanwhile(steps: Sequence[Activity]) -> Iterator[tuple[UUID, Beyond]]:
    """Readings beyond a limit that were on record already and cover one of these steps, with its batch."""
    if not steps:
        return
    first, last = min(each.began_at for each in steps), max(each.ended_at or each.began_at for each in steps)
    wanted = (
        select(Activity, Reading)
        .join(Reading, Reading.activity == Activity.id)
        .where(Activity.area_id.in_({each.area_id for each in steps}), Activity.kind == Deed.MONITOR.value)
        .where(Activity.batch.is_(None), Reading.judgement.in_((OUT, WARNING)), Reading.struck_by.is_(None))
        .where(Reading.at >= first, Reading.at < last + LONGEST)
    )
    beyond = [_since(deed, reading) for deed, reading in session.execute(wanted).all()]
    of = select(Node.id, Node.record_id).where(Node.id.in_({each.batch for each in steps}))
    batches = {node: record for node, record in session.execute(of) if record is not None} if beyond else {}
    for step in steps:
        batch = batches.get(step.batch or 0)
        for each in beyond if batch else ():
            under_way = step.began_at <= each.reading.at and (step.ended_at or step.began_at) > each.since
            if batch and under_way and step.area_id == each.area_id:
                yield batch, each


def _follow(batch: Batch, found: list[Beyond], *, by: Doer) -> None:
    """Out of the grade's limits opens a nonconformity while the batch is undecided; all else is told to the sides."""
    by_title: Mapping[str, list[Beyond]] = {each.title: [] for each in found}
    for each in found:
        by_title[each.title].append(each)
    warned = {}
    for title, some in by_title.items():
        out = [each for each in some if each.reading.judgement == OUT]
        if out and UNDECIDED.holds(batch.state):
            _raise(batch, title, out, by=by)
        else:
            warned[title] = len(some)
    if warned:
        tell(batch, WARNED, actor=by, told={"warned": warned})


def _raise(batch: Batch, title: str, out: list[Beyond], *, by: Doer) -> None:
    """One for a room and what was measured; while that is open, further readings are part of it."""
    same = (Nonconformity.batch_id == batch.id, Nonconformity.title == title, Nonconformity.state != "closed")
    if session.scalars(select(Nonconformity.id).where(*same).limit(1)).first() is None:
        lines = "\n".join(each.line for each in out)
        raise_nonconformity(batch, title=title, description=lines, pieces=None, by=portal_of(by))
