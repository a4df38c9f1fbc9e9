"""What is asked of the events: the simple query of EPCIS 2.0, a page at a time in the order they were recorded.

What the tables can tell is asked of them; what an event says beyond that is compared event by event, so that a page may
hold fewer than it could and still lead on.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Select, false, func, or_, select, union

from agreements.epcis.keys import canonical, key_in
from agreements.epcis.names import AREA, code_in, is_one, item_of
from agreements.epcis.telling import PACKING, SHAPES
from agreements.epcis.vocabulary import OWN, Words, bare
from agreements.identifiers import Malformed
from portal.db import session
from portal.lineage.acts import items
from portal.lineage.events import Body, events
from portal.lineage.numbering import node_at
from portal.records.lineage import Activity, Containment, Folio, Link, Movement, Node
from portal.records.trade_item import TradeItem
from workflows.acts import Item
from workflows.lineage import Deed, Thing

MOST_LOOKED_AT = 2000
OWN_ID = "urn:uuid:"
ACT = f"{{{OWN}}}act"
_ONES = ("epcList", "childEPCs")
_COUNTED = ("quantityList", "childQuantityList")
_IN, _OUT = ("inputEPCList",), ("outputEPCList",)


@dataclass(frozen=True, slots=True)
class Asked:
    """Each condition narrows what is found; an empty one does not.  Names of things are any of those given."""

    types: Collection[str] = ()
    since: datetime | None = None
    before: datetime | None = None
    actions: Collection[str] = ()
    steps: Collection[str] = ()
    dispositions: Collection[str] = ()
    places: Collection[str] = ()
    locations: Collection[str] = ()
    ids: Collection[str] = ()
    epcs: Collection[str] = ()
    any_epcs: Collection[str] = ()
    inputs: Collection[str] = ()
    outputs: Collection[str] = ()
    classes: Collection[str] = ()
    parents: Collection[str] = ()

    @property
    def names(self) -> Sequence[Collection[str]]:
        """The lists of things, each of which an event must name one of."""
        whole = (self.epcs, self.any_epcs, self.inputs, self.outputs, self.classes, self.parents)
        return [each for each in whole if each]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of events, and the number of the deed after which the next one begins; None on the last."""

    events: Sequence[Body]
    further: int | None


def ask(asked: Asked, address: str, *, limit: int, after: int = 0, within: Collection[UUID] | None = None) -> Found:
    """Answer a query; ``within`` limits it to these entrustments.  Everything else the walls see to."""
    wanted = _within(select(Activity.id).where(Activity.id > after, *_conditions(asked)), within)
    deeds = list(session.scalars(wanted.order_by(Activity.id).limit(MOST_LOOKED_AT + 1)))
    looked_at = deeds[:MOST_LOOKED_AT]
    found = list(islice(_fitting(asked, looked_at, address), limit + 1))
    if len(found) > limit:
        return Found([body for _, body in found[:limit]], found[limit - 1][0])
    return Found([body for _, body in found], looked_at[-1] if len(deeds) > MOST_LOOKED_AT else None)


def deeds_seen(within: Collection[UUID] | None = None) -> set[Deed]:
    """The kinds of deeds that whoever asks may see any of."""
    wanted = _within(select(Activity.kind).distinct(), within)
    return {Deed(each) for each in session.scalars(wanted)}


def places_seen(within: Collection[UUID] | None = None) -> list[str]:
    """The rooms in which anything was done that whoever asks may see."""
    wanted = _within(select(Activity.area).where(Activity.area.is_not(None)).distinct(), within)
    return sorted(each for each in session.scalars(wanted) if each)


def things_seen(limit: int, after: int, within: Collection[UUID] | None = None) -> tuple[list[Item], int | None]:
    """Devices and packages one by one, in the order they came; and the number after which the next page begins."""
    kinds = [each.value for each in Thing if is_one(Item(each, ""))]
    wanted = select(Node.id).where(Node.kind.in_(kinds), Node.id > after).order_by(Node.id).limit(limit + 1)
    if within is not None:
        wanted = wanted.where(Node.folio.in_(select(Folio.number).where(Folio.entrustment_id.in_(within))))
    found = list(session.scalars(wanted))
    known = items(found[:limit])
    return [known[each] for each in found[:limit]], found[limit - 1] if len(found) > limit else None


def _within(wanted: Select[Any], within: Collection[UUID] | None) -> Select[Any]:
    if within is None:
        return wanted
    return wanted.where(Activity.folio.in_(select(Folio.number).where(Folio.entrustment_id.in_(within))))


def _fitting(asked: Asked, deeds: Sequence[int], address: str) -> Iterator[tuple[int, Body]]:
    for number, body in events(deeds, address):
        if _fits(asked, body):
            yield number, body


def _conditions(asked: Asked) -> Iterator[Any]:
    at = func.coalesce(Activity.ended_at, Activity.began_at)
    if asked.since is not None:
        yield at >= asked.since
    if asked.before is not None:
        yield at < asked.before
    if asked.places:
        yield Activity.area.in_([code_in(each, AREA) for each in asked.places])
    if asked.locations:
        yield false()
    yield Activity.kind.in_([each.value for each in _kinds(asked)])
    if asked.ids:
        own = [node_at(UUID(each.removeprefix(OWN_ID))) for each in asked.ids if _is_own(each)]
        sent = select(Activity.id).where(Activity.ref.in_(asked.ids))
        if len(own) == len(asked.ids) or session.scalars(sent.limit(1)).first() is not None:
            yield or_(Activity.id.in_([each for each in own if each is not None]), Activity.id.in_(sent))
    for names in asked.names:
        yield Activity.id.in_(_touching(_nodes(names)))


def _kinds(asked: Asked) -> list[Deed]:
    steps = {bare(each, Words.STEP) for each in asked.steps}
    dispositions = {bare(each, Words.DISPOSITION) for each in asked.dispositions}
    return [
        deed
        for deed, shape in SHAPES.items()
        if (not steps or shape.step in steps)
        and (not dispositions or shape.disposition in dispositions)
        and (not asked.actions or shape.action.value in asked.actions)
        and (not asked.parents or deed in PACKING)
    ]


def _fits(asked: Asked, body: Body) -> bool:
    if asked.types and body["type"] not in asked.types:
        return False
    if asked.actions and body.get("action") not in asked.actions:
        return False
    if asked.places and body.get("readPoint", {}).get("id") not in asked.places:
        return False
    if asked.ids and not {body["eventID"], body.get(ACT, "")} & set(asked.ids):
        return False
    every = (*_ONES, *_IN, *_OUT)
    return all(
        not names or {canonical(each) for each in names} & set(_named(body, fields))
        for names, fields in (
            (asked.epcs, _ONES),
            (asked.any_epcs, (*every, "parentID")),
            (asked.inputs, _IN),
            (asked.outputs, _OUT),
            (asked.classes, (*_COUNTED, "inputQuantityList", "outputQuantityList")),
            (asked.parents, ("parentID",)),
        )
    )


def _named(body: Body, fields: Sequence[str]) -> Iterator[str]:
    for name in fields:
        value = body.get(name, [])
        for each in [value] if isinstance(value, str) else value:
            yield each if isinstance(each, str) else each["epcClass"]


def _nodes(names: Collection[str]) -> list[int]:
    """The nodes that go by any of these names, as far as they are there to be seen."""
    found: set[int] = set()
    for name in names:
        for item in _items(name):
            wanted = select(Node.id).where(Node.kind == item.kind.value, Node.code == item.code)
            if item.kind is Thing.UNIT and item.di:
                keys = select(TradeItem.key).where(TradeItem.di == item.di)
                wanted = wanted.where(Node.item.in_(keys))
            found |= set(session.scalars(wanted))
    return sorted(found)


def _items(name: str) -> set[Item]:
    """What a name can mean here: a lot of a GTIN is a batch where that is a product, and a material lot where not."""
    try:
        key = key_in(name)
        return {item_of(name, products) for products in ((), (key.number,) if key else ())}
    except Malformed:
        return set()


def _touching(nodes: Sequence[int]) -> Select[Any]:
    """The deeds that these things were in."""
    return select(
        union(
            select(Link.target.label("deed")).where(Link.source.in_(nodes)),
            select(Link.source).where(Link.target.in_(nodes)),
            select(Movement.activity).where(Movement.node.in_(nodes)),
            select(Containment.activity).where(or_(Containment.child.in_(nodes), Containment.parent.in_(nodes))),
            select(Containment.ended_by).where(
                or_(Containment.child.in_(nodes), Containment.parent.in_(nodes)), Containment.ended_by.is_not(None)
            ),
        )
        .subquery()
        .c.deed
    )


def _is_own(event_id: str) -> bool:
    try:
        return event_id.startswith(OWN_ID) and bool(UUID(event_id.removeprefix(OWN_ID)))
    except ValueError:
        return False
