"""The walls taken away, one at a time: what stands in their place in a negative control."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError

from portal.api.once import Asked, _claim
from portal.db import aside, engines, glance, now
from portal.identity.lifetimes import REMEMBERED
from portal.identity.passkeys import NotGenuine, bytes_to_base64url
from portal.identity.tokens import NotGenuine as UnknownMachine
from portal.limits import Limit, Throttled, _row
from portal.records.machine import RememberedAnswer, UsedAssertion
from portal.records.proof import PasskeyChallenge, RecoveryCode, Secret
from portal.records.tally import Tally
from portal.tenancy import beyond_tenants
from tests.races.arena import unique
from tests.races.race import Hand
from tests.races.signatures import ProductionRelease

COMPARED = re.compile(r" AND batch\.version = \S+")


def looked_before_it_leapt(books: Any, person_id: UUID, step: int) -> bool:
    """A code spent by looking whether it is unspent, and then writing that it is."""
    with beyond_tenants("test: look first"), glance() as apart:
        if apart.scalars(select(Secret.totp_last_step).where(Secret.id == person_id)).one() >= step:
            return False
    books.get_one(Secret, person_id).totp_last_step = step
    return True


def recovered_after_a_look(books: Any, person_id: UUID, code_hash: str) -> bool:
    """A recovery code spent in the same way."""
    with glance() as apart:
        mine = (RecoveryCode.person_id == person_id, RecoveryCode.code_hash == code_hash)
        found = apart.scalars(select(RecoveryCode.id).where(*mine, RecoveryCode.used_at.is_(None))).first()
    if found is None:
        return False
    books.get_one(RecoveryCode, found).used_at = now()
    return True


def answered_after_a_look(purpose: str, about: str, challenge: bytes) -> None:
    """A passkey's question, found open before it is closed."""
    with beyond_tenants("test: look first"), glance() as apart:
        asked = select(PasskeyChallenge.id).where(PasskeyChallenge.challenge == bytes_to_base64url(challenge))
        found = apart.scalars(asked.where(PasskeyChallenge.used_at.is_(None))).first()
    if found is None:
        raise NotGenuine
    with beyond_tenants("test: then leap"), aside() as books:
        books.get_one(PasskeyChallenge, found).used_at = now()


def bought_after_a_look(client_id: UUID, jti: str) -> None:
    """An assertion that is looked up before it is written down, under a key that nobody else meets."""
    with beyond_tenants("test: look first"), glance() as apart:
        if apart.scalars(select(UsedAssertion.id).where(UsedAssertion.jti.startswith(jti))).first():
            raise UnknownMachine
    with beyond_tenants("test: then leap"), aside() as books:
        books.add(UsedAssertion(client_id=client_id, jti=unique(f"{jti} "), good_until=now() + REMEMBERED))


def counted_after_a_look(limit: Limit, about: str) -> bool:
    """A place taken by whoever saw that one is left."""
    with beyond_tenants("test: look first"), glance() as apart:
        seen = apart.scalars(select(Tally.count).where(*_row(limit, about))).first() or 0
    if seen >= limit.most:
        raise Throttled(1)
    with suppress(IntegrityError), beyond_tenants("test: then leap"), aside() as books:
        if row := books.scalars(select(Tally).where(*_row(limit, about))).first():
            row.count = seen + 1
        else:
            books.add(Tally(limit_name=limit.name, about=about, count=1, until=now() + timedelta(minutes=1)))
    return True


def claimed_alone(asked: Asked) -> RememberedAnswer:
    """An idempotency key that is never the same twice."""
    return _claim(replace(asked, key=unique(asked.key)))


def not_refused(*_: Any) -> None:
    """Whatever version the page showed is good enough."""


def not_drawn() -> None:
    """A form like any other."""


def unlocked(statement: Any, **_: Any) -> Any:
    """A head that is read without being held."""
    return statement


class UncomparedRelease(ProductionRelease):
    """A batch is written whatever its version is by then: PostgreSQL only, SQLite's writers stand in a queue."""

    def sit(self, hand: Hand, subjects: Sequence[Any]) -> None:
        super().sit(hand, subjects)

        @event.listens_for(engines().writing, "before_cursor_execute", retval=True)
        def _uncompared(_connection: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> tuple[str, Any]:
            return COMPARED.sub("", statement), given
