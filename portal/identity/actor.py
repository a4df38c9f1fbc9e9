"""The person behind a request, as every other part sees them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, ClassVar
from uuid import UUID

from flask import current_app
from flask_login import UserMixin
from sqlalchemy import Select, bindparam, exists, select, update

from portal import cookies
from portal.db import Moment, aside, glance, now
from portal.identity.sessions import A_NEW_FACTOR, COOKIE, PASSWORD_AND_CODE, PASSWORD_AND_RECOVERY, hash_of
from portal.records.organisation import Organisation
from portal.records.person import Person
from portal.records.proof import FactorReset, Secret, WebSession
from portal.settings import Settings
from portal.tenancy import beyond_tenants
from workflows.powers import ROLE_NAMES, Power, Role, powers_of

# A proposal holds for seven days, and what came of it is told for fourteen.
RESETS_HEARD_OF = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Actor(UserMixin):  # type: ignore[misc]  # Flask-Login ships no types
    """``proved_at``: when they last proved themselves anew in this session; before ``signs_from`` they sign nothing.

    ``resets_afoot`` says whether factors of anybody in the house are being reset or were lately.
    """

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
    email: str = ""
    proved_at: datetime | None = None
    signs_from: datetime | None = None
    resets_afoot: bool = False
    is_machine: ClassVar[bool] = False

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


@dataclass(frozen=True, slots=True)
class Recovering:
    """Somebody on the way back in.  They stand behind one event: that a new factor is theirs."""

    session_id: UUID
    id: UUID
    name: str
    email: str
    organisation_id: UUID
    organisation_name: str
    is_authority: bool
    role_names: tuple[str, ...] = ()
    proved: str = PASSWORD_AND_RECOVERY


def recognise() -> Actor | None:
    """The person whose session cookie this is, or None.

    Rights are read anew each time.  Ends for good when idle or old; a deactivated person is nobody.
    """
    return _acting(_session_of(_brought(), _living("token_hash", None)))


def person_behind(session_id: UUID) -> Actor | None:
    """The same for a session that is known by its id, as when a link was given to whoever is signed in there."""
    return _acting(_session_of(session_id, _living("id", None)))


def _acting(found: Any) -> Actor | None:
    if found is None:
        return None
    living, person, organisation, signs_from, resets_afoot = found
    if now() - living.seen_at > timedelta(minutes=1):
        _seen(living.id)
    return Actor(
        id=person.id,
        name=person.name,
        title=person.title,
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        is_authority=organisation.is_authority,
        roles=frozenset(map(Role, person.roles)),
        session_id=living.id,
        signed_in_at=living.signed_in_at,
        language=person.language,
        proved=living.proved,
        province=organisation.province,
        email=person.email,
        proved_at=living.proved_at,
        signs_from=signs_from,
        resets_afoot=resets_afoot,
    )


def recovering() -> Recovering | None:
    """Who came in with a recovery code in this browser: somebody who may add a new factor and do nothing else."""
    if (found := _session_of(_brought(), _living("token_hash", A_NEW_FACTOR))) is None:
        return None
    living, person, organisation, *_ = found
    return Recovering(
        session_id=living.id,
        id=person.id,
        name=person.name,
        email=person.email,
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        is_authority=organisation.is_authority,
    )


def _brought() -> str | None:
    """The hash of the token that the browser brings."""
    token = cookies.read(COOKIE)
    return hash_of(token) if token else None


@cache
def _living(column: str, only_for: str | None) -> Select[*tuple[Any, ...]]:
    """A session that was not ended, found by a column of it.  Asked with every request, so put together once."""
    afoot = exists().where(
        FactorReset.organisation_id == Person.owner_id,
        FactorReset.withdrawn_at.is_(None),
        FactorReset.proposed_at > bindparam("heard_of_since", type_=Moment),
    )
    return (
        select(WebSession, Person, Organisation, Secret.signs_from, afoot)
        .join(Person, Person.id == WebSession.person_id)
        .join(Organisation, Organisation.id == Person.owner_id)
        .outerjoin(Secret, Secret.id == Person.id)
        .where(getattr(WebSession, column) == bindparam("key"), WebSession.only_for == only_for)
        .where(WebSession.ended_at.is_(None))
        .where(Person.deactivated_at.is_(None))
    )


def _session_of(key: str | UUID | None, which: Select[*tuple[Any, ...]]) -> Any:
    if key is None:
        return None
    settings: Settings = current_app.config["SETTINGS"]
    with beyond_tenants("identity: whose session is this"), glance() as books:
        row: Any = books.execute(which, {"key": key, "heard_of_since": now() - RESETS_HEARD_OF}).first()
    return tuple(row) if row is not None and _alive(row[0], row[1], row[2], settings) else None


def _seen(session_id: UUID) -> None:
    """Only a session that still lives is prolonged: a request on its way cannot bring back an ended one."""
    with beyond_tenants("identity: a session is in use"), aside() as books:
        books.execute(
            update(WebSession).where(WebSession.id == session_id, WebSession.ended_at.is_(None)).values(seen_at=now())
        )


def _alive(found: WebSession, person: Person, organisation: Organisation, settings: Settings) -> bool:
    """Who may do more, or sees what others may not, is asked again sooner."""
    watched = organisation.is_authority or Role.ORGANISATION_ADMINISTRATOR in person.roles or found.only_for
    longest = min(settings.idle_minutes, settings.idle_minutes_watched) if watched else settings.idle_minutes
    idle = now() - found.seen_at > timedelta(minutes=longest)
    old = now() - found.signed_in_at > timedelta(minutes=settings.absolute_minutes)
    return not idle and not old
