"""What a scanned or typed code names, as far as the reader may see it; what it can mean in two ways is not decided."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext
from sqlalchemy import or_, select

from agreements.identifiers import Malformed
from agreements.udi import Ambiguous, Identification, is_code, printed, read, without_symbology
from portal.db import session
from portal.lineage import naming
from portal.lineage.numbering import addresses
from portal.records.batch import Batch
from portal.records.lineage import Node
from portal.records.material_lot import MaterialLot
from portal.records.trade_item import TradeItem
from portal.web.history import record_url
from portal.wording import said
from workflows.lineage import THINGS, Thing
from workflows.words import Said

LONGEST = 2000
# Signs that scanners are set up to send for FNC1 where a keyboard has none; neither stands in any value of GS1.
STAND_INS = ("\u241d", "{GS}")
# What the label of a material lot carries where its number alone does not lead to it.
OF_A_LOT = re.compile(r"https?://[^/\s]+/material-lots/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.ASCII)
RECORDS: dict[int, tuple[Any, str]] = {Thing.BATCH: (Batch, "batch"), Thing.LOT: (MaterialLot, "material_lot")}


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that is on record: of which kind, what it is called, what more is known, and where it is shown."""

    kind: str
    name: str
    note: str
    url: str
    trace_url: str | None = None


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that the code can mean; ``told`` is None for a plain number.

    ``hits`` go from the most exact to the product.  ``exact`` says that the first ones are all that the code names;
    ``warnings`` what the code says otherwise than the records.
    """

    told: Identification | None
    printed: str
    hits: Sequence[Hit] = ()
    exact: int = 0
    warnings: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Scanned:
    """What was asked, everything it can mean, and why it cannot be read as a code of a label."""

    asked: str
    meanings: Sequence[Meaning] = field(default_factory=tuple)
    doubtful: bool = False
    problem: Said | None = None

    @property
    def straight_to(self) -> str | None:
        """Where the one thing is that the code names, if nothing is in doubt."""
        named = [each for each in self.meanings if each.hits]
        if self.doubtful or len(named) != 1 or named[0].exact != 1 or named[0].warnings:
            return None
        return named[0].hits[0].url

    @property
    def plain(self) -> str:
        """What was asked as the number that it may be."""
        return without_symbology(self.asked)

    @property
    def is_a_code(self) -> bool:
        return is_code(self.asked)


def scanned(text: str, on: date) -> Scanned:
    """Everything that ``text`` names exactly; ``on`` settles the century of days in it."""
    asked = text.strip(" \t\r\n")[:LONGEST]
    for sign in STAND_INS:
        asked = asked.replace(sign, "\x1d")
    if not asked:
        return Scanned("")
    if lot := OF_A_LOT.fullmatch(without_symbology(asked)):
        return Scanned(asked, _lot_at(UUID(lot[1])))
    plain = [] if "\x1d" in asked else _called(without_symbology(asked))
    try:
        told: tuple[Identification, ...] = (read(asked, on),)
    except Ambiguous as several:
        return Scanned(asked, [*plain, *map(_meant, several.readings)], doubtful=True)
    except Malformed as wrong:
        return Scanned(asked, plain, problem=wrong.says)
    return Scanned(asked, [*plain, *map(_meant, told)])


def _lot_at(record_id: UUID) -> list[Meaning]:
    """The lot that the address names, whatever portal printed it: one that the reader does not see names nothing."""
    lot = session.get(MaterialLot, record_id)
    if lot is None:
        return []
    hit = Hit(said(THINGS[Thing.LOT]), lot.number, lot.material_name, record_url("material_lot", lot.id) or "")
    return [Meaning(None, lot.number, [hit], exact=1)]


def _called(asked: str) -> list[Meaning]:
    nodes = naming.called(asked)
    return [Meaning(None, asked, _shown(nodes), exact=len(nodes))] if nodes else []


def _meant(told: Identification) -> Meaning:
    if told.sscc:
        packages = naming.packages(told.sscc)
        return Meaning(told, printed(told), [*_shown(packages), *_items(_known(told))], exact=len(packages))
    if told.di and told.serial:
        found = naming.device(told.agency.value, told.di, told.serial)
        if len(found) == 1 and told.lot in (None, found[0].batch):
            where = url_for("traces.show", node_id=found[0].address)
            hit = Hit(said(THINGS[Thing.UNIT]), told.serial, found[0].batch or "", where)
            return Meaning(told, printed(told), [hit], exact=1)
    items = _known(told)
    if told.serial:
        units = naming.units(told.serial, items)
        if units:
            shown = _shown([unit for unit, _ in units], [of.code if of else "" for _, of in units])
            return Meaning(told, printed(told), shown, exact=len(units), warnings=_differences(told, units))
    batches = _batches(told, items)
    exact = len(batches) if told.lot else len(items)
    hits = [*(_of_batch(each) for each in batches), *_items(items)]
    return Meaning(told, printed(told), hits, exact=0 if told.serial else exact)


def _known(told: Identification) -> list[TradeItem]:
    """The device identifiers of that name; of those given up too, since what was labelled stays what it is."""
    names = [each for each in (told.di, told.contents, told.unread) if each]
    if not names:
        return []
    wanted = select(TradeItem).where(TradeItem.agency == told.agency.value, TradeItem.di.in_(names))
    return list(session.scalars(wanted.order_by(TradeItem.id.desc()).limit(naming.MOST)).unique())


def _batches(told: Identification, items: Sequence[TradeItem]) -> list[Batch]:
    if not told.lot or not items:
        return []
    of_these = or_(*(_is_of(each) for each in items))
    wanted = select(Batch).where(Batch.number == told.lot, of_these)
    return list(session.scalars(wanted.order_by(Batch.id.desc()).limit(naming.MOST)).unique())


def _is_of(item: TradeItem) -> Any:
    return (Batch.entrustment_id == item.entrustment_id) & (Batch.product_id == item.product_id)


def _differences(told: Identification, units: Iterable[tuple[Node, Node | None]]) -> list[str]:
    """What the label says otherwise than the record: one of the two is wrong, and a person finds out which."""
    return [
        gettext(
            "The code says batch %(lot)s; on record this serial number is of batch %(batch)s.",
            lot=told.lot,
            batch=of.code,
        )
        for _, of in units
        if told.lot and of is not None and of.code != told.lot
    ]


def _shown(nodes: Sequence[Node], notes: Sequence[str] = ()) -> list[Hit]:
    where = addresses(each.id for each in nodes)
    notes = notes or [""] * len(nodes)
    return [_hit(node, str(where[node.id]), note) for node, note in zip(nodes, notes, strict=True)]


def _hit(node: Node, address: str, note: str) -> Hit:
    trace = url_for("traces.show", node_id=address)
    record = _record_of(node)
    return Hit(said(THINGS[Thing(node.kind)]), node.code, note, record or trace, trace if record else None)


def _record_of(node: Node) -> str | None:
    """The page of the record behind a thing, where the reader sees that too."""
    if node.record_id is None or node.kind not in RECORDS:
        return None
    kind, table = RECORDS[node.kind]
    return record_url(table, node.record_id) if session.get(kind, node.record_id) else None


def _of_batch(batch: Batch) -> Hit:
    where = url_for("batches.show", batch_id=batch.id)
    return Hit(said(THINGS[Thing.BATCH]), batch.number, batch.product_name, where)


def _items(items: Sequence[TradeItem]) -> list[Hit]:
    label = gettext("Device identifier")
    return [
        Hit(label, each.di, each.product_name, url_for("trade_items.show", trade_item_id=each.id)) for each in items
    ]
