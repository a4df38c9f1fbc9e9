"""The walls taken away, one at a time: what stands in their place in a negative control."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import event, select

from portal.db import engines, glance
from portal.records.proof import Secret
from portal.tenancy import beyond_tenants
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
