"""What goes to a consignee was released for marketing: Order 53 art. 34."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import aliased

from portal.db import session
from portal.lineage.knowing import contents, in_turn
from portal.making.books import Books
from portal.making.weaving import standing_things
from portal.records.batch import Batch
from portal.records.lineage import Node
from workflows.acts import Act, Item
from workflows.lineage import Deed, Thing
from workflows.words import N_, Said

RELEASED = "marketing_released"
# A thing told of in these acts, or one that stands in the graph.
Held = Item | int


def not_released(acts: Sequence[Act], books: Books) -> dict[str, Said]:
    """By place: the shipments that carry a piece of a batch that is not released for marketing, and which batch.

    What earlier acts of the same telling made and packed is counted in.
    """
    sent = [each for each in acts if each.kind is Deed.SHIP]
    if not sent:
        return {}
    inside, kept_from = _inside(acts, books)
    found: dict[str, Said] = {}
    for act in sent:
        numbers = sorted({kept_from[each] for each in _reached(act.moves, inside) if each in kept_from})
        if numbers:
            says = N_("Batch %(number)s is not released for marketing, so nothing of it is shipped.")
            found[act.place] = Said(says, {"number": numbers[0]})
    return found


def _inside(acts: Sequence[Act], books: Books) -> tuple[Mapping[Held, list[Held]], Mapping[Held, str]]:
    """What lies in what, told here or standing; and the pieces of batches not released, with the batch's number."""
    inside: dict[Held, list[Held]] = defaultdict(list)
    kept: dict[Held, str] = {}
    named = standing_things(acts, books.entrustment_id)
    for act in acts:
        for item in (*act.moves, *((act.package,) if act.package else ())):
            inside[item] += _nodes(item, named, books)
        if act.kind is Deed.PACK and act.package:
            inside[act.package] += act.moves
        for item in act.makes:
            batch = books.batches.get(item.batch or act.batch)
            if batch is not None and batch.state != RELEASED:
                kept[item] = batch.number
    standing = [each for some in inside.values() for each in some if isinstance(each, int)]
    for child, parent, _ in contents(standing):
        inside[parent].append(child)
    every = {each for some in inside.values() for each in some if isinstance(each, int)}
    return inside, kept | _of_unreleased(every)


def _nodes(item: Item, named: Mapping[tuple[Thing, str], int], books: Books) -> list[Held]:
    if item.kind == Thing.UNIT:
        return [node for node, _ in books.units.get(item.code, ())]
    return [named[item.kind, item.code]] if (item.kind, item.code) in named else []


def _of_unreleased(nodes: Iterable[int]) -> dict[Held, str]:
    batch = aliased(Node)
    found: dict[Held, str] = {}
    for some in in_turn(sorted(nodes)):
        wanted = (
            select(Node.id, Batch.number)
            .join(batch, batch.id == Node.batch)
            .join(Batch, Batch.id == batch.record_id)
            .where(Node.id.in_(some), Batch.state != RELEASED)
        )
        found.update((node, number) for node, number in session.execute(wanted))
    return found


def _reached(start: Iterable[Held], inside: Mapping[Held, Sequence[Held]]) -> set[Held]:
    seen: set[Held] = set()
    waiting = list(start)
    while waiting:
        each = waiting.pop()
        if each not in seen:
            seen.add(each)
            waiting += inside.get(each, ())
    return seen
