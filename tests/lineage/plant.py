"""A plant made up at random, that knows the truth: for every unit which lots went into it and which machines it passed.

What it tells is what a plant would tell, mistakes and their corrections among it; the truth is kept beside it by other
means, piece by piece as things are made, and never asked of the graph.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid5

from portal.lineage.telling import Telling, Told
from workflows.lineage import MICRO, Amount, Deed, Thing

BEGAN = datetime(2026, 1, 5, 8, tzinfo=UTC)
MACHINES = {name: uuid5(UUID(int=7), name) for name in ("saw", "lathe 1", "lathe 2", "polisher 1", "polisher 2")}
KILO = "kg"
STOCK = 8  # lots of blanks in store: older ones are used up


Stay = tuple[str, int]


class Unit(NamedTuple):
    """What is true of one unit: what went into it, the stays it had, who has it at last."""

    batch: str
    serial: str
    lots: set[str]
    stays: set[Stay]
    holder: str | None


@dataclass(frozen=True)
class Part:
    """Part of a batch: as many units, which all share what is true of them but for those that were reworked."""

    batch: str
    letter: str
    count: int
    lots: set[str]
    stays: set[Stay]

    @property
    def serials(self) -> list[str]:
        return [f"{self.batch}{self.letter}{each:07d}" for each in range(self.count)]


@dataclass
class Truth:
    """The plant's own list, kept by parts so that a million units fit in little memory.

    A stay is a machine with a minute.  ``reworked`` has what a serial number got besides, ``scrapped`` what never left.
    ``bad_lots`` and ``bad_stays`` are the defects that were planted.
    """

    parts: dict[str, list[Part]] = field(default_factory=dict)
    reworked: dict[str, tuple[set[str], set[Stay]]] = field(default_factory=dict)
    scrapped: dict[str, set[str]] = field(default_factory=dict)
    house_of: dict[str, str] = field(default_factory=dict)
    bad_lots: set[str] = field(default_factory=set)
    bad_stays: set[Stay] = field(default_factory=set)
    box: int = 10

    def units(self, batch: str) -> Iterator[Unit]:
        holders = self._holders(batch)
        for part in self.parts[batch]:
            for serial in part.serials:
                lots, stays = self.reworked.get(serial, (set[str](), set[Stay]()))
                yield Unit(batch, serial, part.lots | lots, part.stays | stays, holders.get(serial))

    def made_of(self, lot: str) -> set[tuple[str, str]]:
        return self._where(lambda lots, _: lot in lots)

    def passed(self, stay: Stay) -> set[tuple[str, str]]:
        return self._where(lambda _, stays: stay in stays)

    def holders(self, batches: Iterable[str]) -> dict[tuple[str, str], str]:
        return {(batch, serial): holder for batch in batches for serial, holder in self._holders(batch).items()}

    def _where(self, holds: Callable[[set[str], set[Stay]], bool]) -> set[tuple[str, str]]:
        found = set()
        for batch, parts in self.parts.items():
            for part in parts:
                if holds(part.lots, part.stays):
                    found |= {(batch, serial) for serial in part.serials}
        return found | {
            (serial[: -len("A0000000")], serial) for serial, added in self.reworked.items() if holds(*added)
        }

    def _holders(self, batch: str) -> dict[str, str]:
        """Half the boxes go north on a pallet, the others south, of which the last comes back and goes north."""
        if batch not in self.scrapped:
            return {}
        boxes = boxed([serial for part in self.parts[batch] for serial in part.serials], self.scrapped[batch], self.box)
        house = self.house_of[batch]
        held = {}
        for count, inside in enumerate(boxes):
            way = "north" if count < len(boxes) // 2 or count == len(boxes) - 1 else "south"
            held |= dict.fromkeys(inside, f"hospital {way} of {house}")
        return held


def boxed(made: list[str], scrapped: set[str], box: int) -> list[list[str]]:
    good = [each for each in made if each not in scrapped]
    return [good[start : start + box] for start in range(0, len(good), box)]


@dataclass
class Blank:
    """A lot of blanks, cut from bars of the suppliers."""

    code: str
    lots: set[str]
    stays: set[Stay]


class Plant:
    """Makes batches for several entrustments from the same steel.

    ``write`` is given each telling and returns the numbers of its deeds, so that a later one can correct them.
    """

    def __init__(self, entrustments: dict[str, UUID], *, seed: int, write, box: int = 10, bad: float = 0.1) -> None:
        self.entrustments, self.truth, self._bad = entrustments, Truth(box=box), bad
        self._chance = random.Random(seed)
        self._write, self._minute, self._count = write, 0, defaultdict(int)
        self.lots: list[str] = []
        self._blanks: list[Blank] = []

    def work(self, batches: int, *, units: int) -> Iterator[str]:
        """One batch after the other, for one house after the other; yields each batch's number when it is done."""
        for _ in range(batches):
            if len(self._blanks) < 3 or self._chance.random() < 0.5:
                self._cut()
            self._blanks = self._blanks[-STOCK:]
            yield self._batch(self._chance.choice(sorted(self.entrustments)), units)

    def _cut(self) -> None:
        """Bars of one or two suppliers' lots become blanks; now and then two lots of blanks are put together."""
        telling = Telling(None)
        supplied = [self._received(telling) for _ in range(self._chance.choice((1, 1, 2)))]
        blank = Blank(self._code("BL"), set(), set())
        handle = telling.thing(Thing.LOT, blank.code)
        for lot, bar in supplied:
            blank.lots.add(lot)
            at = self._stay(blank.stays, "saw")
            telling.deed(
                Told(Deed.STEP, at, "cut", uses=[bar], makes=[handle], amounts={bar: _kilos(3)}, about=_on("saw"))
            )
        self._write(telling)
        self._blanks.append(blank)
        if len(self._blanks) > 1 and self._chance.random() < 0.4:
            self._merge()
        if self._chance.random() < 0.4:
            self._split()

    def _received(self, telling: Telling) -> tuple[str, int]:
        if self.lots and self._chance.random() < 0.3:
            lot = self._chance.choice(self.lots[-3:])
            return lot, telling.thing(Thing.LOT, f"IN-{lot}")
        lot = self._code("HT")
        self.lots.append(lot)
        if self._chance.random() < self._bad:
            self.truth.bad_lots.add(lot)
        supplied, bar = telling.thing(Thing.SUPPLIER_LOT, lot), telling.thing(Thing.LOT, f"IN-{lot}")
        at = self._now()
        telling.deed(Told(Deed.RECEIVE, at, "in", uses=[supplied], makes=[bar], amounts={bar: _kilos(1000)}))
        return lot, bar

    def _merge(self) -> None:
        first, second = self._chance.sample(self._blanks, 2)
        merged = Blank(self._code("BL"), first.lots | second.lots, first.stays | second.stays)
        telling = Telling(None)
        uses = [telling.thing(Thing.LOT, each.code) for each in (first, second)]
        telling.deed(Told(Deed.MERGE, self._now(), "merge", uses=uses, makes=[telling.thing(Thing.LOT, merged.code)]))
        self._write(telling)
        self._blanks = [each for each in self._blanks if each not in (first, second)] + [merged]

    def _split(self) -> None:
        whole = self._blanks.pop(self._chance.randrange(len(self._blanks)))
        parts = [Blank(self._code("BL"), set(whole.lots), set(whole.stays)) for _ in range(2)]
        telling = Telling(None)
        uses, makes = [telling.thing(Thing.LOT, whole.code)], [telling.thing(Thing.LOT, each.code) for each in parts]
        telling.deed(Told(Deed.SPLIT, self._now(), "split", uses=uses, makes=makes))
        self._write(telling)
        self._blanks += parts

    def _batch(self, house: str, units: int) -> str:
        """A batch in two parts from blanks of their own; each part is serialised, some units are reworked."""
        number = self._code(f"B{house[0].upper()}")
        self.truth.house_of[number] = house
        begin = Telling(self.entrustments[house])
        batch, common = begin.thing(Thing.BATCH, number), self._chance.choice(self._blanks)
        stays = set(common.stays)
        used = begin.thing(Thing.LOT, common.code, at_home=True)
        turned = self._stay(stays, self._chance.choice(("lathe 1", "lathe 2")))
        begin.deed(Told(Deed.STEP, turned, "turn", uses=[used], makes=[batch], batch=batch, about=_on(_last(stays))))
        self._write(begin)
        half, made = units // 2, []
        for part, count in (("A", half), ("B", units - half)):
            made += self._part(house, number, part, count, (set(common.lots), set(stays)))
        self._rework(house, number, made)
        self._out(house, number, made)
        return number

    def _part(self, house: str, number: str, part: str, count: int, so_far: tuple[set[str], set[Stay]]) -> list[str]:
        lots, stays = so_far
        telling = Telling(self.entrustments[house])
        batch = telling.thing(Thing.BATCH, number)
        piece = telling.thing(Thing.PART, f"{number}-{part}", batch=batch)
        telling.deed(Told(Deed.SPLIT, self._now(), "part", uses=[batch], makes=[piece], batch=batch))
        wrong, right = self._chance.sample(self._blanks, 2) if len(self._blanks) > 1 else self._blanks * 2
        mistaken = self._chance.random() < 0.5 and wrong is not right
        taken = wrong if mistaken else right
        at = self._stay(stays, self._chance.choice(("polisher 1", "polisher 2")))
        about = _on(_last(stays))
        used = telling.thing(Thing.LOT, taken.code, at_home=True)
        telling.deed(Told(Deed.STEP, at, "polish", uses=[used], makes=[piece], batch=batch, about=about))
        serials = [f"{number}{part}{each:07d}" for each in range(count)]
        handles = telling.units(serials, item=0, batch=batch)
        telling.deed(Told(Deed.COMMISSION, self._now(), "serialise", uses=[piece], makes=handles, batch=batch))
        deeds = self._write(telling)
        if mistaken:
            self._correct(house, number, f"{number}-{part}", right, (at, about, deeds[1]))
        lots |= right.lots
        stays |= right.stays
        self.truth.parts.setdefault(number, []).append(Part(number, part, count, lots, stays))
        return serials

    def _correct(
        self, house: str, number: str, part: str, right: Blank, was: tuple[datetime, dict[str, object], int]
    ) -> None:
        at, about, wrong = was
        telling = Telling(self.entrustments[house])
        batch = telling.thing(Thing.BATCH, number)
        piece, used = telling.thing(Thing.PART, part), telling.thing(Thing.LOT, right.code, at_home=True)
        reason = "the label of the other lot was read"
        telling.deed(
            Told(
                Deed.STEP,
                at,
                "polish, corrected",
                uses=[used],
                makes=[piece],
                batch=batch,
                corrects=wrong,
                reason=reason,
                about=about,
            )
        )
        self._write(telling)

    def _rework(self, house: str, number: str, made: list[str]) -> None:
        """Some units get a piece of another lot; their siblings never saw it."""
        chosen, added = self._chance.sample(made, max(1, len(made) // 20)), self._chance.choice(self._blanks)
        telling = Telling(self.entrustments[house])
        batch = telling.thing(Thing.BATCH, number)
        handles = telling.units(chosen, item=0, batch=batch)
        used = telling.thing(Thing.LOT, added.code, at_home=True)
        stay: set[Stay] = set()
        at = self._stay(stay, "lathe 2")
        telling.deed(Told(Deed.REWORK, at, "rework", uses=[used], makes=handles, batch=batch, about=_on("lathe 2")))
        self._write(telling)
        self.truth.reworked |= dict.fromkeys(chosen, (set(added.lots), added.stays | stay))

    def _out(self, house: str, number: str, made: list[str]) -> None:
        """A few are scrapped; the others go in boxes to two hospitals; one box comes back and goes on."""
        telling = Telling(self.entrustments[house])
        handles = dict(zip(made, telling.units(made, item=0, batch=telling.thing(Thing.BATCH, number)), strict=True))
        scrapped = set(self._chance.sample(made, max(1, len(made) // 50)))
        telling.deed(Told(Deed.SCRAP, self._now(), "scrap", touches=[handles[each] for each in sorted(scrapped)]))
        boxes = boxed(made, scrapped, self.truth.box)
        pallet, packed = telling.thing(Thing.PACKAGE, f"P{number}"), []
        for count, inside in enumerate(boxes):
            box = telling.thing(Thing.PACKAGE, f"X{number}-{count}")
            packed.append(box)
            telling.deed(Told(Deed.PACK, self._now(), "box", package=box, moves=[handles[each] for each in inside]))
        on_it = packed[: len(packed) // 2]
        telling.deed(Told(Deed.PACK, self._now(), "pallet", package=pallet, moves=on_it))
        north, south = (telling.thing(Thing.PARTY, f"hospital {each} of {house}") for each in ("north", "south"))
        telling.deed(Told(Deed.SHIP, self._now(), "ship", moves=[pallet], party=north))
        if len(packed) > len(on_it):
            telling.deed(Told(Deed.SHIP, self._now(), "ship", moves=packed[len(on_it) :], party=south))
            back = [packed[-1]]
            telling.deed(Told(Deed.RETURN, self._now(), "back", moves=back, party=telling.thing(Thing.PARTY, "plant")))
            telling.deed(Told(Deed.SHIP, self._now(), "again", moves=back, party=north))
        self._write(telling)
        self.truth.scrapped[number] = scrapped

    def _stay(self, stays: set[Stay], machine: str) -> datetime:
        """The next minute, on a machine."""
        self._minute += 1
        stays.add((machine, self._minute))
        if self._chance.random() < self._bad:
            self.truth.bad_stays.add((machine, self._minute))
        return minute(self._minute)

    def _now(self) -> datetime:
        self._minute += 1
        return minute(self._minute)

    def _code(self, prefix: str) -> str:
        self._count[prefix] += 1
        return f"{prefix}{self._count[prefix]:05d}"


def minute(count: int) -> datetime:
    return BEGAN + timedelta(minutes=count)


def _last(stays: set[Stay]) -> str:
    return max(stays, key=lambda stay: stay[1])[0]


def _on(machine: str) -> dict[str, object]:
    return {"equipment": machine, "equipment_id": MACHINES[machine]}


def _kilos(count: int) -> Amount:
    return Amount(count * MICRO, KILO)
