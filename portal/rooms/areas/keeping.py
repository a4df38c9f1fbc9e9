"""Putting rooms and their amendments on record."""

from typing import Any
from uuid import UUID

from portal.acting import start, tell
from portal.db import new_id
from portal.identity import Actor
from portal.records.equipment import Area
from portal.records.file import StoredFile
from workflows.area import AMEND, ENTER


def enter(given: dict[str, Any], *, by: Actor, area_id: UUID | None = None, file: StoredFile | None = None) -> Area:
    """``given`` are the columns that were typed."""
    made = Area(id=area_id or new_id(), file_id=file.id if file else None, **given)
    start(made, ENTER.event, actor=by, also=[file] if file else None)
    return made


def amend(area: Area, given: dict[str, Any], *, by: Actor, file: StoredFile | None = None) -> None:
    """A new paper takes the place of the one before; without one, that stays."""
    for column, value in given.items():
        setattr(area, column, value)
    if file:
        area.file_id = file.id
    tell(area, AMEND.event, actor=by, also=[file] if file else None)
