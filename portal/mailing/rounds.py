"""One round of the worker: every house in turn, each in its own books."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from portal.db import reading, session
from portal.mailing.escalating import escalate
from portal.mailing.gathering import gather, hand_on
from portal.mailing.postman import OutOfReach, Postman
from portal.mailing.renewing import tell_of_renewals
from portal.mailing.sending import send_due
from portal.mailing.tidying import clear_away
from portal.records.organisation import Organisation
from portal.tenancy import acting_for


@dataclass(frozen=True, slots=True)
class Round:
    """How many letters left, and why no more did if the way out was closed."""

    sent: int
    closed: str | None = None


def make_a_round(postman: Postman) -> Round:
    """Look at the deadlines, clear away what is old, hand notices on, gather them, and send what is due.

    An authority is told nothing: it looks for itself.
    """
    houses = _parties()
    for house in houses:
        escalate(house)
        tell_of_renewals(house)
        clear_away(house)
    for house in houses:
        hand_on(house)
        gather(house)
    sent = 0
    for house in houses:
        try:
            sent += send_due(house, postman)
        except OutOfReach as lost:
            return Round(sent, str(lost))
    return Round(sent)


def _parties() -> list[UUID]:
    with acting_for(UUID(int=0)), reading():
        wanted = select(Organisation.id).where(Organisation.is_authority.is_(False)).order_by(Organisation.id)
        return list(session.scalars(wanted))
