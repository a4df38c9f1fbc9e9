"""The portal itself, as the author of what follows from somebody's deed without anybody deciding on it."""

from dataclasses import dataclass
from uuid import UUID

from portal.identity.actor import Actor
from workflows.powers import Power
from workflows.words import N_

ROLE = N_("system")


@dataclass(frozen=True, slots=True)
class System:
    """It writes in the books of the house whose deed it was, in the same transaction, and decides nothing."""

    organisation_id: UUID
    organisation_name: str
    name: str = N_("the portal")
    proved: str = N_("follows from an entry")
    role_names: tuple[str, ...] = (ROLE,)
    powers: frozenset[Power] = frozenset()

    @property
    def id(self) -> UUID:
        return self.organisation_id


Doer = Actor | System
