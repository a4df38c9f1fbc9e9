"""The person behind a request, as every other part sees them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Request, current_app
from flask_login import UserMixin
from sqlalchemy import select, update

from portal.db import aside, glance, now
from portal.identity.sessions import cookie_name, hash_of
from portal.records.organisation import Organisation
from portal.records.person import Person
from portal.records.proof import WebSession
from portal.settings import Settings
from portal.tenancy import beyond_tenants
from workflows.powers import ROLE_NAMES, Power, Role, powers_of
from workflows.words import N_

PASSWORD_AND_CODE = N_("password and one-time code")


@dataclass(frozen=True, slots=True)
class Actor(UserMixin):  # type: ignore[misc]  # Flask-Login ships no types
    id: UUID
    name: str
    title: str
    organisation_id: UUID
    organisation_name: str
    is_authority: bool
    roles: frozenset[Role]
    session_id: UUID
    signed_in_at: datetime
    language: str
    proved: str = PASSWORD_AND_CODE
    province: str = ""

    @property
    def powers(self) -> frozenset[Power]:
        return powers_of(self.roles)

    @property
    def role_names(self) -> list[str]:
        return sorted(self.roles)

    @property
    def role_labels(self) -> list[str]:
        return [ROLE_NAMES[role] for role in sorted(self.roles)]

    def may(self, power: Power) -> bool:
        return power in self.powers


def recognise(request: Request) -> Actor | None:
    """The person whose session cookie this is, or None.

    Rights are read anew each time.  Ends for good when idle or old; a deactivated person is nobody.
    """
    settings: Settings = current_app.config["SETTINGS"]
    token = request.cookies.get(cookie_name(settings))
    if not token:
        return None
    with beyond_tenants("identity: whose session is this"), glance() as books:
        row: Any = books.execute(
            select(WebSession, Person, Organisation)
            .join(Person, Person.id == WebSession.person_id)
            .join(Organisation, Organisation.id == Person.owner_id)
            .where(WebSession.token_hash == hash_of(token), WebSession.ended_at.is_(None))
            .where(Person.deactivated_at.is_(None))
        ).first()
        if row is None or not _alive(row[0], settings):
            return None
    found, person, organisation = row
    if now() - found.seen_at > timedelta(minutes=1):
        _seen(found.id)
    return Actor(
        id=person.id,
        name=person.name,
        title=person.title,
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        is_authority=organisation.is_authority,
        roles=frozenset(map(Role, person.roles)),
        session_id=found.id,
        signed_in_at=found.signed_in_at,
        language=person.language,
        province=organisation.province,
    )


def _seen(session_id: UUID) -> None:
    """Only a session that still lives is prolonged: a request on its way cannot bring back an ended one."""
    with beyond_tenants("identity: a session is in use"), aside() as books:
        books.execute(
            update(WebSession).where(WebSession.id == session_id, WebSession.ended_at.is_(None)).values(seen_at=now())
        )


def _alive(found: WebSession, settings: Settings) -> bool:
    idle = now() - found.seen_at > timedelta(minutes=settings.idle_minutes)
    old = now() - found.signed_in_at > timedelta(minutes=settings.absolute_minutes)
    return not idle and not old
