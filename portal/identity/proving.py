"""Password with one-time code or passkey: hashed, sealed, counted, and never accepted twice."""

import hashlib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from uuid import UUID

import pyotp
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal.db import aside, glance, new_id, now
from portal.identity.passkeys import Answer
from portal.identity.passwords import hash_password, is_outgrown, matches
from portal.identity.sealing import is_fresh, seal
from portal.identity.sessions import PASSWORD_AND_CODE, PASSWORD_AND_PASSKEY
from portal.limits import Throttled
from portal.records.person import Person
from portal.records.proof import Secret, SecurityEvent
from portal.tenancy import beyond_tenants

STEP = 30
WRONG_BEFORE_LOCK = 5
LOCK = timedelta(minutes=15)
_NOBODY = new_id()


class ProofRefused(Exception):
    """Password or code was wrong, or the code was used before.  Says no more than that on purpose."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What somebody typed, and what their passkey answered if they used one, to prove who they are."""

    password: str
    code: str = ""
    passkey: Answer | None = None

    @property
    def named(self) -> str:
        return PASSWORD_AND_PASSKEY if self.passkey else PASSWORD_AND_CODE

    @property
    def digits(self) -> str:
        """The code as ASCII digits: full-width digits and spaces are what a Chinese keyboard makes of it."""
        return "".join(each for each in unicodedata.normalize("NFKC", self.code) if not each.isspace())


def new_secret(person_id: UUID, password: str, totp_key: str | None, secret_key: str) -> Secret:
    return Secret(
        id=person_id,
        password_hash=hash_password(password),
        totp_sealed=sealed(totp_key, secret_key) if totp_key else None,
        totp_last_step=0,
        wrong_proofs=0,
        locked_until=None,
        signs_from=None,
    )


def sealed(totp_key: str, secret_key: str) -> str:
    return seal(secret_key).encrypt(totp_key.encode()).decode()


def totp_of(secret: Secret, secret_key: str) -> pyotp.TOTP:
    """The person's one-time codes; only for a secret that holds a key for them."""
    if not secret.totp_sealed:
        raise ValueError("this person uses no one-time codes")
    return pyotp.TOTP(seal(secret_key).decrypt(secret.totp_sealed.encode()).decode(), interval=STEP)


def prove(person_id: UUID, proof: Proof, secret_key: str) -> None:
    """Accept the proof of a signed-in person and burn its code, or raise.

    Runs in transactions of its own: a right code is spent even if what follows is refused, a wrong one is counted even
    though nothing follows.  Five wrong ones lock signing for 15 minutes, then for twice as long each time.  Raises
    :class:`ProofRefused` or :class:`Throttled`.
    """
    with beyond_tenants("identity: is signing locked"), glance() as books:
        secret = books.get(Secret, person_id)
        locked = secret.locked_until if secret else None
    if locked and locked > now():
        raise Throttled(int((locked - now()).total_seconds()) + 1)
    accepted = _accepted(person_id, proof, secret_key)
    with beyond_tenants("identity: count a proof"), aside() as books:
        _count(books, person_id, accepted=accepted)
    if not accepted:
        raise ProofRefused


def prove_stranger(
    email: str, proof: Proof, secret_key: str, accepts: "Callable[[UUID, Proof, str], bool] | None" = None
) -> UUID:
    """The person who signs in with this address and proof; ``accepts`` judges it where no code and no passkey does.

    Does the same work and says the same thing whether the address is unknown, the person deactivated, or the proof
    wrong; how often an address may be tried is counted at the door.  Raises :class:`ProofRefused`.
    """
    address = address_of(email)
    with beyond_tenants("identity: sign in"), glance() as books:
        person = books.scalars(select(Person).where(Person.email == address, Person.deactivated_at.is_(None))).first()
    if (accepts or _accepted)(person.id if person else _NOBODY, proof, secret_key) and person is not None:
        return person.id
    about = hashlib.sha256(address.encode()).hexdigest()
    with beyond_tenants("identity: a sign-in was refused"), aside() as books:
        books.add(SecurityEvent(at=now(), event="sign-in.refused", person_id=None, organisation_id=None, about=about))
    raise ProofRefused


def address_of(email: str) -> str:
    """The e-mail address as it is kept."""
    return unicodedata.normalize("NFC", email).strip().lower()


def _accepted(person_id: UUID, proof: Proof, secret_key: str) -> bool:
    """Whether password and code are right, or the passkey is this person's.

    A right code is spent, and only one of two requests finds it unspent; a passkey's answer was used up when it came.
    Whoever has no password, as after a reset, or no one-time codes costs the same work as whoever is unknown.
    """
    with beyond_tenants("identity: check a proof"):
        with glance() as books:
            secret = books.get(Secret, person_id)
        right_password = matches(secret.password_hash if secret else None, proof.password)
        coded = secret if secret and secret.totp_sealed else None
        step = step_of(totp_of(coded or _nobodys(secret_key), secret_key), proof.digits)
        by_passkey = proof.passkey is not None and proof.passkey.person_id == person_id
        by_code = proof.passkey is None and coded is not None and step is not None
        if secret is None or not right_password or not (by_passkey or by_code):
            return False
        with aside() as books:
            _renew(books, secret, proof.password, secret_key)
            return by_passkey or _spend(books, person_id, step or 0)


def password_holds(person_id: UUID, password: str) -> bool:
    """Whether this is the person's password, which alone proves nothing."""
    with beyond_tenants("identity: check a password"), glance() as books:
        secret = books.get(Secret, person_id)
    return matches(secret.password_hash if secret else None, password)


@cache
def _nobodys(secret_key: str) -> Secret:
    """What an unknown person's code is compared with, so that it takes as long as a known one's."""
    return Secret(totp_sealed=sealed(pyotp.random_base32(), secret_key))


def _renew(books: Session, secret: Secret, password: str, secret_key: str) -> None:
    """A right password is the one moment to hash it with today's parameters, and to seal with today's key."""
    fresh = {}
    if is_outgrown(secret.password_hash):
        fresh["password_hash"] = hash_password(password)
    if secret.totp_sealed and not is_fresh(secret.totp_sealed, secret_key):
        fresh["totp_sealed"] = seal(secret_key).rotate(secret.totp_sealed.encode()).decode()
    if fresh:
        unchanged = (Secret.id == secret.id, Secret.password_hash == secret.password_hash)
        books.execute(update(Secret).where(*unchanged).values(fresh))


def step_of(totp: pyotp.TOTP, digits: str) -> int | None:
    """The time step whose code this is, one step of drift allowed either way; None if it is nobody's."""
    current = int(now().timestamp()) // STEP
    for step in (current, current - 1, current + 1):
        if pyotp.utils.strings_equal(digits, totp.generate_otp(step)):
            return step
    return None


def _spend(books: Session, person_id: UUID, step: int) -> bool:
    spent = books.execute(
        update(Secret).where(Secret.id == person_id, Secret.totp_last_step < step).values(totp_last_step=step)
    )
    return bool(spent.rowcount == 1)  # type: ignore[attr-defined]  # an UPDATE always counts its rows


def _count(books: Session, person_id: UUID, *, accepted: bool) -> None:
    mine = update(Secret).where(Secret.id == person_id)
    if accepted:
        books.execute(mine.values(wrong_proofs=0, locked_until=None))
        return
    books.execute(mine.values(wrong_proofs=Secret.wrong_proofs + 1))
    wrong = books.scalar(select(Secret.wrong_proofs).where(Secret.id == person_id)) or 0
    if wrong and wrong % WRONG_BEFORE_LOCK == 0:
        longer = 2 ** min(wrong // WRONG_BEFORE_LOCK - 1, 5)
        books.execute(mine.values(locked_until=now() + LOCK * longer))
