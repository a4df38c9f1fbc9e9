"""What houses keep in their own books, as the authority of their province sees it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload
from sqlalchemy.orm.interfaces import ORMOption

from portal.db import session
from portal.records.appointment import Appointment
from portal.records.authorisation import Authorisation
from portal.records.duty import Duty
from portal.records.equipment import Area, Equipment
from portal.records.hearing import Hearing
from portal.records.material import Material
from portal.records.material_lot import MaterialLot
from portal.records.self_inspection import SelfInspection
from portal.records.supplier import Supplier

MOST = 100


@dataclass(frozen=True, slots=True)
class OwnBooks:
    """The records of a house in no entrustment that the reader may see, the newest first."""

    appointments: list[Appointment]
    hearings: list[Hearing]
    reports: list[SelfInspection]
    duties: list[Duty]
    suppliers: list[Supplier]
    materials: list[Material]
    lots: list[MaterialLot]
    equipment: list[Equipment]
    areas: list[Area]
    authorisations: list[Authorisation]

    @classmethod
    def of(cls, organisation_id: UUID) -> "OwnBooks":
        appointed = select(Appointment).where(Appointment.owner_id == organisation_id)
        appointed = appointed.where(Appointment.appointed_at.is_not(None)).order_by(Appointment.id.desc())
        heard = select(Hearing).where(Hearing.owner_id == organisation_id, Hearing.state == "signed")
        reported = select(SelfInspection).where(
            SelfInspection.owner_id == organisation_id, SelfInspection.state == "signed"
        )
        owed = select(Duty).where(Duty.owner_id == organisation_id, Duty.entrustment_id.is_(None))
        return cls(
            list(session.scalars(appointed.limit(MOST))),
            list(session.scalars(heard.order_by(Hearing.held_on.desc(), Hearing.id.desc()).limit(MOST))),
            list(session.scalars(reported.order_by(SelfInspection.year.desc()).limit(MOST))),
            list(session.scalars(owed.order_by(Duty.id.desc()).limit(MOST))),
            _of(Supplier, organisation_id),
            _of(Material, organisation_id),
            _of(MaterialLot, organisation_id),
            _of_plant(Equipment, organisation_id, Equipment.number, selectinload(Equipment.proofs)),
            _of_plant(Area, organisation_id, Area.number),
            _of_plant(Authorisation, organisation_id, Authorisation.id.desc()),
        )

    @property
    def is_empty(self) -> bool:
        return not (self.appointments or self.hearings or self.duties)


def _of(kind: Any, organisation_id: UUID) -> list[Any]:
    wanted = select(kind).where(kind.owner_id == organisation_id).order_by(kind.id.desc())
    return list(session.scalars(wanted.limit(MOST)))


def _of_plant(kind: Any, organisation_id: UUID, order: Any, *along: ORMOption) -> list[Any]:
    """What a plant has that has not ended."""
    over = [each.name for each in kind.lifecycle.states if each.final]
    wanted = select(kind).where(kind.owner_id == organisation_id, kind.state.not_in(over)).options(*along)
    return list(session.scalars(wanted.order_by(order).limit(MOST)))


def overseen_houses() -> list[UUID]:
    """The houses of whose own books something is in sight."""
    owing = select(Duty.owner_id).where(Duty.entrustment_id.is_(None))
    appointing = select(Appointment.owner_id)
    return sorted({*session.scalars(owing.distinct()), *session.scalars(appointing.distinct())})
