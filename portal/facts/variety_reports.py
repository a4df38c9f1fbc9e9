"""The product varieties that a manufacturer reports to its authority, drawn from what both sides have on record.

Order 53 article 42: whoever takes up a product reports it; of an entrusted one also by whom, which product, which term.
"""

import hashlib
from typing import Any

import rfc8785
from sqlalchemy import select

from portal.canonical import plain
from portal.db import CHINA, new_id, now, session
from portal.facts.ground import Ground, ground_of
from portal.records.agreement import Agreement
from portal.records.entrustment import Entrustment, Exhibit
from portal.records.organisation import Organisation
from portal.records.variety_report import VarietyReport


def varieties_of(ground: Ground) -> dict[str, Any]:
    """What the report says by the records of now: plain JSON, days as ISO dates, None where nothing is shown yet."""
    licence, site = ground.latest("licence"), ground.latest("site")
    said: dict[str, Any] = plain(
        {
            "entrustment": ground.entrustment.number,
            "manufacturer": _house(ground.entrustment.manufacturer),
            "registrant": _house(ground.entrustment.registrant),
            "licence": _picked(licence, "number", "valid_from", "valid_until"),
            "site": _picked(site, "name", "address"),
            "agreements": {kind: _term(ground.agreement(kind)) for kind in ("quality", "entrustment")},
            "products": [_product(ground, each) for each in ground.products],
        }
    )
    return said


def drawn(entrustment: Entrustment) -> VarietyReport:
    """What the manufacturer noted as filed, with what it says; whoever notes it tells the ledger."""
    with session.no_autoflush:
        body = rfc8785.dumps(varieties_of(ground_of(entrustment)))
    return VarietyReport(
        id=new_id(),
        entrustment_id=entrustment.id,
        owner_id=entrustment.manufacturer_id,
        reported_on=entrustment.manufacturer_reported_on,
        reference=entrustment.manufacturer_report,
        drawn_at=now(),
        body=body.decode(),
        body_hash=hashlib.sha256(body).hexdigest(),
    )


def filed_in(entrustment: Entrustment) -> list[VarietyReport]:
    """Newest first."""
    wanted = select(VarietyReport).where(VarietyReport.entrustment_id == entrustment.id)
    return list(session.scalars(wanted.order_by(VarietyReport.id.desc())))


def _house(house: Organisation) -> dict[str, Any]:
    return {"name": house.name, "uscc": house.uscc, "domicile": house.domicile}


def _picked(exhibit: Exhibit | None, *names: str) -> dict[str, Any] | None:
    return {name: exhibit.facts.get(name) for name in names} if exhibit else None


def _term(agreement: Agreement | None) -> dict[str, Any] | None:
    """From when until when it binds; an agreement that nobody signed yet is none."""
    if agreement is None or agreement.signed_at is None:
        return None
    return {"since": agreement.signed_at.astimezone(CHINA).date(), "until": agreement.ends_on}


def _product(ground: Ground, product: Exhibit) -> dict[str, Any]:
    return {
        **{name: product.facts.get(name) for name in ("name", "code", "device_class", "is_implantable")},
        "certificate": _picked(ground.certificate_of(product), "number", "valid_until"),
    }
