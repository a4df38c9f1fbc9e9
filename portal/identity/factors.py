"""What a person proves themselves with, and how it changes: never to nothing, and never without a line in the log.

A change ends every session of the person in its own transaction, but the one that ``goes_on``: in which they made it.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, scoped_session

from portal.db import aside, glance, now
from portal.identity.passkeys import Fresh
from portal.identity.passwords import hash_password, remember
from portal.identity.proving import new_secret, sealed
from portal.identity.sessions import end_sessions
from portal.records.proof import Passkey, Secret, SecurityEvent
from portal.tenancy import beyond_tenants


class LastFactor(Exception):
    """It is the only thing the person can prove themselves with beside the password."""


class AlreadyHeld(Exception):
    """This passkey is known here already, as somebody's."""


@dataclass(frozen=True, slots=True)
class Factors:
    """What a person holds beside the password."""

    passkeys: tuple[Passkey, ...]
    codes: bool

    @property
    def credentials(self) -> list[str]:
        return [each.credential_id for each in self.passkeys]


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A password with what goes along with it: a new passkey, a one-time-code key whose ``step`` is spent, or both."""

    password: str
    passkey: Fresh | None = None
    passkey_name: str = ""
    totp_key: str | None = None
    step: int = 0


def factors_of(person_id: UUID) -> Factors:
    with beyond_tenants("identity: the factors of a person"), glance() as books:
        return _factors(books, person_id)


def refuse_held(fresh: Fresh) -> None:
    """Raises :class:`AlreadyHeld` if anybody has or had this passkey."""
    with beyond_tenants("identity: is this passkey anybody's"), glance() as books:
        if books.scalars(select(Passkey.id).where(Passkey.credential_id == fresh.credential_id)).first():
            raise AlreadyHeld


def enrol_factors(person_id: UUID, enrolment: Enrolment, secret_key: str) -> None:
    """Put down the first factors of somebody who is about to be a person; raises :class:`AlreadyHeld`."""
    secret = new_secret(person_id, enrolment.password, enrolment.totp_key, secret_key)
    secret.totp_last_step = enrolment.step
    try:
        with beyond_tenants("identity: the first factors of a person"), aside() as books:
            books.add(secret)
            _put(books, person_id, enrolment)
    except IntegrityError as taken:
        raise AlreadyHeld from taken


def replace_factors(books: Session, person_id: UUID, enrolment: Enrolment, secret_key: str) -> None:
    """Within the caller's transaction: this password and these factors, and none from before."""
    take_factors(books, person_id)
    secret = books.get_one(Secret, person_id, with_for_update=True)
    secret.password_hash = hash_password(enrolment.password)
    _set_codes(secret, enrolment.totp_key, enrolment.step, secret_key)
    secret.wrong_proofs, secret.locked_until = 0, None
    _put(books, person_id, enrolment)


def take_factors(books: Session, person_id: UUID) -> None:
    """Within the caller's transaction: password, one-time codes and passkeys of this person open nothing any more."""
    books.execute(
        update(Secret)
        .where(Secret.id == person_id)
        .values(password_hash="", totp_sealed=None)
        .execution_options(synchronize_session=False)
    )
    books.execute(
        update(Passkey)
        .where(Passkey.person_id == person_id, Passkey.removed_at.is_(None))
        .values(removed_at=now())
        .execution_options(synchronize_session=False)
    )


def add_passkey(
    person_id: UUID, organisation_id: UUID, fresh: Fresh, name: str, *, goes_on: UUID | None = None
) -> None:
    """Raises :class:`AlreadyHeld`: one passkey is one person's."""
    try:
        with beyond_tenants("identity: add a passkey"), aside() as books:
            books.add(_passkey(person_id, fresh, name))
            note(books, "passkey.added", person_id, organisation_id, fresh.credential_id)
            end_sessions(books, person_id, goes_on=goes_on)
    except IntegrityError as taken:
        raise AlreadyHeld from taken


def rename_passkey(person_id: UUID, passkey_id: UUID, name: str) -> None:
    with beyond_tenants("identity: rename a passkey"), aside() as books:
        books.execute(update(Passkey).where(Passkey.id == passkey_id, Passkey.person_id == person_id).values(name=name))


def remove_passkey(person_id: UUID, organisation_id: UUID, passkey_id: UUID, *, goes_on: UUID | None = None) -> None:
    """Raises :class:`LastFactor`; of two removals at once only one may leave the other factor."""
    with beyond_tenants("identity: remove a passkey"), aside() as books:
        books.get_one(Secret, person_id, with_for_update=True)
        held = _factors(books, person_id)
        going = next((each for each in held.passkeys if each.id == passkey_id), None)
        if going is None:
            return
        if len(held.passkeys) == 1 and not held.codes:
            raise LastFactor
        going.removed_at = now()
        note(books, "passkey.removed", person_id, organisation_id, going.credential_id)
        end_sessions(books, person_id, goes_on=goes_on)


def set_codes(
    person_id: UUID, organisation_id: UUID, totp_key: str, step: int, secret_key: str, *, goes_on: UUID | None = None
) -> None:
    """From now on the codes of this key, from the step after ``step``; those of the key before open nothing."""
    with beyond_tenants("identity: set up one-time codes"), aside() as books:
        _set_codes(books.get_one(Secret, person_id), totp_key, step, secret_key)
        note(books, "authenticator.set-up", person_id, organisation_id)
        end_sessions(books, person_id, goes_on=goes_on)


def remove_codes(person_id: UUID, organisation_id: UUID, *, goes_on: UUID | None = None) -> None:
    """Raises :class:`LastFactor` unless the person has a passkey."""
    with beyond_tenants("identity: remove one-time codes"), aside() as books:
        secret = books.get_one(Secret, person_id, with_for_update=True)
        if not _factors(books, person_id).passkeys:
            raise LastFactor
        secret.totp_sealed = None
        note(books, "authenticator.removed", person_id, organisation_id)
        end_sessions(books, person_id, goes_on=goes_on)


def set_password(person_id: UUID, organisation_id: UUID, password: str, *, goes_on: UUID | None = None) -> None:
    """Put a judged password in place of the one before."""
    hashed = hash_password(password)
    with beyond_tenants("identity: change a password"), aside() as books:
        books.get_one(Secret, person_id).password_hash = hashed
        note(books, "password.changed", person_id, organisation_id)
        end_sessions(books, person_id, goes_on=goes_on)
    remember(person_id)


def note(
    books: Session | scoped_session[Any], event: str, person_id: UUID, organisation_id: UUID | None, about: str = ""
) -> None:
    """A line of the security log, in the transaction of what it tells."""
    books.add(
        SecurityEvent(at=now(), event=event, person_id=person_id, organisation_id=organisation_id, about=about[:500])
    )


def _factors(books: Session, person_id: UUID) -> Factors:
    sealed_key = books.scalar(select(Secret.totp_sealed).where(Secret.id == person_id))
    held = books.scalars(
        select(Passkey).where(Passkey.person_id == person_id, Passkey.removed_at.is_(None)).order_by(Passkey.id)
    )
    return Factors(tuple(held), bool(sealed_key))


def _set_codes(secret: Secret, totp_key: str | None, step: int, secret_key: str) -> None:
    """The last step only ever grows: a code that was used with the key before is not taken with the new one either."""
    secret.totp_sealed = sealed(totp_key, secret_key) if totp_key else None
    secret.totp_last_step = max(secret.totp_last_step, step)


def _put(books: Session, person_id: UUID, enrolment: Enrolment) -> None:
    if enrolment.passkey:
        books.add(_passkey(person_id, enrolment.passkey, enrolment.passkey_name))


def _passkey(person_id: UUID, fresh: Fresh, name: str) -> Passkey:
    return Passkey(
        person_id=person_id,
        credential_id=fresh.credential_id,
        public_key=fresh.public_key,
        sign_count=fresh.sign_count,
        name=name,
        transports=fresh.transports,
        added_at=now(),
        last_used_at=None,
        removed_at=None,
    )
