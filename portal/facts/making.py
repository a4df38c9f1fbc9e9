"""What carrying out steps depends on, gathered for many of them at once: equipment, operators, room, on the day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.db import session, today
from portal.records.authorisation import Authorisation
from portal.records.equipment import Area, Equipment
from portal.tenancy import current_tenant
from workflows.criterion import folded
from workflows.making import WATCHED, MakingFacts
from workflows.proving import CALIBRATION


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody at work: a person of the portal, or a name where they have no account."""

    name: str
    person_id: UUID | None = None

    def is_named_by(self, authorisation: Authorisation) -> bool:
        if self.person_id or authorisation.person_id:
            return self.person_id == authorisation.person_id
        return folded(self.name) == folded(authorisation.person_name)

    def is_another_than(self, other: "Operator") -> bool:
        """Somebody with an account and a mere name are told apart by the name: one person may be written both ways."""
        if self.person_id and other.person_id:
            return self.person_id != other.person_id
        return folded(self.name) != folded(other.name)


@dataclass(frozen=True, slots=True)
class Step:
    """A step as somebody wants to record it: ``operation`` is one of OPERATIONS, ``grade_needed`` one of GRADES or
    empty, ``is_special`` whether the definition calls it a special process."""

    on: date
    operation: str
    operator: Operator
    equipment_ids: tuple[UUID, ...] = ()
    area_id: UUID | None = None
    second: Operator | None = None
    grade_needed: str = ""
    is_special: bool = False


@dataclass(frozen=True, slots=True)
class Shop:
    """The own plant's equipment with its proofs, rooms and authorisations, as far as some steps name them."""

    equipment: Mapping[UUID, Equipment] = field(default_factory=dict)
    areas: Mapping[UUID, Area] = field(default_factory=dict)
    authorisations: Sequence[Authorisation] = ()


def making_facts(steps: Sequence[Step]) -> list[MakingFacts]:
    """In the order of ``steps``, in four queries however many there are."""
    shop = shop_of(steps)
    return [facts_of(each, shop) for each in steps]


def shop_of(steps: Iterable[Step]) -> Shop:
    named = list(steps)
    mine = current_tenant()
    machines = {each for step in named for each in step.equipment_ids}
    rooms = {step.area_id for step in named if step.area_id}
    days = [step.on for step in named]
    asked = select(Equipment).where(Equipment.owner_id == mine, Equipment.id.in_(machines))
    wanted = select(Authorisation).where(Authorisation.owner_id == mine, Authorisation.granted_at.is_not(None))
    if days:
        wanted = wanted.where(Authorisation.since <= max(days), Authorisation.until >= min(days))
    return Shop(
        {each.id: each for each in session.scalars(asked.options(selectinload(Equipment.proofs)))},
        {each.id: each for each in session.scalars(select(Area).where(Area.owner_id == mine, Area.id.in_(rooms)))},
        session.scalars(wanted).all(),
    )


def facts_of(step: Step, shop: Shop) -> MakingFacts:
    found = [shop.equipment[each] for each in step.equipment_ids if each in shop.equipment]
    area = shop.areas.get(step.area_id) if step.area_id else None
    lacks = {each.number: each.lacks(step.on) for each in found}
    second = step.second
    return MakingFacts(
        on=step.on.isoformat(),
        is_future=step.on > today(),
        operation=step.operation,
        unknown=len(step.equipment_ids) - len(found) + (step.area_id is not None and area is None),
        idle=tuple(each.number for each in found if not each.used_on(step.on)),
        unfit=tuple(each.number for each in found if step.operation not in each.operations),
        uncalibrated=tuple(number for number, kinds in lacks.items() if CALIBRATION in kinds),
        unvalidated=tuple(number for number, kinds in lacks.items() if set(kinds) - {CALIBRATION}),
        operator=step.operator.name,
        operator_authorised=_is_authorised(step.operator, step, shop),
        watched=step.is_special or step.operation in WATCHED,
        second=second.name if second else "",
        second_is_another=second is not None and second.is_another_than(step.operator),
        second_authorised=second is not None and _is_authorised(second, step, shop),
        area=f"{area.number} {area.name}" if area else "",
        area_in_use=area is not None and area.used_on(step.on),
        grade=area.grade if area else "",
        grade_needed=step.grade_needed,
    )


def _is_authorised(operator: Operator, step: Step, shop: Shop) -> bool:
    """By one authorisation, or by several where each covers some of the equipment."""
    counting = [each for each in shop.authorisations if operator.is_named_by(each) and each.counts_on(step.on)]
    parts: list[tuple[UUID, ...]] = [(each,) for each in step.equipment_ids] or [()]
    return all(any(each.covers(step.operation, part) for each in counting) for part in parts)
