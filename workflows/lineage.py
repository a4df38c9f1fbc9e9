"""What a graph of making is built of: things, and the activities that used, made or touched them.

The numbers are written into the rows and are for ever.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from workflows.judging import Judgement
from workflows.words import N_, Said


class Thing(IntEnum):
    """What can be traced."""

    SUPPLIER_LOT = 1
    LOT = 2
    BATCH = 3
    PART = 4
    UNIT = 5
    PACKAGE = 6
    PARTY = 7


class Deed(IntEnum):
    """What can be done with things.  Each is a node of the graph too, between what it used and what it made."""

    RECEIVE = 64
    STEP = 65
    SPLIT = 66
    MERGE = 67
    COMMISSION = 68
    REWORK = 69
    REJECT = 70
    SCRAP = 71
    INSPECT = 72
    STERILISE = 73
    MONITOR = 74
    PACK = 80
    UNPACK = 81
    SHIP = 82
    ARRIVE = 83
    RETURN = 84
    CORRECT = 90


THINGS = {
    Thing.SUPPLIER_LOT: N_("Supplier's lot"),
    Thing.LOT: N_("Material lot"),
    Thing.BATCH: N_("Batch"),
    Thing.PART: N_("Part of a batch"),
    Thing.UNIT: N_("Single device"),
    Thing.PACKAGE: N_("Package"),
    Thing.PARTY: N_("Consignee"),
}
DEEDS = {
    Deed.RECEIVE: N_("Goods receipt"),
    Deed.STEP: N_("Process step"),
    Deed.SPLIT: N_("Split"),
    Deed.MERGE: N_("Merge"),
    Deed.COMMISSION: N_("Serialisation"),
    Deed.REWORK: N_("Rework"),
    Deed.REJECT: N_("Rejection"),
    Deed.SCRAP: N_("Scrapping"),
    Deed.INSPECT: N_("Inspecting"),
    Deed.STERILISE: N_("Sterilisation"),
    Deed.MONITOR: N_("Monitoring"),
    Deed.PACK: N_("Packing"),
    Deed.UNPACK: N_("Unpacking"),
    Deed.SHIP: N_("Shipment"),
    Deed.ARRIVE: N_("Arrival"),
    Deed.RETURN: N_("Return"),
    Deed.CORRECT: N_("Correction"),
}
# What becomes part of what is made; every other deed passes over things without making one of another.
CONSUMING = frozenset({Deed.RECEIVE, Deed.STEP, Deed.SPLIT, Deed.MERGE, Deed.COMMISSION, Deed.REWORK, Deed.CORRECT})
MOVING = frozenset({Deed.SHIP, Deed.ARRIVE, Deed.RETURN})
# After these a thing goes no further.
ENDING = frozenset({Deed.REJECT, Deed.SCRAP})
MICRO = 1_000_000
# What a reading was found to be, as the rows say it; 0 where there was no limit to judge it by.
JUDGEMENTS = {None: 0, Judgement.INSIDE: 1, Judgement.WARNING: 2, Judgement.OUT: 3}


@dataclass(frozen=True, slots=True)
class Amount:
    """How much of a thing: ``micro`` millionths of ``unit``, so that sums are exact."""

    micro: int
    unit: str

    @property
    def text(self) -> str:
        return f"{written(self.micro)} {self.unit}".strip()


class Impossible(ValueError):
    """Something that cannot have happened as it is told; ``place`` says where in what was told, ``says`` why."""

    def __init__(self, place: str, says: Said) -> None:
        super().__init__(f"{place}: {says}")
        self.place, self.says = place, says


def refuse_own_making(place: str, uses: Iterable[str], makes: Iterable[str]) -> None:
    """Raise :class:`Impossible` where a thing is said to be made of itself."""
    if both := sorted(set(uses) & set(makes)):
        raise Impossible(place, Said(N_("%(code)s cannot be made of itself."), {"code": both[0]}))


def refuse_more_than_is_left(place: str, code: str, asked: Amount, left: Amount) -> None:
    """Raise :class:`Impossible` where more is used of a lot than is left of it, or in another unit."""
    if asked.unit != left.unit:
        units: dict[str, str | int] = {"code": code, "unit": left.unit, "other": asked.unit}
        raise Impossible(place, Said(N_("%(code)s is counted in %(unit)s, not in %(other)s."), units))
    if asked.micro > left.micro:
        said: dict[str, str | int] = {
            "code": code,
            "left": written(left.micro),
            "asked": written(asked.micro),
            "unit": left.unit,
        }
        raise Impossible(place, Said(N_("Of %(code)s %(left)s %(unit)s are left, %(asked)s are asked for."), said))


def written(micro: int) -> str:
    """Millionths as a decimal number, with no digit that says nothing."""
    whole, part = divmod(abs(micro), MICRO)
    decimals = f"{part:06d}".rstrip("0")
    return f"{'-' if micro < 0 else ''}{whole}{'.' if decimals else ''}{decimals}"


def cycles(edges: Iterable[tuple[int, int]]) -> list[list[int]]:
    """The rings in a graph: for each, its nodes in rising order.  A graph of making ought to have none.

    Strongly connected components after Tarjan (SIAM J. Comput. 1, 1972), without recursion: a chain may be long.
    """
    after: dict[int, list[int]] = {}
    for source, target in edges:
        after.setdefault(source, []).append(target)
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    held: dict[int, None] = {}
    rings: list[list[int]] = []
    for root in list(after):
        walk = [] if root in index else [_enter(root, after, index, low, held)]
        while walk:
            node, onward = walk[-1]
            step = next(onward, None)
            if step is None:
                walk.pop()
                if walk:
                    low[walk[-1][0]] = min(low[walk[-1][0]], low[node])
                if low[node] == index[node]:
                    rings += _ring(node, held, is_own_heir=node in after.get(node, ()))
            elif step not in index:
                walk.append(_enter(step, after, index, low, held))
            elif step in held:
                low[node] = min(low[node], index[step])
    return sorted(rings)


def _enter(
    node: int, after: dict[int, list[int]], index: dict[int, int], low: dict[int, int], held: dict[int, None]
) -> tuple[int, Iterator[int]]:
    index[node] = low[node] = len(index)
    held[node] = None
    return node, iter(after.get(node, ()))


def _ring(node: int, held: dict[int, None], *, is_own_heir: bool) -> list[list[int]]:
    """What was entered since ``node`` leads back to it; one alone is a ring only where it follows itself."""
    ring: list[int] = []
    while not ring or ring[-1] != node:
        ring.append(held.popitem()[0])
    return [sorted(ring)] if len(ring) > 1 or is_own_heir else []
