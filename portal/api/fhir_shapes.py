"""A device as FHIR R5 writes it, from what the records say: a single device, or all of a batch.

Source: HL7 FHIR R5 (5.0.0), resources Device, Bundle, CapabilityStatement, OperationOutcome.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from agreements.identifiers import Malformed
from agreements.udi import Agency, Identification, PrintedDay, build, printed
from portal.records.batch import Batch
from portal.records.trade_item import TradeItem

VERSION = "5.0.0"
# Only GS1 has a system of its own in FHIR's list that was found; the other two are named by the portal.
SYSTEMS = {Agency.GS1: "http://hl7.org/fhir/NamingSystem/gs1-di"}
SERIAL = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "SNO"}]}
SEARCHES = {"udi-carrier": "string", "identifier": "token"}


@dataclass(frozen=True, slots=True)
class Known:
    """What is on record of a device.  ``serial`` is None for a batch as a whole; ``ended``: rejected or scrapped."""

    id: str
    serial: str | None
    lot: str | None
    ended: bool
    batch: Batch | None
    item: TradeItem | None


def device(known: Known, address: str, on: date) -> dict[str, Any]:
    """The resource; what is not known has no element, as FHIR wants it."""
    batch, item = known.batch, known.item
    told: dict[str, Any] = {
        "resourceType": "Device",
        "id": known.id,
        "status": "inactive" if known.ended else "active",
        "lotNumber": known.lot,
        "serialNumber": known.serial,
    }
    if known.serial:
        told["identifier"] = [{"type": SERIAL, "value": known.serial}]
    if item is not None:
        told["udiCarrier"] = [_carrier(known, item, address, on)]
    if batch is not None:
        told["manufacturer"] = batch.entrustment.registrant.name
        told["manufactureDate"] = (batch.finished_on or batch.started_on).isoformat()
        told["expirationDate"] = batch.expires_on.isoformat() if batch.expires_on else None
        told["name"] = [{"value": batch.product_name, "type": "registered-name", "display": True}]
    return {name: value for name, value in told.items() if value is not None}


def bundle(found: Sequence[Mapping[str, Any]], asked: str, base: str) -> dict[str, Any]:
    """A set of devices that a search found."""
    told: dict[str, Any] = {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": len(found),
        "link": [{"relation": "self", "url": asked}],
    }
    entries = [
        {"fullUrl": f"{base}/Device/{each['id']}", "resource": each, "search": {"mode": "match"}} for each in found
    ]
    return told | ({"entry": entries} if entries else {})  # FHIR knows no empty lists


def capabilities(address: str, on: date) -> dict[str, Any]:
    """What can be done here: reading and searching devices, and nothing else."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": on.isoformat(),
        "kind": "instance",
        "software": {"name": "Weituo"},
        "implementation": {"description": "Weituo", "url": address},
        "fhirVersion": VERSION,
        "format": ["application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "resource": [
                    {
                        "type": "Device",
                        "interaction": [{"code": "read"}, {"code": "search-type"}],
                        "searchParam": [{"name": name, "type": kind} for name, kind in SEARCHES.items()],
                    }
                ],
            }
        ],
    }


def unasked(asked: str, text: str) -> dict[str, Any]:
    """The answer to a search that names nothing: what may be searched by, and no device."""
    entry = {"resource": outcome("incomplete", text, severity="warning"), "search": {"mode": "outcome"}}
    link = [{"relation": "self", "url": asked}]
    return {"resourceType": "Bundle", "type": "searchset", "link": link, "entry": [entry]}


def outcome(code: str, text: str, *, severity: str = "error") -> dict[str, Any]:
    """Why something was not done."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": severity, "code": code, "diagnostics": text, "details": {"text": text}}],
    }


def _carrier(known: Known, item: TradeItem, address: str, on: date) -> dict[str, Any]:
    agency = Agency(item.agency)
    told: dict[str, Any] = {
        "deviceIdentifier": item.di,
        "issuer": SYSTEMS.get(agency, f"{address}/udi-agencies/{agency.value}"),
    }
    expires = known.batch.expires_on if known.batch else None
    code = Identification(
        agency, item.di, known.lot, known.serial, expires_on=PrintedDay.of(expires) if expires else None
    )
    try:
        told["carrierAIDC"] = base64.b64encode(build(code, on).encode()).decode()
        told["carrierHRF"] = printed(code)
    except Malformed:  # no carrier can say it: the identifier alone is true
        pass
    return told
