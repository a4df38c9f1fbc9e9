"""The people of a house as the worker sees them: who they are, and what they hold at this moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from portal.db import session
from portal.records.notice import Notice
from portal.records.person import Person
from workflows.powers import Power, Role, powers_of


@dataclass(frozen=True, slots=True)
class OfTheHouse:
    """One person; a :class:`portal.facts.notices.Reader`."""

    id: UUID
    organisation_id: UUID
    email: str
    language: str
    roles: frozenset[Role]

    @property
    def powers(self) -> frozenset[Power]:
        return powers_of(self.roles)

    def is_told(self, notice: Notice) -> bool:
        """The same as :func:`portal.facts.notices.told_to`, of a notice that is at hand."""
        return notice.whom in (self.powers | self.roles) and notice.by_id != self.id and notice.id > self.id


def people_of_the_house() -> Sequence[OfTheHouse]:
    """Everybody of the house in scope who may sign in."""
    found = session.scalars(select(Person).where(Person.deactivated_at.is_(None)).order_by(Person.id))
    return [
        OfTheHouse(each.id, each.owner_id, each.email, each.language, frozenset(map(Role, each.roles)))
        for each in found
    ]
