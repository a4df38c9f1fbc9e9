"""Acts as deeds of the graph: each thing found or new, each amount in the unit it is counted in, each value read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from portal.lineage.knowing import known_nodes
from portal.lineage.telling import Handle, Measured, Telling, Told
from portal.making.allowing import Allowing
from portal.making.books import LOTS, Books
from portal.making.reading import Reader
from portal.making.sorting import Sorting
from portal.making.telling_apart import Before, ref_of, told_of
from workflows.acts import Act, Item, Quantity, Value
from workflows.lineage import MICRO, Amount, Deed, Impossible, Thing
from workflows.units import Immeasurable, quantity_in
from workflows.words import N_, Said

KIND = {
    Thing.SUPPLIER_LOT: N_("supplier's lot"),
    Thing.LOT: N_("material lot"),
    Thing.BATCH: N_("batch"),
    Thing.PART: N_("part of a batch"),
    Thing.UNIT: N_("serial number"),
    Thing.PACKAGE: N_("package"),
    Thing.PARTY: N_("consignee"),
}
# What a deed about a batch alone is done to.
ON_THE_BATCH = frozenset({Deed.STEP, Deed.REWORK, Deed.STERILISE, Deed.INSPECT, Deed.MONITOR})


@dataclass
class Loom:
    """What the weaving of one telling rests on; ``there`` are the things that stand or were made by an act before."""

    books: Books
    allowing: Allowing
    reader: Reader
    corrected: dict[str, Before]
    telling: Telling
    sorting: Sorting
    standing: dict[tuple[Thing, str], int] = field(default_factory=dict)
    there: set[Handle] = field(default_factory=set)

    def weave(self, act: Act) -> None:
        """Add the deed.  Raises :class:`workflows.lineage.Impossible`, and then nothing was added but names."""
        self.allowing.refuse(act)
        batch = self._batch(act.batch) if act.batch else None
        makes = [self._new(each, act) for each in act.makes]
        if len(set(makes)) != len(makes):
            raise Impossible(act.place, Said(N_("A thing is named twice among what was made.")))
        uses = [self._found(each, act) for each in act.uses]
        touches = [self._found(each, act) for each in act.touches]
        if batch is not None and act.kind is Deed.COMMISSION and not uses:
            uses = [batch]
        if batch is not None and act.kind in ON_THE_BATCH and not (makes or touches):
            touches = [batch]
        package = self._package(act)
        told = Told(
            act.kind,
            act.began_at,
            act.place,
            uses=uses,
            makes=makes,
            touches=touches,
            amounts=dict(self._amounts(act)),
            package=package,
            moves=[self._found(each, act) for each in act.moves],
            party=self.telling.thing(Thing.PARTY, act.party.code) if act.party else None,
            batch=batch,
            ended_at=act.ended_at,
            corrects=self._corrects(act),
            reason=act.reason or None,
            readings=[self._measured(act, each) for each in act.values],
            ref=ref_of(act),
            told=told_of(act),
            about=self._about(act),
        )
        self.sorting.refuse(told)
        self.telling.deed(told)
        self.sorting.follow(told)
        self.there |= {*makes, *(() if package is None else (package,))}

    def _batch(self, number: str) -> Handle:
        found = self.telling.thing(Thing.BATCH, number, record_id=self.books.batches[number].id)
        self.there.add(found)
        return found

    def _new(self, item: Item, act: Act) -> Handle:
        """The handle of what an act makes; a serial number counts under the identifier of its product."""
        if item.kind in (Thing.BATCH, Thing.PARTY):
            raise Impossible(act.place, Said(N_("A batch is opened at the batch desk, not made by an act.")))
        of = item.batch or act.batch
        batch = self._batch(of) if of in self.books.batches else None
        return self.telling.thing(
            item.kind,
            item.code,
            item=self._key(item, act),
            batch=batch if item.kind in (Thing.UNIT, Thing.PART) else None,
        )

    def _found(self, item: Item, act: Act) -> Handle:
        """The handle of what an act finds.  Raises :class:`workflows.lineage.Impossible` where it is not there."""
        handle = self._named(item, act)
        if handle not in self.there and not self._stands(handle):
            says = N_("There is no %(kind)s %(code)s here. Bring in what made it first, or mend the number.")
            raise Impossible(act.place, Said(says, {"kind": Said(KIND[item.kind]), "code": item.code}))
        self.there.add(handle)
        return handle

    def _named(self, item: Item, act: Act) -> Handle:
        if item.kind == Thing.BATCH:
            return (
                self._batch(item.code) if item.code in self.books.batches else self.telling.thing(item.kind, item.code)
            )
        if item.kind in LOTS and (node := self.books.at_home.get((item.kind, item.code))):
            handle = self.telling.thing(item.kind, item.code, at_home=True)
            self.telling.known[handle] = node
            return handle
        if item.kind == Thing.UNIT:
            return self._unit(item, act)
        return self.telling.thing(item.kind, item.code)

    def _unit(self, item: Item, act: Act) -> Handle:
        """By its identifier where that is told; else the only device with that serial number."""
        standing = self.books.units.get(item.code, ())
        key = self._key(item, act) if item.di or not standing else None
        fitting = [(node, of) for node, of in standing if key in (None, of)]
        if len(fitting) > 1:
            says = N_("Several devices bear the serial number %(code)s: write the device identifier with it.")
            raise Impossible(act.place, Said(says, {"code": item.code}))
        if not fitting:
            return self.telling.thing(item.kind, item.code, item=self._key(item, act))
        node, of = fitting[0]
        handle = self.telling.thing(item.kind, item.code, item=of)
        self.telling.known[handle] = node
        return handle

    def _key(self, item: Item, act: Act) -> int:
        if item.kind != Thing.UNIT:
            return 0
        found = self.books.item_of(item, item.batch or act.batch)
        if item.di and found is None:
            says = N_("The device identifier %(di)s is not registered in this entrustment; register it first.")
            raise Impossible(act.place, Said(says, {"di": item.di}))
        return found.key if found else 0

    def _stands(self, handle: Handle) -> bool:
        named = self.telling.things[handle]
        node = self.standing.get((named.kind, named.code))
        if node is not None and named.kind != Thing.UNIT:
            self.telling.known[handle] = node
        return handle in self.telling.known

    def _package(self, act: Act) -> Handle | None:
        if act.package is None:
            return None
        if act.kind is Deed.PACK:
            return self.telling.thing(Thing.PACKAGE, act.package.code)
        return self._found(act.package, act)

    def _amounts(self, act: Act) -> Iterator[tuple[Handle, Amount]]:
        for item, quantity in act.quantities.items():
            handle = self._new(item, act) if item in act.makes else self._found(item, act)
            yield handle, self._amount(item, quantity, act)
        for item in act.uses:
            if item.code in self.books.pieces and item not in act.quantities:
                yield self._found(item, act), Amount(MICRO, self.books.pieces[item.code][0].unit)

    def _amount(self, item: Item, quantity: Quantity, act: Act) -> Amount:
        lot = self.books.lots.get(item.code) if item.kind == Thing.LOT else None
        unit = lot.unit if lot else quantity.unit
        try:
            return Amount(int(Decimal(quantity_in(quantity.number, quantity.unit, unit)) * MICRO), unit)
        except Immeasurable as wrong:
            raise Impossible(act.place, wrong.says) from wrong

    def _corrects(self, act: Act) -> int | None:
        if not act.corrects:
            return None
        if act.corrects not in self.corrected:
            says = N_("There is no act %(ref)s on record that this could take the place of.")
            raise Impossible(act.place, Said(says, {"ref": act.corrects}))
        if not act.reason.strip():
            raise Impossible(act.place, Said(N_("Why is it corrected? A correction gives its reason.")))
        return self.corrected[act.corrects].deed

    def _measured(self, act: Act, value: Value) -> Measured:
        read = self.reader.read(act, value)
        instrument = self.books.equipment.get(value.instrument)
        return Measured(
            read.name,
            read.at,
            read.judgement,
            value.place,
            unit=read.unit,
            micro=read.micro,
            said=read.said,
            subject=self._found(value.subject, act) if value.subject else None,
            line_id=read.line_id,
            instrument_id=instrument.id if instrument else None,
            instrument=value.instrument or None,
        )

    def _about(self, act: Act) -> dict[str, Any]:
        step, machine, area = (
            self.books.step_of(act),
            self.books.equipment.get(act.equipment),
            self.books.areas.get(act.area),
        )
        operator, second = (self.allowing.operator(each) for each in (act.operator, act.second))
        return {
            "label": step.name if step else act.step or None,
            "step_id": step.id if step else None,
            "equipment_id": machine.id if machine else None,
            "equipment": act.equipment or None,
            "area_id": area.id if area else None,
            "area": act.area or None,
            "operator_id": operator.person_id,
            "operator": operator.name or None,
            "second_id": second.person_id,
            "second": second.name or None,
        }


def standing_things(acts: Sequence[Act], entrustment_id: UUID | None) -> dict[tuple[Thing, str], int]:
    """The nodes of what these acts name and the graph holds; of single devices :class:`Books` knows more."""
    asked = Telling(entrustment_id)
    for act in acts:
        for item in (*act.uses, *act.touches, *act.moves, *(each for each in (act.package,) if each)):
            if item.kind != Thing.UNIT:
                asked.thing(item.kind, item.code)
    return {(asked.things[handle].kind, asked.things[handle].code): node for handle, node in known_nodes(asked).items()}
