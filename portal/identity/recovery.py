"""Recovery codes: ten on paper, each good for one way back, none of them for a signature."""

import hashlib
import hmac
import secrets
import unicodedata
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from portal.db import aside, glance, now
from portal.identity.proving import Proof, password_holds
from portal.identity.sealing import keys_from
from portal.records.proof import RecoveryCode
from portal.tenancy import beyond_tenants

HOW_MANY = 10
LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
GROUPS, GROUP = 6, 4


def new_codes(person_id: UUID, secret_key: str) -> list[str]:
    """Ten new codes of 120 bits; those from before open nothing any more.  Only their keyed hashes are kept."""
    codes = ["".join(secrets.choice(LETTERS) for _ in range(GROUPS * GROUP)) for _ in range(HOW_MANY)]
    with beyond_tenants("identity: new recovery codes"), aside() as books:
        books.execute(
            update(RecoveryCode)
            .where(RecoveryCode.person_id == person_id, RecoveryCode.replaced_at.is_(None))
            .values(replaced_at=now())
            .execution_options(synchronize_session=False)
        )
        books.add_all(
            RecoveryCode(
                person_id=person_id,
                code_hash=_hash(person_id, code, secret_key),
                made_at=now(),
                used_at=None,
                replaced_at=None,
            )
            for code in codes
        )
    return ["-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP)) for code in codes]


def codes_left(person_id: UUID) -> int:
    with beyond_tenants("identity: how many recovery codes are left"), glance() as books:
        return (
            books.scalar(
                select(func.count())
                .select_from(RecoveryCode)
                .where(
                    RecoveryCode.person_id == person_id,
                    RecoveryCode.used_at.is_(None),
                    RecoveryCode.replaced_at.is_(None),
                )
            )
            or 0
        )


def recovered(person_id: UUID, proof: Proof, secret_key: str) -> bool:
    """Whether password and recovery code are right; if so the code is spent, by one of two requests alone."""
    if not password_holds(person_id, proof.password):
        return False
    with beyond_tenants("identity: spend a recovery code"), aside() as books:
        return any(_spend(books, person_id, _hash(person_id, proof.code, key)) for key in keys_from(secret_key))


def _spend(books: Session, person_id: UUID, code_hash: str) -> bool:
    spent = books.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.person_id == person_id,
            RecoveryCode.code_hash == code_hash,
            RecoveryCode.used_at.is_(None),
            RecoveryCode.replaced_at.is_(None),
        )
        .values(used_at=now())
    )
    return bool(spent.rowcount == 1)  # type: ignore[attr-defined]  # an UPDATE always counts its rows


def _hash(person_id: UUID, code: str, secret_key: str) -> str:
    """Keyed, since a code is random enough for a fast hash but not for none; bound to the person it was given to."""
    plain = "".join(each for each in unicodedata.normalize("NFKC", code).lower() if each.isalnum())
    return hmac.new(secret_key.encode(), f"recovery {person_id} {plain}".encode(), hashlib.sha256).hexdigest()
