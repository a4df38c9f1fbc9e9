"""Who takes part in an entrustment: the two parties from the start, the authorities of their provinces to look on."""

from collections.abc import Iterable

from sqlalchemy import select

from portal import ledger
from portal.db import session, today
from portal.ledger import Author
from portal.records.entrustment import Entrustment
from portal.records.organisation import Organisation
from portal.tenancy import Participation
from workflows.engine import Side


def parties_of(entrustment: Entrustment) -> list[Participation]:
    """The two rows without which nobody would see the entrustment; written together with it."""
    sides = ((entrustment.registrant_id, Side.REGISTRANT), (entrustment.manufacturer_id, Side.MANUFACTURER))
    return [_row(entrustment, organisation_id, side) for organisation_id, side in sides]


def admit_authorities(entrustment: Entrustment, provinces: Iterable[str], *, by: Author) -> None:
    """Let the authorities of these provinces look: the registrant's and the site's both count (Order 53 art. 56)."""
    already = set(
        session.scalars(
            select(Participation.organisation_id).where(Participation.entrustment_id == entrustment.id)
        ).all()
    )
    authorities = session.scalars(
        select(Organisation).where(Organisation.is_authority.is_(True), Organisation.province.in_(set(provinces)))
    )
    for authority in authorities.all():
        if authority.id not in already:
            row = _row(entrustment, authority.id, Side.AUTHORITY)
            ledger.write(row, "participation.opened", by=by)


def _row(entrustment: Entrustment, organisation_id: object, side: Side) -> Participation:
    return Participation(
        entrustment_id=entrustment.id, organisation_id=organisation_id, side=side, since=today(), until=None
    )
