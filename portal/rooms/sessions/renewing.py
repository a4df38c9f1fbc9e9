"""A password that has grown old is changed before anybody is let in, where the policy asks for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import session as form_cookie
from sqlalchemy import select

from portal.db import glance, now
from portal.identity.passwords import is_due
from portal.records.organisation import Organisation
from portal.records.person import Person
from portal.tenancy import beyond_tenants

A_PROOF_LASTS = timedelta(minutes=10)
KEY = "renewing"


@dataclass(frozen=True, slots=True)
class Renewal:
    """Who proved just now that it is them, and must choose another password; ``about`` are words of their own."""

    id: UUID
    organisation_id: UUID
    about: tuple[str, ...]


def begin_renewal(person_id: UUID) -> None:
    form_cookie[KEY] = [str(person_id), now().isoformat()]


def open_renewal() -> Renewal | None:
    """The renewal this browser is in; none when it is over, too old, or never began."""
    try:
        person_id, began = form_cookie.get(KEY, ["", ""])
        known, at = UUID(person_id), datetime.fromisoformat(began)
    except ValueError:
        return None
    if now() - at > A_PROOF_LASTS or not is_due(known):
        return None
    with beyond_tenants("identity: whose password is too old"), glance() as books:
        found: Any = books.execute(
            select(Organisation.id, Person.email, Person.name, Organisation.name)
            .join(Organisation, Organisation.id == Person.owner_id)
            .where(Person.id == known, Person.deactivated_at.is_(None))
        ).first()
    return Renewal(known, found[0], tuple(found[1:])) if found else None
