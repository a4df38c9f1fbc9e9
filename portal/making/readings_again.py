"""Knowing a reading again: of one batch, one parameter, one moment and one thing there is one, however it was sent."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.db import session
from portal.lineage.acts import acts as read_back
from portal.lineage.knowing import folios_of, in_turn
from portal.making.books import Books
from portal.making.reading import Read, Reader
from portal.records.lineage import Activity, Node, Reading
from workflows.acts import Act, Item, Value
from workflows.lineage import Deed, Impossible, Thing


@dataclass(frozen=True, slots=True)
class Key:
    """What a reading is of.  Where no line of a definition says what is measured, its name and the step say it."""

    batch: str
    line_id: UUID | None
    name: str
    step: str
    at: datetime
    subject: int | None


@dataclass(frozen=True, slots=True)
class Stands:
    """What was read: millionths or words, the unit, the instrument; and by which deed of the graph, 0 for none yet."""

    micro: int | None
    said: str | None
    unit: str
    instrument: str | None
    deed: int = 0

    def says_the_same(self, other: "Stands") -> bool:
        return replace(self, deed=0) == replace(other, deed=0)


class Again:
    """What stands already of the lines among some acts.  A line that cannot be read has no key: nothing is known."""

    def __init__(self, acts: Iterable[Act], books: Books, reader: Reader) -> None:
        self._books, self._reader = books, reader
        keys = {act.place: found for act in acts if act.is_a_reading and (found := self._told(act, act.values[0]))}
        self._told_at, self._before = keys, dict(_standing([key for key, _ in keys.values()], books))

    def of(self, act: Act) -> tuple[Key, Stands, Stands | None] | None:
        """What a line is of, what it says, and what stands of that already."""
        found = self._told_at.get(act.place)
        return None if found is None else (*found, self._before.get(found[0]))

    def corrected(self, act: Act) -> Act:
        """A line that takes the place of one among others: all that they said, but for this."""
        found = self.of(act) if act.corrects else None
        if found is None or (stands := found[2]) is None:
            return act
        key = found[0]
        ((whole,),) = read_back([stands.deed])
        values = [self._instead(each, key, whole.act, by=act.values[0]) for each in whole.act.values]
        corrected = replace(whole.act, corrects=whole.act.ref, values=tuple(values))
        return replace(corrected, place=act.place, ref=act.ref, reason=act.reason)

    def _instead(self, value: Value, key: Key, whole: Act, *, by: Value) -> Value:
        told = self._told(whole, value)
        return by if told and told[0] == key else value

    def _told(self, act: Act, value: Value) -> tuple[Key, Stands] | None:
        try:
            read = self._reader.read(act, value)
        except Impossible:
            return None
        subject = self._node(value.subject, act) if value.subject else None
        if value.subject and subject is None:
            return None
        says = Stands(read.micro, read.said, read.unit, value.instrument or None)
        return self._key(act, read, subject), says

    def _key(self, act: Act, read: Read, subject: int | None) -> Key:
        if read.line_id is not None:
            return Key(act.batch, read.line_id, "", "", read.at, subject)
        step = self._books.step_of(act)
        return Key(act.batch, None, read.name, step.name if step else act.step, read.at, subject)

    def _node(self, item: Item, act: Act) -> int | None:
        """The only device with that serial number, or the one under the identifier that is told."""
        found = self._books.units.get(item.code, ()) if item.kind == Thing.UNIT else ()
        if item.di and (of := self._books.item_of(item, act.batch)):
            found = [each for each in found if each[1] == of.key]
        return found[0][0] if len(found) == 1 else None


def _standing(keys: Sequence[Key], books: Books) -> Iterator[tuple[Key, Stands]]:
    """What stands of these, as lines of readings told it."""
    folios = [each.number for each in folios_of(books.entrustment_id)] if keys else []
    moments: Mapping[UUID | None, dict[datetime, None]] = defaultdict(dict)
    for key in keys:
        moments[key.line_id][key.at] = None
    of = select(Reading, Activity.label, Node.code).join(Activity, Activity.id == Reading.activity)
    of = of.join(Node, Node.id == Activity.batch).where(Reading.folio.in_(folios), Reading.struck_by.is_(None))
    for line_id, ats in moments.items() if folios else ():
        wanted = of.where(Reading.line_id.is_not_distinct_from(line_id), Activity.kind == Deed.MONITOR.value)
        for some in in_turn(ats):
            for read, label, batch in session.execute(wanted.where(Reading.at.in_(some))):
                unnamed = ("", "") if line_id else (read.name, label or "")
                key = Key(batch, line_id, *unnamed, read.at, read.subject)
                yield key, Stands(read.micro, read.said, read.unit, read.instrument, read.activity)
