"""The drawing of a lineage: boxes in columns from supplier to consignee, numbered as the rows of the table."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from unicodedata import east_asian_width

from portal.lineage.overview import Overview
from workflows.engine import State
from workflows.lineage import THINGS, Thing
from workflows.words import N_

BOX, ACROSS, DOWN, HEAD = (140, 44), 164, 62, 10
MOST = 60
ROOM = 15  # letters of a name in a box
THING, PIECES, HOLDER, MADE = "thing", "pieces", "holder", "made"
KINDS: dict[Any, str] = {
    **THINGS,
    PIECES: N_("Units of a batch"),
    HOLDER: THINGS[Thing.PARTY],
    MADE: N_("Lot made of lots"),
}
Key = tuple[str, object]
# Supplier to consignee: a column for each kind of thing, and one for lots that were made of lots.
COLUMNS = (
    (Thing.SUPPLIER_LOT,),
    (Thing.LOT,),
    (MADE,),
    (Thing.BATCH, Thing.PART),
    (Thing.UNIT, Thing.PACKAGE, PIECES),
    (Thing.PARTY, HOLDER),
)


@dataclass
class Box:
    """A thing, the pieces of a batch, or whoever has some: ``number`` is its row.

    ``held`` says of a lot of which nothing more should be made how it stands.
    """

    number: int
    kind: object
    name: str | None
    key: Key
    count: int | None = None
    address: object = None
    is_start: bool = False
    held: State | None = None
    made_of: list[int] = field(default_factory=list)
    went_into: list[int] = field(default_factory=list)
    x: int = 0
    y: int = 0

    @property
    def short(self) -> str:
        """As much of the name as the box has room for; what is as wide as it is high counts twice."""
        left, name = ROOM, self.name or ""
        for place, letter in enumerate(name):
            left -= 2 if east_asian_width(letter) in "WF" else 1
            if left < 0:
                return f"{name[: place - 1]}…"
        return name


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes and the ways between them, in pixels; ``drawn`` is False where there are too many to be read."""

    boxes: list[Box]
    ways: list[str]
    size: tuple[int, int]
    drawn: bool
    box: tuple[int, int] = BOX


def picture_of(found: Overview, addresses: Mapping[int, object], held: Mapping[int, State]) -> Picture:
    """Lay out what was found: a column for each kind, and in a column one below the other as they were recorded."""
    boxes = {box.key: box for box in _boxes(found, addresses)}
    for node, state in held.items():
        if (THING, node) in boxes:
            boxes[THING, node].held = state
    edges: list[tuple[Key, Key]] = [((THING, one), (THING, to)) for one, to in found.edges]
    edges += [((THING, one), (PIECES, each.batch)) for each in found.pieces for one in each.made_of]
    edges += [((PIECES, each.batch), (HOLDER, party)) for each in found.pieces for party in each.held_by]
    edges += [((PIECES, one), (PIECES, each.batch)) for each in found.pieces for one in each.put_together]
    if found.start is not None and found.start.kind == Thing.UNIT:
        edges += [((THING, found.start.id), (HOLDER, party.id)) for party in found.holders if party is not None]
    for one, to in sorted(set(edges), key=str):
        if one in boxes and to in boxes and one != to:
            boxes[one].went_into.append(boxes[to].number)
            boxes[to].made_of.append(boxes[one].number)
    height = _placed(list(boxes.values()))
    ways = [_way(boxes[one], boxes[to]) for one, to in sorted(set(edges), key=str) if one in boxes and to in boxes]
    width = max((box.x for box in boxes.values()), default=0) + BOX[0] + 4
    return Picture(list(boxes.values()), ways, (width, height), drawn=1 < len(boxes) <= MOST)


def column_of(box: Box) -> int:
    return next(place for place, kinds in enumerate(COLUMNS) if box.kind in kinds)


def _boxes(found: Overview, addresses: Mapping[int, object]) -> list[Box]:
    boxes, of_lots = [], _made_of_lots(found)
    start = found.start.id if found.start is not None else None
    for node in sorted(found.things.values(), key=lambda each: (_order(each.kind), each.id)):
        if node.kind == Thing.PARTY or (node.kind == Thing.PACKAGE and node.id != start):
            continue
        kind = MADE if node.id in of_lots else Thing(node.kind)
        box = Box(0, kind, node.code, (THING, node.id), address=addresses[node.id])
        box.is_start = node.id == start
        boxes.append(box)
    boxes += [Box(0, PIECES, each.named, (PIECES, each.batch), count=each.count) for each in found.pieces]
    boxes += [
        Box(
            0,
            HOLDER,
            party.code,
            (HOLDER, party.id),
            count=count,
            address=addresses.get(party.id),
            is_start=party.id == start,
        )
        for party, count in found.holders.items()
        if party is not None
    ]
    for number, box in enumerate(sorted(boxes, key=column_of), start=1):
        box.number = number
    return sorted(boxes, key=lambda box: box.number)


def _made_of_lots(found: Overview) -> set[int]:
    """The lots that other lots went into."""
    lots = {number for number, node in found.things.items() if node.kind == Thing.LOT}
    return {to for one, to in found.edges if one in lots and to in lots}


def _order(kind: int) -> int:
    return next((place for place, kinds in enumerate(COLUMNS) if Thing(kind) in kinds), len(COLUMNS))


def _placed(boxes: list[Box]) -> int:
    used = sorted({column_of(box) for box in boxes})
    filled: dict[int, int] = defaultdict(int)
    for box in boxes:
        column = used.index(column_of(box))
        box.x, box.y = 4 + column * ACROSS, HEAD + filled[column] * DOWN
        filled[column] += 1
    return HEAD + max(filled.values(), default=0) * DOWN


def _way(one: Box, to: Box) -> str:
    """A line from box to box: from right to left edge, or, within a column, from below to above."""
    width, tall = BOX
    if one.x == to.x:
        down = to.y > one.y
        start, end = (one.y + tall, to.y) if down else (one.y, to.y + tall)
        return f"M{one.x + width // 2} {start}V{end}"
    start_y, end_y = one.y + tall // 2, to.y + tall // 2
    middle = to.x - (ACROSS - width) // 2
    return f"M{one.x + width} {start_y}H{middle}V{end_y}H{to.x}"
