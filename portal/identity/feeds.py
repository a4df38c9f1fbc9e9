"""Whose calendar a secret address opens: one person's, for reading, for as long as they hold what they held."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, update

from portal.db import glance, now, session
from portal.identity.factors import note
from portal.identity.sessions import hash_of
from portal.records.feed import CalendarFeed
from portal.records.organisation import Organisation
from portal.records.person import Person
from portal.tenancy import beyond_tenants
from workflows.powers import Power, Role, powers_of


@dataclass(frozen=True, slots=True)
class FeedReader:
    """Whoever's calendar is read, with the roles they hold at this moment; a program asks in their place."""

    id: UUID
    organisation_id: UUID
    roles: frozenset[Role]
    language: str
    covers: str

    @property
    def powers(self) -> frozenset[Power]:
        return powers_of(self.roles)


def reader_of(token: str) -> FeedReader | None:
    """Rights are read anew each time; an ended feed, a person who left and an authority read nothing."""
    with beyond_tenants("identity: whose calendar is this"), glance() as books:
        found = books.execute(
            select(CalendarFeed.covers, Person)
            .join(Person, Person.id == CalendarFeed.person_id)
            .join(Organisation, Organisation.id == Person.owner_id)
            .where(CalendarFeed.token_hash == hash_of(token), CalendarFeed.ended_at.is_(None))
            .where(Person.deactivated_at.is_(None), Organisation.is_authority.is_(False))
        ).first()
    if found is None:
        return None
    covers, person = found
    return FeedReader(person.id, person.owner_id, frozenset(map(Role, person.roles)), person.language, covers)


def open_feed(person_id: UUID, organisation_id: UUID, covers: str) -> str:
    """End the one before, and return the token of the new one, 256 random bits, which is not kept anywhere.

    In the transaction of the person who asks, as all that follows.
    """
    token = secrets.token_urlsafe(32)
    _end(person_id)
    session.add(
        CalendarFeed(person_id=person_id, token_hash=hash_of(token), covers=covers, made_at=now(), ended_at=None)
    )
    note(session, "feed.opened", person_id, organisation_id, covers)
    return token


def end_feed(person_id: UUID, organisation_id: UUID) -> None:
    _end(person_id)
    note(session, "feed.ended", person_id, organisation_id)


def feed_of(person_id: UUID) -> CalendarFeed | None:
    wanted = select(CalendarFeed).where(CalendarFeed.person_id == person_id, CalendarFeed.ended_at.is_(None))
    return session.scalars(wanted).first()


def _end(person_id: UUID) -> None:
    same = (CalendarFeed.person_id == person_id, CalendarFeed.ended_at.is_(None))
    ended = update(CalendarFeed).where(*same).values(ended_at=now())
    session.execute(ended.execution_options(synchronize_session=False))
