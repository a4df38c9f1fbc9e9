"""Putting authorisations and their amendments on record."""

from typing import Any
from uuid import UUID

from portal.acting import start, tell
from portal.db import new_id
from portal.identity import Actor
from portal.records.authorisation import Authorisation
from portal.records.file import StoredFile
from workflows.authorisation import AMEND, PREPARE


def prepare(
    *,
    given: dict[str, Any],
    name: str,
    person_id: UUID | None,
    by: Actor,
    authorisation_id: UUID | None = None,
    evidence: StoredFile | None = None,
) -> Authorisation:
    """``given`` are the columns that were typed; ``person_id`` is there for somebody of the portal."""
    made = Authorisation(id=authorisation_id or new_id(), person_name=name, person_id=person_id, **given)
    made.evidence_id = evidence.id if evidence else None
    start(made, PREPARE.event, actor=by, also=[evidence] if evidence else None)
    return made


def amend(
    authorisation: Authorisation,
    *,
    given: dict[str, Any],
    name: str,
    person_id: UUID | None,
    by: Actor,
    evidence: StoredFile | None = None,
) -> None:
    """A new paper takes the place of the one before; without one, that stays."""
    for column, value in (given | {"person_name": name, "person_id": person_id}).items():
        setattr(authorisation, column, value)
    if evidence:
        authorisation.evidence_id = evidence.id
    tell(authorisation, AMEND.event, actor=by, also=[evidence] if evidence else None)
