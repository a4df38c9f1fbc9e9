"""How the books of a province are opened to an inspector, and closed again.

Order 53 art. 52, 53 and 56 say what an authority looks at and whose; under which case, and until when, is written down
before anything can be seen, and both parties read the case's number with every look.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from portal import ledger
from portal.db import new_id, now, session, today, unit_of_work
from portal.founding import Operator
from portal.records.access import AccessGrant
from portal.records.organisation import Organisation
from portal.records.person import Person
from portal.tenancy import acting_for


class NotGranted(ValueError):
    """Access cannot be granted or withdrawn as asked; the message says why."""


def grant_access(
    organisation_id: UUID, email: str, *, case_number: str, purpose: str, until: date, since: date | None = None
) -> UUID:
    """Let a person of an authority look, from ``since`` (today) to the end of ``until``; returns the grant's id.

    Raises :class:`NotGranted` where the person is not of an authority, the case is open already, or ends before today.
    """
    begins, number, what_for = since or today(), case_number.strip(), purpose.strip()
    if not number or not what_for:
        raise NotGranted("A grant names its case and what it is for: fill in both.")
    if until < max(begins, today()):
        raise NotGranted(f"The grant would end on {until}, before it begins or before today: choose a later day.")
    made = new_id()
    with acting_for(organisation_id), unit_of_work():
        organisation, person = _inspector(organisation_id, email)
        if _standing(person.id, number):
            raise NotGranted(f"The case {number} is already open to {email}: withdraw it before granting it anew.")
        grant = AccessGrant(
            id=made,
            person_id=person.id,
            case_number=number,
            purpose=what_for,
            since=begins,
            until=until,
            withdrawn_at=None,
        )
        ledger.write(grant, "access_grant.granted", by=_operator(organisation))
    return made


def withdraw_access(organisation_id: UUID, email: str, case_number: str) -> None:
    """End a grant now.  Raises :class:`NotGranted` where no such case is open to the person."""
    with acting_for(organisation_id), unit_of_work():
        organisation, person = _inspector(organisation_id, email)
        grant = _standing(person.id, case_number.strip())
        if grant is None:
            raise NotGranted(f"No case {case_number} is open to {email}.")
        grant.withdrawn_at = now()
        ledger.write(grant, "access_grant.withdrawn", by=_operator(organisation))


def _inspector(organisation_id: UUID, email: str) -> tuple[Organisation, Person]:
    organisation = session.get(Organisation, organisation_id)
    if organisation is None or not organisation.is_authority:
        raise NotGranted(f"{organisation_id} is not an authority; only an authority is granted access by case.")
    person = session.scalars(select(Person).where(Person.email == email.strip().lower())).first()
    if person is None or person.deactivated_at is not None:
        raise NotGranted(f"{email} is nobody active at {organisation.name}: enter the person with `enrol` first.")
    return organisation, person


def _standing(person_id: UUID, case_number: str) -> AccessGrant | None:
    """The grant of this case that is neither withdrawn nor over."""
    return session.scalars(
        select(AccessGrant).where(
            AccessGrant.person_id == person_id,
            AccessGrant.case_number == case_number,
            AccessGrant.withdrawn_at.is_(None),
            AccessGrant.until >= today(),
        )
    ).first()


def _operator(organisation: Organisation) -> Operator:
    return Operator(organisation.id, organisation.id, organisation.name)
