"""Putting equipment, its amendments and its proofs on record."""

from typing import Any
from uuid import UUID

from portal import ledger
from portal.acting import start, tell
from portal.db import new_id, today
from portal.identity import Actor
from portal.records.equipment import Equipment, EquipmentProof
from portal.records.file import StoredFile
from workflows.equipment import AMEND, PROVE, REGISTER, STRIKE


def register(given: dict[str, Any], area_id: UUID | None, *, by: Actor) -> Equipment:
    """``given`` are the columns that were typed."""
    made = Equipment(id=new_id(), area_id=area_id, **given)
    start(made, REGISTER.event, actor=by)
    return made


def amend(equipment: Equipment, given: dict[str, Any], area_id: UUID | None, *, by: Actor) -> None:
    for column, value in (given | {"area_id": area_id}).items():
        setattr(equipment, column, value)
    tell(equipment, AMEND.event, actor=by)


def prove(
    equipment: Equipment, given: dict[str, Any], file: StoredFile, *, by: Actor, proof_id: UUID | None = None
) -> EquipmentProof:
    """``given`` are the columns that were typed; ``file`` is the certificate."""
    made = EquipmentProof(id=proof_id or new_id(), equipment_id=equipment.id, file_id=file.id, **given)
    ledger.write(made, PROVE.event, by=by, also=[file])
    return made


def strike(proof: EquipmentProof, because: str, *, by: Actor) -> None:
    proof.struck_on, proof.struck_because = today(), because
    ledger.write(proof, STRIKE.event, by=by, reason=because)
