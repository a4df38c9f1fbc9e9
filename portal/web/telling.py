"""What the ledger is told of a person's passkeys: whose key it is stands there before the key signs anything."""

from typing import Any, Protocol

from portal import ledger
from portal.db import session, unit_of_work
from portal.identity.passkeys import Fresh
from portal.records.person import Person
from portal.tenancy import acting_for

ADDED, REMOVED, RETURNED = "person.passkey-added", "person.passkey-removed", "person.came-back"


class Whose(ledger.Author, Protocol):
    """A person who acts for themselves."""

    @property
    def is_authority(self) -> bool: ...


def passkey_told(fresh: Fresh | None) -> dict[str, Any]:
    return {"passkey": {"credential_id": fresh.credential_id, "public_key": fresh.public_key}} if fresh else {}


def tell(who: Whose, event: str, told: dict[str, Any]) -> None:
    """In a unit of work of its own.  An authority's people sign nothing, and its account writes no books."""
    if who.is_authority:
        return
    with acting_for(who.organisation_id), unit_of_work():
        ledger.write(session.get_one(Person, who.id), event, by=who, told=told)
