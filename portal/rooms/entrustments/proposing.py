"""Proposing an entrustment: the relation comes to be, and both sides see it from then on."""

from sqlalchemy import func, select

from portal import ledger
from portal.acting import start
from portal.db import new_id, session, today
from portal.facts import admit_authorities, parties_of
from portal.identity import Actor
from portal.records.entrustment import Entrustment
from portal.records.ledger import ENTRUSTMENT
from portal.records.organisation import Organisation


def propose(registrant: Organisation, manufacturer: Organisation, *, by: Actor) -> Entrustment:
    """Open the entrustment with its own ledger stream, both participations, and the registrant's authority."""
    made = new_id()
    entrustment = Entrustment(
        id=made,
        entrustment_id=made,
        owner_id=registrant.id,
        number=_next_number(),
        registrant_id=registrant.id,
        manufacturer_id=manufacturer.id,
        registrant=registrant,
        manufacturer=manufacturer,
    )
    start(entrustment, "entrustment.proposed", actor=by, also=parties_of(entrustment))
    ledger.open_stream(session(), ENTRUSTMENT, made)
    admit_authorities(entrustment, [registrant.province], by=by)
    return entrustment


def _next_number() -> str:
    """WT-year-count within the registrant's own entrustments; it tells nothing of anybody else's."""
    mine = session.scalar(select(func.count()).select_from(Entrustment).where(Entrustment.number.like(f"{_prefix()}%")))
    return f"{_prefix()}{(mine or 0) + 1:03}"


def _prefix() -> str:
    return f"WT-{today().year}-"
