"""Putting suppliers and their evaluations on record."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from portal.acting import start, tell
from portal.db import new_id, session
from portal.identity import Actor
from portal.records.file import StoredFile
from portal.records.supplier import Supplier
from portal.tenancy import current_tenant
from workflows.supplier import AMEND, EVALUATE, LIST


def enter(given: Mapping[str, Any], *, by: Actor) -> Supplier:
    made = Supplier(
        id=new_id(),
        evaluation=None,
        evaluated_on=None,
        evidence_id=None,
        agreement=None,
        tells_changes=False,
        approved_at=None,
        suspended_at=None,
        ended_at=None,
        **given,
    )
    start(made, LIST.event, actor=by)
    return made


def amend(supplier: Supplier, given: Mapping[str, Any], *, by: Actor) -> None:
    for column, value in given.items():
        setattr(supplier, column, value)
    tell(supplier, AMEND.event, actor=by)


def evaluate(supplier: Supplier, given: Mapping[str, Any], *, evidence: StoredFile | None = None, by: Actor) -> None:
    """A new paper takes the place of the one before; without one, that stays."""
    for column, value in given.items():
        setattr(supplier, column, value)
    if evidence:
        supplier.evidence_id = evidence.id
    tell(supplier, EVALUATE.event, actor=by, also=[evidence] if evidence else None)


def is_taken(number: str, supplier: Supplier | None = None) -> bool:
    """Whether another supplier of the house bears the number."""
    wanted = select(Supplier.id).where(Supplier.owner_id == current_tenant(), Supplier.number == number)
    found = session.scalars(wanted).first()
    return found is not None and (supplier is None or found != supplier.id)
