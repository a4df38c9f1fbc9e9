"""A piece that does not conform is neither packed nor shipped, by what stands and by what the same telling brings."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from portal.db import session
from portal.facts.failing import failing_among
from portal.lineage.knowing import contents
from portal.lineage.telling import Handle, Measured, Telling, Told
from portal.making.books import Books
from portal.records.lineage import Node
from workflows.acts import Act, Item
from workflows.judging import Judgement
from workflows.lineage import Deed, Impossible, Thing
from workflows.sorting import Condition, Event, Happened
from workflows.words import N_, Said

ONWARD = frozenset({Deed.PACK, Deed.SHIP})
# A thing of the graph by its number, one that is new by its handle, below nought.
_Key = int


@dataclass
class Sorting:
    """How the pieces stand as one act of a telling follows another; ``inside`` is what lies in which package."""

    telling: Telling
    asked: bool
    conditions: dict[_Key, Condition] = field(default_factory=lambda: defaultdict(Condition))
    inside: dict[_Key, list[_Key]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def before(
        cls, acts: Sequence[Act], books: Books, named: Mapping[tuple[Thing, str], int], telling: Telling
    ) -> "Sorting":
        """What stands of what these acts pack and ship; nothing is asked where they do neither."""
        onward = [each for each in acts if each.kind in ONWARD]
        found = cls(telling, asked=bool(onward))
        moved = {node for act in onward for item in act.moves for node in _nodes(item, books, named)}
        for child, parent, _ in contents(sorted(moved)) if moved else ():
            found.inside[parent].append(child)
        pieces = set(moved) | {each for some in found.inside.values() for each in some}
        found.conditions.update(failing_among(pieces) if pieces else {})
        return found

    def refuse(self, told: Told) -> None:
        """Raise :class:`workflows.lineage.Impossible` where it takes a piece on that does not conform."""
        for each in self._reached(told.moves) if told.kind in ONWARD else ():
            failing = self.conditions[each].failing if each in self.conditions else {}
            if failing:
                says = N_(
                    "%(code)s does not conform: %(names)s. Have it reworked and inspected anew, or let it pass by a "
                    "nonconformity that names it, before it is packed or shipped."
                )
                raise Impossible(told.place, Said(says, {"code": self._code(each, told), "names": ", ".join(failing)}))

    def follow(self, told: Told) -> None:
        if not self.asked:
            return
        if told.kind is Deed.PACK and told.package is not None:
            self.inside[-1 - told.package] += [key for each in told.moves for key in self._keys(each)]
        if told.kind is Deed.REWORK:
            for handle in (*told.touches, *told.makes):
                self.conditions[self._key(handle)].follow(Happened(Event.REWORKED))
        for each in told.readings:
            self._read(each)

    def _read(self, each: Measured) -> None:
        if each.subject is not None and each.judgement is not None:
            event = Event.FAILED if each.judgement is Judgement.OUT else Event.PASSED
            self.conditions[self._key(each.subject)].follow(Happened(event, each.name))

    def _reached(self, handles: Iterable[Handle]) -> Iterator[_Key]:
        seen: set[_Key] = set()
        waiting = [key for each in handles for key in self._keys(each)]
        while waiting:
            each = waiting.pop()
            if each not in seen:
                seen.add(each)
                yield each
                waiting += self.inside.get(each, ())

    def _keys(self, handle: Handle) -> list[_Key]:
        """Both of what it goes by: a package may be named before it is found to stand."""
        return list({-1 - handle, self._key(handle)})

    def _key(self, handle: Handle) -> _Key:
        return self.telling.known.get(handle, -1 - handle)

    def _code(self, key: _Key, told: Told) -> str:
        handle = -1 - key if key < 0 else next((each for each in told.moves if self._key(each) == key), None)
        return self.telling.things[handle].code if handle is not None else session.get_one(Node, key).code


def _nodes(item: Item | None, books: Books, named: Mapping[tuple[Thing, str], int]) -> list[int]:
    if item is None:
        return []
    if item.kind is Thing.UNIT:
        return [node for node, _ in books.units.get(item.code, ())]
    return [named[item.kind, item.code]] if (item.kind, item.code) in named else []
