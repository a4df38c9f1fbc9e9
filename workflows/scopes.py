"""What a machine may be allowed to do for its organisation: it reads and proposes; it never decides and never signs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from workflows.engine import Transition
from workflows.powers import Power
from workflows.words import N_


class Scope(StrEnum):
    """Named ``<records>:<read or propose>``; what a token carries and what each door of the API asks for."""

    AGREEMENTS_READ = "agreements:read"
    APPOINTMENTS_READ = "appointments:read"
    AUDITORS_READ = "auditors:read"
    AUDITS_READ = "audits:read"
    AUTHORISATIONS_READ = "authorisations:read"
    BATCHES_READ = "batches:read"
    BATCHES_PROPOSE = "batches:propose"
    CAPAS_READ = "capas:read"
    CHANGES_READ = "changes:read"
    CHANGES_PROPOSE = "changes:propose"
    DEFINITIONS_READ = "definitions:read"
    DUTIES_READ = "duties:read"
    ENTRUSTMENTS_READ = "entrustments:read"
    EQUIPMENT_READ = "equipment:read"
    EVENTS_READ = "events:read"
    EVENTS_PROPOSE = "events:propose"
    EVIDENCE_READ = "evidence:read"
    EVIDENCE_PROPOSE = "evidence:propose"
    HEARINGS_READ = "hearings:read"
    INTAKES_READ = "intakes:read"
    INTAKES_PROPOSE = "intakes:propose"
    LEDGER_READ = "ledger:read"
    MATERIALS_READ = "materials:read"
    MATERIALS_PROPOSE = "materials:propose"
    NONCONFORMITIES_READ = "nonconformities:read"
    NONCONFORMITIES_PROPOSE = "nonconformities:propose"
    RESIDENTS_READ = "residents:read"
    SELF_INSPECTIONS_READ = "self-inspections:read"
    TRANSFERS_READ = "transfers:read"
    VERDICTS_READ = "verdicts:read"


@dataclass(frozen=True, slots=True)
class Grant:
    """``says`` is what the scope allows, in words; ``power`` the one a person needs for the same.

    ``whole_house`` marks what belongs to no entrustment: a client that is limited to some cannot have it.
    """

    says: str
    power: Power
    whole_house: bool = False


GRANTS: Mapping[Scope, Grant] = {
    Scope.AGREEMENTS_READ: Grant(N_("Read agreements and where they stand"), Power.AGREEMENT_READ),
    Scope.APPOINTMENTS_READ: Grant(
        N_("Read who holds the key posts of the organisation"), Power.APPOINTMENT_READ, whole_house=True
    ),
    Scope.AUDITORS_READ: Grant(
        N_("Read why people of the organisation are competent to audit"), Power.AUDITOR_READ, whole_house=True
    ),
    Scope.AUDITS_READ: Grant(N_("Read audits, their checklists and their findings"), Power.AUDIT_READ),
    Scope.AUTHORISATIONS_READ: Grant(
        N_("Read which operators are authorised for what"), Power.AUTHORISATION_READ, whole_house=True
    ),
    Scope.BATCHES_READ: Grant(N_("Read batches, their papers and restarts of production"), Power.BATCH_READ),
    Scope.BATCHES_PROPOSE: Grant(
        N_("Open batches, write figures, file papers, declare the record complete"), Power.BATCH_RECORD
    ),
    Scope.CAPAS_READ: Grant(N_("Read corrective actions and their steps"), Power.CAPA_READ),
    Scope.CHANGES_READ: Grant(N_("Read changes and how they were weighed"), Power.CHANGE_READ),
    Scope.CHANGES_PROPOSE: Grant(N_("Propose changes"), Power.CHANGE_PROPOSE),
    Scope.DEFINITIONS_READ: Grant(
        N_("Read definitions of product and process, and approved sources of materials"), Power.DEFINITION_READ
    ),
    Scope.DUTIES_READ: Grant(N_("Read duties and how they stand"), Power.DUTY_READ),
    Scope.ENTRUSTMENTS_READ: Grant(N_("Read entrustments and their products"), Power.ENTRUSTMENT_READ),
    Scope.EQUIPMENT_READ: Grant(
        N_("Read equipment, its calibrations and validations, and rooms"), Power.EQUIPMENT_READ, whole_house=True
    ),
    Scope.EVENTS_READ: Grant(N_("Read what was made of what, packed and shipped, as events (EPCIS)"), Power.TRACE_READ),
    Scope.EVENTS_PROPOSE: Grant(N_("Tell of making, packing and shipping in events (EPCIS)"), Power.BATCH_RECORD),
    Scope.EVIDENCE_READ: Grant(
        N_("Read the organisation's evidence and products"), Power.EVIDENCE_READ, whole_house=True
    ),
    Scope.EVIDENCE_PROPOSE: Grant(N_("Record new evidence with its file"), Power.EVIDENCE_KEEP, whole_house=True),
    Scope.HEARINGS_READ: Grant(
        N_("Read the hearings of the management representative"), Power.HEARING_READ, whole_house=True
    ),
    Scope.INTAKES_READ: Grant(N_("Read how far files that were sent have come"), Power.BATCH_RECORD, whole_house=True),
    Scope.INTAKES_PROPOSE: Grant(
        N_("Send files of steps, readings, serial numbers and shipments"), Power.BATCH_RECORD, whole_house=True
    ),
    Scope.LEDGER_READ: Grant(N_("Read the ledger"), Power.TRAIL_READ),
    Scope.MATERIALS_READ: Grant(
        N_("Read the organisation's suppliers, materials and their lots"), Power.MATERIAL_READ, whole_house=True
    ),
    Scope.MATERIALS_PROPOSE: Grant(
        N_("Receive lots of materials, file their certificates, write down results"),
        Power.MATERIAL_RECEIVE,
        whole_house=True,
    ),
    Scope.NONCONFORMITIES_READ: Grant(N_("Read nonconformities and notices of defects"), Power.BATCH_READ),
    Scope.NONCONFORMITIES_PROPOSE: Grant(N_("Raise nonconformities"), Power.NONCONFORMITY_RAISE),
    Scope.RESIDENTS_READ: Grant(N_("Read postings, exceptions, daily reports and hold points"), Power.POSTING_READ),
    Scope.SELF_INSPECTIONS_READ: Grant(
        N_("Read the yearly self-inspection reports"), Power.SELF_INSPECTION_READ, whole_house=True
    ),
    Scope.TRANSFERS_READ: Grant(N_("Read design transfers and what they hold"), Power.TRANSFER_READ),
    Scope.VERDICTS_READ: Grant(N_("Read eligibility verdicts"), Power.VERDICT_READ),
}
WHOLE_HOUSE = frozenset(scope for scope, grant in GRANTS.items() if grant.whole_house)


def powers_in(scopes: Iterable[Scope]) -> frozenset[Power]:
    return frozenset(GRANTS[scope].power for scope in scopes)


def only_for_people(move: Transition[Any]) -> bool:
    """Whether a move is closed to machines: what is signed, and what cannot be undone, needs a person."""
    return bool(move.signature) or move.grave
