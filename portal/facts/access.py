"""Under which cases an inspector may look today."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from portal.db import session, today
from portal.records.access import AccessGrant


def grants_in_force(person_id: UUID) -> Sequence[AccessGrant]:
    """The grants that open the books to this person today, the one that ends first at the head."""
    return session.scalars(
        select(AccessGrant)
        .where(AccessGrant.person_id == person_id, AccessGrant.withdrawn_at.is_(None))
        .where(AccessGrant.since <= today(), AccessGrant.until >= today())
        .order_by(AccessGrant.until, AccessGrant.case_number)
    ).all()
