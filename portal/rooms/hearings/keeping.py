"""Putting hearings on record."""

from typing import Any
from uuid import UUID

from portal.acting import start, tell
from portal.db import new_id
from portal.identity import Actor
from portal.records.hearing import Hearing
from workflows.quarterly_hearing import AMEND, DRAFT


def draft(given: dict[str, Any], *, by: Actor) -> Hearing:
    made = Hearing(id=new_id(), **_as_kept(given))
    start(made, DRAFT.event, actor=by)
    return made


def amend(hearing: Hearing, given: dict[str, Any], *, by: Actor) -> None:
    for column, value in _as_kept(given).items():
        setattr(hearing, column, value)
    tell(hearing, AMEND.event, actor=by)


def _as_kept(given: dict[str, Any]) -> dict[str, Any]:
    return given | {"appointment_id": UUID(str(given["appointment_id"]))}
