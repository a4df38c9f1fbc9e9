"""What acts name, looked up at once: batches with their definitions, equipment, rooms, people, lots, identifiers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, selectinload

from portal.db import session
from portal.facts.trade_items import identifiers_in
from portal.lineage.knowing import folios_of, in_turn
from portal.records.batch import Batch
from portal.records.definition import Definition, DefinitionStep
from portal.records.equipment import Area, Equipment
from portal.records.lineage import Node
from portal.records.material_lot import MaterialLot
from portal.records.person import Person
from portal.records.trade_item import TradeItem
from portal.tenancy import current_tenant
from workflows.acts import Act, Item
from workflows.criterion import folded
from workflows.lineage import Deed, Thing
from workflows.part_acceptance import lots_in

LOTS = (Thing.LOT, Thing.SUPPLIER_LOT)


@dataclass(frozen=True, slots=True)
class Books:
    """By the numbers that people know them by; ``people`` by name and by e-mail address, several of one name.

    ``pieces`` are those of lots, by what they are called, each with its lot and serial number.
    ``at_home`` are the codes of the house's own lots in the graph, ``covered`` the batch of each serial number that a
    load without a batch of its own holds.  ``units`` are the single devices of each serial
    number: the number of the node and the key of its device identifier.
    """

    entrustment_id: UUID | None
    batches: Mapping[str, Batch] = field(default_factory=dict)
    definitions: Mapping[UUID, Definition] = field(default_factory=dict)
    equipment: Mapping[str, Equipment] = field(default_factory=dict)
    areas: Mapping[str, Area] = field(default_factory=dict)
    people: Mapping[str, Sequence[Person]] = field(default_factory=dict)
    lots: Mapping[str, MaterialLot] = field(default_factory=dict)
    pieces: Mapping[str, tuple[MaterialLot, str]] = field(default_factory=dict)
    at_home: Mapping[tuple[Thing, str], int] = field(default_factory=dict)
    items: Sequence[TradeItem] = ()
    units: Mapping[str, Sequence[tuple[int, int]]] = field(default_factory=dict)
    covered: Mapping[str, str] = field(default_factory=dict)
    _steps: dict[tuple[str, str], DefinitionStep | None] = field(default_factory=dict)

    @property
    def all_lots(self) -> list[MaterialLot]:
        """Those that are named, and those of the pieces that are."""
        return list(
            {each.id: each for each in (*self.lots.values(), *(lot for lot, _ in self.pieces.values()))}.values()
        )

    def about(self, act: Act) -> list[str]:
        """The batches that an act is about: its own, or those of what a load without one holds."""
        if act.batch or act.kind is not Deed.STERILISE:
            return [act.batch] if act.batch else []
        held = (
            each.code if each.kind == Thing.BATCH else each.batch or self.covered.get(each.code) for each in act.touches
        )
        return sorted({each for each in held if each})

    def definition_of(self, batch: str) -> Definition | None:
        found = self.batches.get(batch)
        return self.definitions.get(found.definition_id) if found and found.definition_id else None

    def step_of(self, act: Act) -> DefinitionStep | None:
        """The step of the routing that an act names, by its name or its position; each looked up once."""
        key = (act.batch, act.step)
        if key not in self._steps:
            definition = self.definition_of(act.batch)
            steps = definition.standing("steps") if definition else []
            wanted = folded(act.step)
            found = (each for each in steps if wanted in (folded(each.name), str(each.position)))
            self._steps[key] = next(found, None)
        return self._steps[key]

    def item_of(self, item: Item, batch: str) -> TradeItem | None:
        """The identifier a serial number counts under: the one it names, else the only one its product is sold by."""
        if item.di:
            return next((each for each in self.items if each.di == item.di), None)
        product = self.batches[batch].product_id if batch in self.batches else None
        found = [each for each in self.items if each.level == "unit" and product in (None, each.product_id)]
        standing = [each for each in found if each.until is None and each.is_primary] or found
        return standing[0] if len(standing) == 1 else None


def look_up(acts: Sequence[Act], entrustment_id: UUID | None) -> Books:
    """In a dozen queries, however many acts."""
    items = [each for act in acts for each in _items(act)]
    numbers = {each.equipment for each in acts} | {value.instrument for each in acts for value in each.values}
    loads = [each for each in acts if each.kind is Deed.STERILISE and not each.batch]
    covered = _covered({each.code for load in loads for each in load.touches}, entrustment_id)
    batches = _batches(
        {act.batch for act in acts}
        | _codes(items, Thing.BATCH)
        | {each.batch for each in items}
        | set(covered.values()),
        entrustment_id,
    )
    lots = _codes(items, *LOTS)
    parted = lots_in(_codes(items, Thing.LOT))
    of_house = _of_house(MaterialLot, lots | {lot for lot, _ in parted.values()})
    return Books(
        entrustment_id,
        batches=batches,
        definitions=_definitions({each.definition_id for each in batches.values()}),
        equipment=_of_house(Equipment, numbers, selectinload(Equipment.proofs)),
        areas=_of_house(Area, {each.area for each in acts}),
        people=_people({name for each in acts for name in (each.operator, each.second)}),
        lots={number: lot for number, lot in of_house.items() if number in lots},
        pieces={
            code: (of_house[lot], serial)
            for code, (lot, serial) in parted.items()
            if code not in of_house and lot in of_house
        },
        at_home=_at_home(lots),
        items=identifiers_in([entrustment_id])[entrustment_id] if entrustment_id else (),
        units=_units(_codes([each for act in acts for each in _given(act)], Thing.UNIT), entrustment_id),
        covered=covered,
    )


def _covered(codes: set[str], entrustment_id: UUID | None) -> dict[str, str]:
    """The number of the batch of each of these single devices or parts."""
    folios = [each.number for each in folios_of(entrustment_id)] if codes else []
    batch = aliased(Node)
    found: dict[str, str] = {}
    for some in in_turn(codes if folios else ()):
        wanted = select(Node.code, batch.code).join(batch, batch.id == Node.batch)
        rows = session.execute(wanted.where(Node.folio.in_(folios), Node.code.in_(some)))
        found |= {code: number for code, number in rows}  # noqa: C416  a row is no pair to mypy
    return found


def _items(act: Act) -> Iterable[Item]:
    subjects = (each.subject for each in act.values)
    return (each for each in (*act.uses, *act.makes, *act.touches, *act.moves, act.package, *subjects) if each)


def _given(act: Act) -> Iterable[Item]:
    """The things that an act finds, and does not make."""
    made = set(act.makes)
    return (each for each in _items(act) if each not in made)


def _codes(items: Iterable[Item], *kinds: Thing) -> set[str]:
    return {each.code for each in items if each.kind in kinds}


def _batches(numbers: set[str], entrustment_id: UUID | None) -> dict[str, Batch]:
    found: dict[str, Batch] = {}
    for some in in_turn(numbers - {""} if entrustment_id else ()):
        wanted = select(Batch).where(Batch.entrustment_id == entrustment_id, Batch.number.in_(some))
        found |= {each.number: each for each in session.scalars(wanted).unique()}
    return found


def _definitions(ids: Iterable[UUID | None]) -> dict[UUID, Definition]:
    wanted = select(Definition).where(Definition.id.in_({each for each in ids if each}))
    along = (selectinload(Definition.steps), selectinload(Definition.inspections), selectinload(Definition.materials))
    return {each.id: each for each in session.scalars(wanted.options(*along)).unique()}


def _of_house(kind: Any, numbers: set[str], *along: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for some in in_turn(numbers - {""}):
        wanted = select(kind).where(kind.owner_id == current_tenant(), kind.number.in_(some)).options(*along)
        found |= {each.number: each for each in session.scalars(wanted).unique()}
    return found


def _people(names: set[str]) -> dict[str, list[Person]]:
    asked = {name.strip().casefold() for name in names} - {""}
    found: dict[str, list[Person]] = defaultdict(list)
    for some in in_turn(asked):
        named = func.lower(Person.name).in_(some) | func.lower(Person.email).in_(some)
        for each in session.scalars(select(Person).where(Person.owner_id == current_tenant(), named)):
            for name in {each.name.casefold(), each.email.casefold()}:
                found[name].append(each)
    return found


def _at_home(codes: set[str]) -> dict[tuple[Thing, str], int]:
    home = [each.number for each in folios_of(None) if each.owner_id == current_tenant()]
    found: dict[tuple[Thing, str], int] = {}
    for some in in_turn(codes if home else ()):
        wanted = select(Node.kind, Node.code, Node.id).where(Node.folio.in_(home), Node.code.in_(some))
        rows = session.execute(wanted.where(Node.kind.in_([each.value for each in LOTS])))
        found |= {(Thing(kind), code): node for kind, code, node in rows}
    return found


def _units(codes: set[str], entrustment_id: UUID | None) -> dict[str, list[tuple[int, int]]]:
    folios = [each.number for each in folios_of(entrustment_id)] if codes else []
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for some in in_turn(codes):
        wanted = select(Node.code, Node.id, Node.item).where(
            Node.folio.in_(folios), Node.kind == Thing.UNIT.value, Node.code.in_(some)
        )
        for code, node, item in session.execute(wanted):
            found[code].append((node, item))
    return found
