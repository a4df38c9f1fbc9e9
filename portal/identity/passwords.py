"""Passwords: what one must be, how it is kept, and when another is asked for.

Two policies.  ``nist`` follows SP 800-63B-4: long, of any characters, none of the common ones, never changed without
cause.  ``mlps`` adds what GB/T 22239-2019 8.1.4.1 asks of protected systems: complex, and changed in time.  It gives no
figures; those below are the house's own.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from threading import BoundedSemaphore
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from sqlalchemy import delete, select

from portal.db import aside, glance, now
from portal.identity.guessing import folded, is_guessable
from portal.records.password import ChosenPassword
from portal.records.proof import Secret
from portal.settings import PasswordPolicy
from portal.tenancy import beyond_tenants
from workflows.words import N_, Said

MOST_BYTES = 512  # 128 characters of four bytes
PRODUCT = ("weituo",)
COSTS: dict[str, Any] = {
    "time_cost": 2,
    "memory_cost": 19 * 1024,
    "parallelism": 1,
}  # argon2id: KiB, about 80 ms
_hasher = PasswordHasher(**COSTS)
_at_most_two = BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Policy:
    """``kinds`` of character out of four; a password lasts ``days``; the last ``remembered`` are not taken again."""

    shortest: int = 15
    longest: int = 128
    kinds: int = 1
    days: int | None = None
    remembered: int = 0


POLICIES = {PasswordPolicy.NIST: Policy(), PasswordPolicy.MLPS: Policy(kinds=3, days=90, remembered=5)}


def policy() -> Policy:
    """The policy of this installation."""
    return POLICIES[current_app.config["SETTINGS"].password_policy]


def asked_for() -> Said:
    """What a password must be, to be said beside the field."""
    rules = policy()
    values = {"shortest": rules.shortest, "longest": rules.longest, "kinds": rules.kinds}
    if rules.kinds > 1:
        return Said(
            N_(
                "%(shortest)s to %(longest)s characters with at least %(kinds)s of: small letters, capital letters, "
                "digits, other characters. A sentence that only you would write is best."
            ),
            values,
        )
    return Said(
        N_("%(shortest)s to %(longest)s characters of any kind. A sentence that only you would write is best."), values
    )


def judge(password: str, about: Iterable[str]) -> tuple[Said, ...]:
    """Everything that is wrong with a password, or nothing.  ``about``: names and addresses of the chooser."""
    text, rules = normal(password), policy()
    found = []
    if len(text) < rules.shortest:
        found.append(
            Said(
                N_("It has %(length)s characters; at least %(shortest)s are needed."),
                {"length": len(text), "shortest": rules.shortest},
            )
        )
    if len(text) > rules.longest or len(text.encode()) > MOST_BYTES:
        return (*found, Said(N_("It is longer than %(longest)s characters."), {"longest": rules.longest}))
    if (kinds := len({_kind(each) for each in text})) < rules.kinds:
        found.append(
            Said(
                N_(
                    "It holds %(found)s of: small letters, capital letters, digits, other characters; "
                    "at least %(kinds)s are needed."
                ),
                {"found": kinds, "kinds": rules.kinds},
            )
        )
    if is_guessable(text, current_app.config["SETTINGS"].password_list):
        found.append(Said(N_("This is among the first that anybody would try; choose another one.")))
    if any(word in folded(text) for word in _telling(about)):
        found.append(Said(N_("It must hold neither your e-mail address nor a name of yours or of your organisation.")))
    return tuple(found)


def judge_again(person_id: UUID, password: str, about: Iterable[str]) -> tuple[Said, ...]:
    """As :func:`judge`, and whether it is one of the person's former ones where the policy minds."""
    found = judge(password, about)
    if not found and policy().remembered and any(matches(each, password) for each in _former(person_id)):
        found = (
            Said(N_("It is one of your last %(remembered)s; choose another one."), {"remembered": policy().remembered}),
        )
    return found


def is_due(person_id: UUID) -> bool:
    """Whether the policy wants another password before the person goes on; one of unknown age is due."""
    rules = policy()
    if rules.days is None:
        return False
    with beyond_tenants("identity: how old is a password"), glance() as books:
        newest = books.scalars(
            select(ChosenPassword.chosen_at)
            .where(ChosenPassword.person_id == person_id)
            .order_by(ChosenPassword.chosen_at.desc())
            .limit(1)
        ).first()
    return newest is None or now() - newest > timedelta(days=rules.days)


def remember(person_id: UUID) -> None:
    """Note when the present password was chosen, where the policy asks; what it asks no more about is forgotten.

    In a transaction of its own, once the password and its person are down.
    """
    kept = policy().remembered
    if not kept:
        return
    with beyond_tenants("identity: remember a password"), aside() as books:
        present = books.get_one(Secret, person_id).password_hash
        books.add(ChosenPassword(person_id=person_id, password_hash=present, chosen_at=now()))
        books.flush()
        of_person = select(ChosenPassword).where(ChosenPassword.person_id == person_id)
        for old in books.scalars(of_person.order_by(ChosenPassword.chosen_at.desc()).offset(kept)).all():
            books.execute(delete(ChosenPassword).where(ChosenPassword.id == old.id))


def normal(password: str) -> str:
    return unicodedata.normalize("NFC", password)


def hash_password(password: str) -> str:
    with _at_most_two:
        return _hasher.hash(normal(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the hash is of this password; costs the same when there is no hash, or the password is far too long."""
    text = normal(password)
    too_long = len(text.encode()) > MOST_BYTES
    with _at_most_two:
        try:
            _hasher.verify(password_hash or _nobodys(), "" if too_long else text)
        except (VerificationError, InvalidHashError):
            return False
    return bool(password_hash) and not too_long


def is_outgrown(password_hash: str) -> bool:
    """Whether it was made with other parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)


@cache
def _nobodys() -> str:
    return _hasher.hash("a password that opens nothing")


def _former(person_id: UUID) -> list[str]:
    """The hash in use and those remembered: what must not be chosen again."""
    with beyond_tenants("identity: former passwords"), glance() as books:
        kept = books.scalars(
            select(ChosenPassword.password_hash)
            .where(ChosenPassword.person_id == person_id)
            .order_by(ChosenPassword.chosen_at.desc())
            .limit(policy().remembered)
        ).all()
        in_use = books.scalars(select(Secret.password_hash).where(Secret.id == person_id)).all()
    return list({*kept, *in_use})


def _kind(character: str) -> str:
    return next((kind for kind in ("islower", "isupper", "isdigit") if getattr(character, kind)()), "other")


def _telling(about: Iterable[str]) -> set[str]:
    """The words that tell of somebody: whole names and addresses, and their parts that are long enough to be words."""
    found: set[str] = set(PRODUCT)
    for text in about:
        local, _, domain = text.partition("@")
        parts = [text, local, *local.split(), *domain.split(".")[:-1], *text.replace("@", " ").split()]
        found |= {folded(part) for part in parts}
    return {word for word in found if len(word) >= (4 if word.isascii() else 2)}
