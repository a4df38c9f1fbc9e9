"""The way back in for somebody who lost everything: two others open it together, and everybody concerned is told."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Update, select, update
from sqlalchemy.orm import Session, aliased

from portal.db import aside, glance, now
from portal.identity.actor import Actor
from portal.identity.factors import Enrolment, note, replace_factors, take_factors
from portal.identity.passwords import remember
from portal.identity.sessions import end_sessions, hash_of
from portal.records.organisation import Organisation
from portal.records.person import Person
from portal.records.proof import FactorReset, RecoveryCode, Secret
from portal.tenancy import beyond_tenants
from workflows.powers import Power, Role
from workflows.words import N_

PROPOSAL_HOLDS = timedelta(days=7)
LINK_HOLDS = timedelta(hours=24)
NO_SIGNING = timedelta(hours=24)
TOLD_FOR = timedelta(days=14)
OVERSEERS = frozenset(
    {
        Role.MANAGEMENT_REPRESENTATIVE,
        Role.MANUFACTURER_QUALITY_MANAGER,
        Role.ORGANISATION_ADMINISTRATOR,
        Role.REGISTRANT_QUALITY_MANAGER,
    }
)
BY_LINK = N_("link of a reset by two persons")


class NotOpen(Exception):
    """There is no proposal any more that this person could confirm, or the link has been used."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A reset as a page tells of it; ``by`` and ``confirmed_by`` are names."""

    id: UUID
    person_id: UUID
    person: str
    by_id: UUID
    by: str
    proposed_at: datetime
    reason: str
    confirmed_by: str | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Returning:
    """Whoever holds the link of a reset, as far as they may know it."""

    reset_id: UUID
    id: UUID
    name: str
    email: str
    organisation_id: UUID
    organisation_name: str
    is_authority: bool
    token_hash: str
    role_names: tuple[str, ...] = ()
    proved: str = BY_LINK


def propose(organisation_id: UUID, person_id: UUID, by_id: UUID, reason: str) -> None:
    with beyond_tenants("identity: propose a reset"), aside() as books:
        books.add(
            FactorReset(
                organisation_id=organisation_id,
                person_id=person_id,
                reason=reason,
                proposed_by_id=by_id,
                proposed_at=now(),
                withdrawn_at=None,
                confirmed_by_id=None,
                confirmed_at=None,
                token_hash=None,
                expires_at=None,
                used_at=None,
            )
        )
        note(books, "reset.proposed", person_id, organisation_id, f"by {by_id}")


def withdraw(organisation_id: UUID, reset_id: UUID, by_id: UUID) -> None:
    """Raises :class:`NotOpen`."""
    with beyond_tenants("identity: withdraw a reset"), aside() as books:
        taken = books.execute(_open(organisation_id, reset_id).values(withdrawn_at=now()))
        if taken.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE always counts its rows
            raise NotOpen
        found = books.get_one(FactorReset, reset_id)
        note(books, "reset.withdrawn", found.person_id, organisation_id, f"by {by_id}")


def confirm(organisation_id: UUID, reset_id: UUID, by_id: UUID) -> str:
    """End every factor and session of the person and return the token of the one link back; raises :class:`NotOpen`.

    One transaction, and of two who confirm at once only one finds the proposal open.  The database itself refuses a
    second person who is the first one, or the one concerned.
    """
    token, at = secrets.token_urlsafe(32), now()
    with beyond_tenants("identity: confirm a reset"), aside() as books:
        proposed = books.get(FactorReset, reset_id)
        if proposed is None or by_id in (proposed.proposed_by_id, proposed.person_id):
            raise NotOpen
        person_id = proposed.person_id
        claimed = books.execute(
            _open(organisation_id, reset_id).values(
                confirmed_by_id=by_id, confirmed_at=at, token_hash=hash_of(token), expires_at=at + LINK_HOLDS
            )
        )
        if claimed.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE always counts its rows
            raise NotOpen
        take_factors(books, person_id)
        _end_the_rest(books, person_id)
        _bar(books, person_id)
        note(books, "reset.confirmed", person_id, organisation_id, f"by {by_id}")
    return token


def returning(token: str) -> Returning | None:
    """Whose way back this link is; None for one that is unknown, used or too old."""
    token_hash = hash_of(token)
    with beyond_tenants("identity: whose way back is this"), glance() as books:
        found = books.execute(
            select(FactorReset.id, Person, Organisation)
            .join(Person, Person.id == FactorReset.person_id)
            .join(Organisation, Organisation.id == Person.owner_id)
            .where(FactorReset.token_hash == token_hash, FactorReset.used_at.is_(None))
            .where(FactorReset.expires_at > now(), Person.deactivated_at.is_(None))
        ).first()
    if found is None:
        return None
    reset_id, person, organisation = found
    return Returning(
        reset_id=reset_id,
        id=person.id,
        name=person.name,
        email=person.email,
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        is_authority=organisation.is_authority,
        token_hash=token_hash,
    )


def come_back(who: Returning, enrolment: Enrolment, secret_key: str) -> None:
    """Use the link up and set the new password and factors; a day passes before the first signature."""
    with beyond_tenants("identity: come back by a reset"), aside() as books:
        used = books.execute(
            update(FactorReset)
            .where(FactorReset.id == who.reset_id, FactorReset.used_at.is_(None), FactorReset.expires_at > now())
            .values(used_at=now())
            .execution_options(synchronize_session=False)
        )
        if used.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE always counts its rows
            raise NotOpen
        replace_factors(books, who.id, enrolment, secret_key)
        _end_the_rest(books, who.id)
        _bar(books, who.id)
        note(books, "reset.used", who.id, who.organisation_id)
    remember(who.id)


def proposed_for(organisation_id: UUID, person_id: UUID) -> Standing | None:
    """The open proposal about a person of this organisation."""
    return next((each for each in _standing(organisation_id, confirmed=False) if each.person_id == person_id), None)


def proposed_in(organisation_id: UUID) -> Sequence[Standing]:
    return _standing(organisation_id, confirmed=False)


def confirmed_in(organisation_id: UUID) -> Sequence[Standing]:
    """What has been reset within the last two weeks, for those who must hear of it."""
    return _standing(organisation_id, confirmed=True)


@dataclass(frozen=True, slots=True)
class Notices:
    """What one person's pages tell of resets: those done that they must hear of, those that wait for their hand."""

    done: list[Standing]
    waiting: list[Standing]


def told_to(actor: Actor) -> Notices:
    """The person concerned hears of it, and so do those who answer for quality and for the people of the house."""
    if not actor.resets_afoot:
        return Notices([], [])
    overseeing = bool(actor.roles & OVERSEERS)
    done = [each for each in confirmed_in(actor.organisation_id) if overseeing or each.person_id == actor.id]
    waiting = proposed_in(actor.organisation_id) if actor.may(Power.PERSON_RESTORE) else []
    return Notices(done, [each for each in waiting if actor.id not in (each.person_id, each.by_id)])


def _standing(organisation_id: UUID, *, confirmed: bool) -> list[Standing]:
    concerned, first, second = aliased(Person), aliased(Person), aliased(Person)
    wanted = (
        select(FactorReset, concerned.name, first.name, second.name)
        .join(concerned, concerned.id == FactorReset.person_id)
        .join(first, first.id == FactorReset.proposed_by_id)
        .outerjoin(second, second.id == FactorReset.confirmed_by_id)
        .where(FactorReset.organisation_id == organisation_id, FactorReset.withdrawn_at.is_(None))
        .order_by(FactorReset.id.desc())
    )
    if confirmed:
        wanted = wanted.where(FactorReset.confirmed_at > now() - TOLD_FOR)
    else:
        wanted = wanted.where(FactorReset.confirmed_at.is_(None), FactorReset.proposed_at > now() - PROPOSAL_HOLDS)
    with beyond_tenants("identity: resets of an organisation"), glance() as books:
        rows = books.execute(wanted).all()
    return [
        Standing(
            id=each.id,
            person_id=each.person_id,
            person=person,
            by_id=each.proposed_by_id,
            by=by,
            proposed_at=each.proposed_at,
            reason=each.reason,
            confirmed_by=confirmed_by,
            confirmed_at=each.confirmed_at,
        )
        for each, person, by, confirmed_by in rows
    ]


def _open(organisation_id: UUID, reset_id: UUID) -> Update:
    return (
        update(FactorReset)
        .where(FactorReset.id == reset_id, FactorReset.organisation_id == organisation_id)
        .where(FactorReset.confirmed_at.is_(None), FactorReset.withdrawn_at.is_(None))
        .where(FactorReset.proposed_at > now() - PROPOSAL_HOLDS)
        .execution_options(synchronize_session=False)
    )


def _end_the_rest(books: Session, person_id: UUID) -> None:
    """Sessions and recovery codes."""
    end_sessions(books, person_id)
    books.execute(
        update(RecoveryCode)
        .where(RecoveryCode.person_id == person_id, RecoveryCode.replaced_at.is_(None))
        .values(replaced_at=now())
        .execution_options(synchronize_session=False)
    )


def _bar(books: Session, person_id: UUID) -> None:
    books.execute(
        update(Secret)
        .where(Secret.id == person_id)
        .values(signs_from=now() + NO_SIGNING)
        .execution_options(synchronize_session=False)
    )
