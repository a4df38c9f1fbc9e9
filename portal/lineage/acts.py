"""Deeds of the graph read back as acts, a few at once: what was told, as far as the reader may see it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from portal.db import session
from portal.lineage.knowing import in_turn
from portal.lineage.numbering import PLACES, addresses
from portal.lineage.tracing import activities
from portal.records.batch import Batch
from portal.records.lineage import Activity, Containment, Link, Movement, Node, Portion, Reading, Recording
from portal.records.trade_item import TradeItem
from workflows.acts import Act, Item, Quantity, Value
from workflows.lineage import CONSUMING, Deed, Thing, written

AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Read:
    """An act, its number and public id in the graph; ``replaced_by`` are the deeds that took its place, ``at`` when."""

    number: int
    address: UUID
    act: Act
    replaced_by: Sequence[int] = ()
    at: datetime | None = None


def acts(deeds: Iterable[int]) -> Iterator[list[Read]]:
    """The acts that these deeds were, in the order given."""
    waiting: list[int] = []
    for each in deeds:
        waiting.append(each)
        if len(waiting) == AT_ONCE:
            yield _some(waiting)
            waiting = []
    if waiting:
        yield _some(waiting)


def _some(deeds: Sequence[int]) -> list[Read]:
    found = activities(deeds)
    rows = _Rows(found)
    where = addresses(found)
    replaced = _replaced(found)
    read = []
    for number in (each for each in deeds if each in found):
        corrections = replaced.get(number, {})
        at = min(corrections.values(), default=None)
        read.append(Read(number, where[number], rows.act(found[number]), sorted(corrections), at))
    return read


class _Rows:
    """All rows of some deeds, and the things they are about."""

    def __init__(self, deeds: Mapping[int, Activity]) -> None:
        self.uses, self.came = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
        self.moves, self.package = defaultdict[int, list[int]](list), dict[int, int]()
        self.amounts = defaultdict[int, list[tuple[int, str, str]]](list)
        self._linked(deeds)
        self._packed(deeds)
        self._carried(deeds)
        for each in session.scalars(select(Portion).where(Portion.activity.in_(deeds))):
            self.amounts[each.activity].append((each.node, written(each.micro), each.unit))
        self.readings = defaultdict[int, list[Reading]](list)
        measured = select(Reading).where(Reading.activity.in_(deeds)).order_by(Reading.activity, Reading.place)
        for reading in session.scalars(measured):
            self.readings[reading.activity].append(reading)
        ends = [each for some in (self.uses, self.came, self.moves) for many in some.values() for each in many]
        about = [each for deed in deeds.values() for each in (deed.party, deed.batch) if each is not None]
        about += [each.subject for some in self.readings.values() for each in some if each.subject is not None]
        self.items = items({*ends, *about, *self.package.values()})

    def act(self, deed: Activity) -> Act:
        kind = Deed(deed.kind)
        uses, came, moves = (self._items(each[deed.id]) for each in (self.uses, self.came, self.moves))
        made = [each for each in came if kind in CONSUMING and each.kind is not Thing.BATCH]
        party, batch = (self.items.get(each) if each is not None else None for each in (deed.party, deed.batch))
        package = self.items.get(self.package[deed.id]) if deed.id in self.package else None
        amounts = [
            (self.items[node], Quantity(number, unit))
            for node, number, unit in self.amounts[deed.id]
            if node in self.items
        ]
        return Act(
            kind=kind,
            place=str(deed.id),
            began_at=deed.began_at,
            ended_at=deed.ended_at,
            batch=batch.code if batch else "",
            step=deed.label or "",
            equipment=deed.equipment or "",
            area=deed.area or "",
            uses=uses,
            makes=made,
            touches=[each for each in came if each not in set(made)],
            quantities=dict(amounts),
            package=package,
            moves=moves,
            party=party,
            values=[self._value(each) for each in self.readings[deed.id]],
            ref=deed.ref or "",
            reason=deed.reason or "",
        )

    def _items(self, nodes: Sequence[int]) -> list[Item]:
        """Those that the reader may see, in the order they were recorded."""
        return [self.items[each] for each in sorted(set(nodes)) if each in self.items]

    def _value(self, reading: Reading) -> Value:
        said = written(reading.micro) if reading.micro is not None else reading.said or ""
        subject = self.items.get(reading.subject) if reading.subject is not None else None
        place = f"{reading.activity}/{reading.place}"
        return Value(place, reading.name, said, reading.unit, reading.at, subject, reading.instrument or "")

    def _linked(self, deeds: Collection[int]) -> None:
        """With the links that a correction struck, since what was told wrongly stays readable."""
        wanted = select(Link.source, Link.target).where(or_(Link.source.in_(deeds), Link.target.in_(deeds)))
        for source, target in session.execute(wanted):
            if source in deeds:
                self.came[source].append(target)
            else:
                self.uses[target].append(source)

    def _packed(self, deeds: Mapping[int, Activity]) -> None:
        """What was put in, and what was taken out; a correction only strikes what was put in."""
        whole = (Containment.child, Containment.parent, Containment.activity, Containment.ended_by)
        wanted = select(*whole).where(or_(Containment.activity.in_(deeds), Containment.ended_by.in_(deeds)))
        for row in session.execute(wanted):
            taken_out = row.ended_by in deeds and deeds[row.ended_by].kind == Deed.UNPACK
            for deed in {row.activity, row.ended_by if taken_out else row.activity} & deeds.keys():
                self.moves[deed].append(row.child)
                self.package[deed] = row.parent

    def _carried(self, deeds: Collection[int]) -> None:
        """What was named as moved: not what only lay in it then."""
        moved: dict[int, list[int]] = defaultdict(list)
        for node, deed in session.execute(select(Movement.node, Movement.activity).where(Movement.activity.in_(deeds))):
            moved[deed].append(node)
        inside = _inside({each for some in moved.values() for each in some})
        for deed, nodes in moved.items():
            there = set(nodes)
            self.moves[deed] += [
                each
                for each in nodes
                if not any(
                    parent in there and put_in < deed and (taken_out is None or taken_out > deed)
                    for parent, put_in, taken_out in inside.get(each, ())
                )
            ]


def items(nodes: Collection[int]) -> dict[int, Item]:
    """What these nodes are called, as far as the reader may see them; devices and batches with their identifier."""
    found: dict[int, Node] = {}
    for some in in_turn(sorted(nodes)):
        found |= {each.id: each for each in session.scalars(select(Node).where(Node.id.in_(some)))}
    lacking = {each.batch for each in found.values() if each.batch is not None} - found.keys()
    batches = dict(found)
    for some in in_turn(sorted(lacking)):
        batches |= {each.id: each for each in session.scalars(select(Node).where(Node.id.in_(some)))}
    keys = _identifiers({each.item for each in found.values() if each.item})
    labelled = _labelled({each.record_id for each in found.values() if each.kind == Thing.BATCH and each.record_id})
    named = {}
    for number, node in found.items():
        di = keys.get(node.item, "") if node.item else labelled.get(node.record_id, "") if node.record_id else ""
        batch = batches[node.batch].code if node.batch in batches else ""
        named[number] = Item(Thing(node.kind), node.code, di, batch)
    return named


def _identifiers(keys: Collection[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for some in in_turn(sorted(keys)):
        found |= {
            row.key: row.di
            for row in session.execute(select(TradeItem.key, TradeItem.di).where(TradeItem.key.in_(some)))
        }
    return found


def _labelled(records: Collection[UUID]) -> dict[UUID, str]:
    """The device identifier on the label of a batch."""
    found: dict[UUID, str] = {}
    for some in in_turn(sorted(records)):
        wanted = select(Batch.id, Batch.udi_di).where(Batch.id.in_(some))
        found |= {batch: di for batch, di in session.execute(wanted) if di}
    return found


def _inside(nodes: Collection[int]) -> dict[int, list[tuple[int, int, int | None]]]:
    lay: dict[int, list[tuple[int, int, int | None]]] = defaultdict(list)
    for some in in_turn(sorted(nodes)):
        whole = (Containment.child, Containment.parent, Containment.activity, Containment.ended_by)
        for row in session.execute(select(*whole).where(Containment.child.in_(some))):
            lay[row.child].append((row.parent, row.activity, row.ended_by))
    return lay


def _replaced(deeds: Mapping[int, Activity]) -> dict[int, dict[int, datetime]]:
    """Of each deed that was corrected or taken back: by which, and when that was recorded."""
    wanted = select(Activity.corrects, Activity.id).where(Activity.corrects.in_(deeds))
    found = {(wrong, right) for wrong, right in session.execute(wanted) if wrong is not None}
    found |= {(each.id, each.struck_by) for each in deeds.values() if each.struck_by is not None}
    numbers = {right >> PLACES for _, right in found}
    dated = select(Recording.number, Recording.at).where(Recording.number.in_(numbers))
    at = {row.number: row.at for row in session.execute(dated)}
    replaced: dict[int, dict[int, datetime]] = defaultdict(dict)
    for wrong, right in found:
        if right >> PLACES in at:
            replaced[wrong][right] = at[right >> PLACES]
    return replaced
