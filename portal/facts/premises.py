"""How the plant's equipment, rooms and operators stand today, and which proofs run out soon."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased, contains_eager

from portal.db import session, today
from portal.records.authorisation import Authorisation
from portal.records.equipment import Area, Equipment, EquipmentProof
from portal.records.evidence import ProductionLicence
from portal.tenancy import current_tenant
from workflows.area import AreaFacts
from workflows.authorisation import AuthorisationFacts
from workflows.equipment import EquipmentFacts
from workflows.proving import CALIBRATION

MOST = 50


def equipment_facts(equipment: Equipment) -> EquipmentFacts:
    lacks = equipment.lacks(today())
    return EquipmentFacts(
        state=equipment.state,
        calibrated=CALIBRATION not in lacks,
        unvalidated=tuple(each.upper() for each in lacks if each != CALIBRATION),
    )


def area_facts(area: Area) -> AreaFacts:
    return AreaFacts(state=area.state, licensed=area.site in licensed_sites())


def licensed_sites() -> list[str]:
    """The addresses that the own production licences in force today name."""
    wanted = select(ProductionLicence).where(
        ProductionLicence.retired_on.is_(None),
        ProductionLicence.valid_from <= today(),
        ProductionLicence.valid_until >= today(),
    )
    return sorted({site for each in session.scalars(wanted) for site in each.sites})


def authorisation_facts(authorisation: Authorisation, actor_id: UUID) -> AuthorisationFacts:
    trainer, learner = authorisation.trainer.casefold(), authorisation.person_name.casefold()
    return AuthorisationFacts(
        state=authorisation.state,
        evidenced=authorisation.evidence is not None and authorisation.evidence.accepted,
        own=authorisation.person_id == actor_id,
        trained_by_another=trainer != learner,
    )


def running_out(until: date) -> Sequence[EquipmentProof]:
    """The newest proof of each kind of own equipment in service that ends by ``until``, the first to end first."""
    newer = aliased(EquipmentProof)
    followed = exists().where(
        newer.equipment_id == EquipmentProof.equipment_id,
        newer.kind == EquipmentProof.kind,
        newer.struck_on.is_(None),
        newer.done_on > EquipmentProof.done_on,
    )
    wanted = (
        select(EquipmentProof)
        .join(EquipmentProof.equipment)
        .options(contains_eager(EquipmentProof.equipment))
        .where(Equipment.owner_id == current_tenant(), Equipment.state == "in_service")
        .where(EquipmentProof.struck_on.is_(None), EquipmentProof.due_on <= until, ~followed)
        .order_by(EquipmentProof.due_on, EquipmentProof.id)
    )
    return session.scalars(wanted.limit(MOST)).all()
