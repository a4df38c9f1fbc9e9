"""Whether an act could be carried out as it is told: in its batch, with its equipment, operators, room and lots."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

from portal.db import CHINA
from portal.facts.making import Operator, Shop, Step, facts_of, shop_of
from portal.facts.material_lots import issuable
from portal.making.books import Books
from portal.records.material_lot import MaterialLot
from workflows.acts import Act
from workflows.engine import Check, Decision
from workflows.issuing import IssueFacts
from workflows.lineage import MOVING, Deed, Impossible, Thing
from workflows.making import CALIBRATED, CHECKS, IN_SERVICE, OPERATIONS, VALIDATED, MakingFacts
from workflows.part_acceptance import piece_code
from workflows.recording import may_record
from workflows.words import N_, Said

CARRIED_OUT = frozenset({Deed.STEP, Deed.REWORK, Deed.STERILISE, Deed.INSPECT})
# What is done to goods that have been released too.
AFTERWARDS = MOVING | {Deed.PACK, Deed.UNPACK, Deed.REJECT, Deed.SCRAP}
_BY_KIND = {Deed.STERILISE: "sterilisation", Deed.INSPECT: "inspection"}
_LOT = N_("Lot %(number)s cannot be used, since a condition is not met: %(says)s")
_FIT_TO_MEASURE: tuple[Check[MakingFacts], ...] = (IN_SERVICE, CALIBRATED, VALIDATED)


class Allowing:
    """Judges acts against what was looked up; alike steps of one day once."""

    def __init__(self, books: Books, acts: Sequence[Act]) -> None:
        self._books = books
        self._shop: Shop = shop_of(step for act in acts for step in self._steps(act))
        self._found: dict[tuple[Step, bool], list[Said]] = {}
        self._issued: dict[UUID, Mapping[UUID, Decision[IssueFacts]]] = {}

    def refuse(self, act: Act) -> None:
        """Raise :class:`workflows.lineage.Impossible` with the first thing that stands in the way."""
        for says in self._in_the_way(act):
            raise Impossible(act.place, says)

    def _in_the_way(self, act: Act) -> Iterator[Said]:
        if act.ended_at is not None and act.ended_at < act.began_at:
            yield Said(N_("It ends before it begins."))
        yield from self._about_its_batch(act)
        yield from self._unknown(act)
        for step in self._steps(act):
            yield from self._carried_out(step, measuring=step.operation == "")
        yield from self._lots(act)

    def _about_its_batch(self, act: Act) -> Iterator[Said]:
        if not act.batch:
            if act.kind is Deed.COMMISSION:
                yield Said(N_("Of which batch are the serial numbers? Name it."))
            yield from self._out_of_hand(act)
            return
        batch = self._books.batches.get(act.batch)
        if batch is None:
            yield Said(N_("There is no batch %(number)s in this entrustment."), {"number": act.batch})
        else:
            yield from self._out_of_hand(act)
        definition = self._books.definition_of(act.batch)
        if definition and act.kind is Deed.STEP and self._books.step_of(act) is None:
            steps = ", ".join(each.name for each in definition.standing("steps"))
            says = N_("The routing of %(version)s has no step “%(step)s”. It has: %(steps)s.")
            yield Said(says, {"version": definition.called, "step": act.step, "steps": steps})

    def _out_of_hand(self, act: Act) -> Iterator[Said]:
        for number in self._books.about(act):
            batch = self._books.batches.get(number)
            if batch is not None and act.kind not in AFTERWARDS and not may_record(batch.state):
                says = N_("Batch %(number)s is no more in the manufacturer's hands: %(state)s.")
                yield Said(says, {"number": number, "state": Said(batch.where.label)})

    def _unknown(self, act: Act) -> Iterator[Said]:
        numbers = [act.equipment, *(each.instrument for each in act.values)]
        for number in numbers:
            if number and number not in self._books.equipment:
                says = N_("There is no equipment %(number)s in the plant's books; take it up there first.")
                yield Said(says, {"number": number})
        if act.area and act.area not in self._books.areas:
            yield Said(
                N_("There is no room %(number)s in the plant's books; take it up there first."), {"number": act.area}
            )
        for name in (act.operator, act.second):
            if len(self._books.people.get(name.strip().casefold(), ())) > 1:
                says = N_("Several people are called %(name)s: write the e-mail address instead.")
                yield Said(says, {"name": name})
        routing = self._books.step_of(act)
        if act.kind is Deed.STEP and routing and routing.operation and act.operation not in ("", routing.operation):
            says = N_("The definition calls “%(step)s” %(operation)s, not %(told)s.")
            laid_down, told = (Said(OPERATIONS.get(each, each)) for each in (routing.operation, act.operation))
            yield Said(says, {"step": routing.name, "operation": laid_down, "told": told})
        if act.kind in CARRIED_OUT and not self._operation(act):
            yield Said(N_("Which operation is “%(step)s”? Name one of those known."), {"step": act.step})

    def _steps(self, act: Act) -> Iterator[Step]:
        """What of the act is asked of the rule of making: the work itself, and the instruments it was measured with."""
        day = (act.ended_at or act.began_at).astimezone(CHINA).date()
        machine = self._ids([act.equipment])
        routing = self._books.step_of(act)
        if act.kind in CARRIED_OUT:
            yield Step(
                on=day,
                operation=self._operation(act),
                operator=self.operator(act.operator),
                equipment_ids=machine,
                area_id=self._books.areas[act.area].id if act.area in self._books.areas else None,
                second=self.operator(act.second) if act.second else None,
                grade_needed=(routing.grade or "") if routing and act.kind is not Deed.INSPECT else "",
                is_special=routing is not None and routing.kind == "special",
            )
        instruments = self._ids(dict.fromkeys(each.instrument for each in act.values))
        measured = instruments if act.kind in CARRIED_OUT else (*machine, *instruments)
        if measured:
            yield Step(on=day, operation="", operator=Operator(""), equipment_ids=measured)

    def operator(self, name: str) -> Operator:
        found = self._books.people.get(name.strip().casefold(), ())
        return Operator(found[0].name, found[0].id) if len(found) == 1 else Operator(name.strip())

    def _operation(self, act: Act) -> str:
        """As it is told, or its kind or the definition says; else what the equipment alone serves."""
        routing = self._books.step_of(act)
        told = act.operation or _BY_KIND.get(act.kind) or (routing.operation if routing else None)
        if told:
            return told
        machine = self._books.equipment.get(act.equipment)
        return machine.operations[0] if machine and len(machine.operations) == 1 else ""

    def _ids(self, numbers: Iterable[str]) -> tuple[UUID, ...]:
        return tuple(self._books.equipment[each].id for each in numbers if each in self._books.equipment)

    def _carried_out(self, step: Step, *, measuring: bool) -> list[Said]:
        key = (step, measuring)
        if key not in self._found:
            facts = facts_of(step, self._shop)
            checks = _FIT_TO_MEASURE if measuring else CHECKS
            self._found[key] = [_told(each, facts) for each in checks if not each.holds(facts)]
        return self._found[key]

    def _lots(self, act: Act) -> Iterator[Said]:
        used = dict.fromkeys(each.code for each in act.uses if each.kind == Thing.LOT)
        lots = {code: self._books.lots[code] for code in used if code in self._books.lots}
        pieces = {code: self._books.pieces[code] for code in used if code in self._books.pieces}
        for lot, serial in pieces.values():
            yield from _unfit_piece(lot, serial)
        definition = self._books.definition_of(act.batch)
        for lot in dict.fromkeys([*lots.values(), *(lot for lot, _ in pieces.values())]):
            if lot.number in lots and lot.serials:
                says = N_("The pieces of lot %(number)s bear serial numbers: name each one, such as %(piece)s.")
                yield Said(says, {"number": lot.number, "piece": piece_code(lot.number, lot.serials[0])})
            if lot.number in lots and lot.number not in {each.code for each in act.quantities}:
                yield Said(N_("How much of lot %(number)s was used? Write it with its unit."), {"number": lot.number})
            if definition is None:
                yield from _unusable(lot)
                continue
            issued = self._issued.setdefault(definition.id, issuable(self._books.all_lots, definition))
            for finding in issued[lot.id].unmet:
                yield Said(_LOT, {"number": lot.number, "says": Said(finding.says)})


def _unfit_piece(lot: MaterialLot, serial: str) -> Iterator[Said]:
    """A lot lies in quarantine as a whole until somebody decides on it, so a piece waits with it."""
    parts = lot.parts
    if serial not in parts.serials:
        yield Said(N_("Lot %(number)s has no piece %(serial)s."), {"number": lot.number, "serial": serial})
    elif (reason := parts.rejected_serials.get(serial)) is not None:
        says = N_("Piece %(serial)s of lot %(number)s was rejected on receipt: %(reason)s")
        yield Said(says, {"number": lot.number, "serial": serial, "reason": reason})


def _unusable(lot: MaterialLot) -> Iterator[Said]:
    if lot.where.name != "accepted":
        says = N_("Lot %(number)s is not accepted: %(state)s.")
        yield Said(says, {"number": lot.number, "state": Said(lot.where.label)})


def _told(check: Check[MakingFacts], facts: MakingFacts) -> Said:
    """What is not so, and what is so instead."""
    instead = check.fact(facts) if check.fact else Said("")
    return Said(N_("A condition is not met: %(says)s %(instead)s"), {"says": Said(check.says), "instead": instead})
