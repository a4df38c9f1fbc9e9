"""Putting materials on record."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from portal.acting import start, tell
from portal.db import new_id, session
from portal.identity import Actor
from portal.records.material import Material
from portal.tenancy import current_tenant
from workflows.material import AMEND, ENTER


def enter(given: Mapping[str, Any], *, by: Actor) -> Material:
    made = Material(id=new_id(), **given)
    start(made, ENTER.event, actor=by)
    return made


def amend(material: Material, given: Mapping[str, Any], *, by: Actor) -> None:
    for column, value in given.items():
        setattr(material, column, value)
    tell(material, AMEND.event, actor=by)


def is_taken(code: str, material: Material | None = None) -> bool:
    """Whether another material of the house has the code."""
    wanted = select(Material.id).where(Material.owner_id == current_tenant(), Material.code == code)
    found = session.scalars(wanted).first()
    return found is not None and (material is None or found != material.id)
