"""Every power a person can hold, and the roles that confer it."""

from collections.abc import Mapping
from enum import StrEnum

from workflows.words import N_


class Power(StrEnum):
    """Named ``<record>:<verb>``.  Keep alphabetical; a power no door or transition asks for fails the house tests."""

    AGREEMENT_DRAFT = "agreement:draft"
    AGREEMENT_READ = "agreement:read"
    AGREEMENT_SIGN = "agreement:sign"
    APPOINTMENT_KEEP = "appointment:keep"
    APPOINTMENT_READ = "appointment:read"
    APPOINTMENT_SIGN = "appointment:sign"
    AUDIT_ANSWER = "audit:answer"
    AUDIT_APPROVE = "audit:approve"
    AUDIT_KEEP = "audit:keep"
    AUDIT_READ = "audit:read"
    AUDIT_SIGN = "audit:sign"
    AUDITOR_READ = "auditor:read"
    AUTHORISATION_KEEP = "authorisation:keep"
    AUTHORISATION_READ = "authorisation:read"
    AUTHORISATION_SIGN = "authorisation:sign"
    BATCH_RECORD = "batch:record"
    BATCH_RELEASE_PRODUCTION = "batch:release-production"
    BATCH_RELEASE_MARKETING = "batch:release-marketing"
    BATCH_READ = "batch:read"
    BATCH_REVIEW = "batch:review"
    CALENDAR_READ = "calendar:read"
    CAPA_KEEP = "capa:keep"
    CAPA_READ = "capa:read"
    CHANGE_KEEP = "change:keep"
    CHANGE_PROPOSE = "change:propose"
    CHANGE_READ = "change:read"
    CLIENT_KEEP = "client:keep"
    DEFECT_NOTIFY = "defect:notify"
    DEFECT_SETTLE = "defect:settle"
    DEFINITION_KEEP = "definition:keep"
    DEFINITION_READ = "definition:read"
    DEFINITION_SIGN = "definition:sign"
    DUTY_KEEP = "duty:keep"
    DUTY_READ = "duty:read"
    ENTRUSTMENT_DECIDE = "entrustment:decide"
    ENTRUSTMENT_PROPOSE = "entrustment:propose"
    ENTRUSTMENT_READ = "entrustment:read"
    EQUIPMENT_APPROVE = "equipment:approve"
    EQUIPMENT_KEEP = "equipment:keep"
    EQUIPMENT_READ = "equipment:read"
    EVIDENCE_KEEP = "evidence:keep"
    EVIDENCE_READ = "evidence:read"
    EXPORT_TAKE = "export:take"
    HEARING_KEEP = "hearing:keep"
    HEARING_READ = "hearing:read"
    HEARING_SIGN = "hearing:sign"
    HOLD_LIFT = "hold:lift"
    HOLD_SET = "hold:set"
    HOME_READ = "home:read"
    LABEL_RECONCILE = "label:reconcile"
    MATERIAL_KEEP = "material:keep"
    MATERIAL_READ = "material:read"
    MATERIAL_RECEIVE = "material:receive"
    MATERIAL_SIGN = "material:sign"
    NONCONFORMITY_CLOSE = "nonconformity:close"
    NONCONFORMITY_RAISE = "nonconformity:raise"
    NOTICE_READ = "notice:read"
    ORGANISATION_KEEP = "organisation:keep"
    PERSON_KEEP = "person:keep"
    PERSON_READ = "person:read"
    PERSON_RESTORE = "person:restore"
    POSTING_EXCEPT = "posting:except"
    POSTING_KEEP = "posting:keep"
    POSTING_READ = "posting:read"
    REPORT_WRITE = "report:write"
    SELF_INSPECTION_KEEP = "self-inspection:keep"
    SELF_INSPECTION_READ = "self-inspection:read"
    SELF_INSPECTION_SIGN = "self-inspection:sign"
    TRAIL_READ = "trail:read"
    TRANSFER_KEEP = "transfer:keep"
    TRACE_READ = "trace:read"
    TRANSFER_READ = "transfer:read"
    TRANSFER_SIGN = "transfer:sign"
    VERDICT_READ = "verdict:read"
    VERDICT_RUN = "verdict:run"


class Role(StrEnum):
    AUTHORITY_INSPECTOR = "authority-inspector"
    LEGAL_REPRESENTATIVE = "legal-representative"
    MANAGEMENT_REPRESENTATIVE = "management-representative"
    MANUFACTURER_QUALITY_MANAGER = "manufacturer-quality-manager"
    MANUFACTURER_RELEASE_PERSON = "manufacturer-release-person"
    ORGANISATION_ADMINISTRATOR = "organisation-administrator"
    PERSON_IN_CHARGE = "person-in-charge"
    PLANT_CLERK = "plant-clerk"
    REGISTRANT_QUALITY_MANAGER = "registrant-quality-manager"
    REGISTRANT_RELEASE_PERSON = "registrant-release-person"
    RESIDENT_SUPERVISOR = "resident-supervisor"


ROLE_NAMES: Mapping[Role, str] = {
    Role.AUTHORITY_INSPECTOR: N_("Authority inspector"),
    Role.LEGAL_REPRESENTATIVE: N_("Legal representative"),
    Role.MANAGEMENT_REPRESENTATIVE: N_("Management representative"),
    Role.MANUFACTURER_QUALITY_MANAGER: N_("Manufacturer quality manager"),
    Role.MANUFACTURER_RELEASE_PERSON: N_("Manufacturer release person"),
    Role.ORGANISATION_ADMINISTRATOR: N_("Organisation administrator"),
    Role.PERSON_IN_CHARGE: N_("Person in charge of the company"),
    Role.PLANT_CLERK: N_("Plant clerk"),
    Role.REGISTRANT_QUALITY_MANAGER: N_("Registrant quality manager"),
    Role.REGISTRANT_RELEASE_PERSON: N_("Registrant release person"),
    Role.RESIDENT_SUPERVISOR: N_("Resident supervisor"),
}

_READER = frozenset(
    {
        Power.AGREEMENT_READ,
        Power.APPOINTMENT_READ,
        Power.AUDIT_READ,
        Power.AUTHORISATION_READ,
        Power.BATCH_READ,
        Power.CAPA_READ,
        Power.CHANGE_READ,
        Power.DEFINITION_READ,
        Power.DUTY_READ,
        Power.ENTRUSTMENT_READ,
        Power.EQUIPMENT_READ,
        Power.HEARING_READ,
        Power.HOME_READ,
        Power.MATERIAL_READ,
        Power.POSTING_READ,
        Power.SELF_INSPECTION_READ,
        Power.TRACE_READ,
        Power.TRAIL_READ,
        Power.TRANSFER_READ,
        Power.VERDICT_READ,
    }
)
_MEMBER = _READER | {Power.CALENDAR_READ, Power.EVIDENCE_READ, Power.NOTICE_READ, Power.PERSON_READ}
_QUALITY = _MEMBER | {
    Power.AGREEMENT_DRAFT,
    Power.AUDIT_ANSWER,
    Power.AUDIT_KEEP,
    Power.AUDIT_SIGN,
    Power.AUDITOR_READ,
    Power.CAPA_KEEP,
    Power.CHANGE_KEEP,
    Power.CHANGE_PROPOSE,
    Power.DEFINITION_KEEP,
    Power.DUTY_KEEP,
    Power.EVIDENCE_KEEP,
    Power.MATERIAL_KEEP,
    Power.MATERIAL_RECEIVE,
    Power.MATERIAL_SIGN,
    Power.NONCONFORMITY_CLOSE,
    Power.NONCONFORMITY_RAISE,
    Power.TRANSFER_KEEP,
    Power.VERDICT_RUN,
}

POWERS_OF: Mapping[Role, frozenset[Power]] = {
    Role.AUTHORITY_INSPECTOR: _READER | {Power.EXPORT_TAKE},
    Role.LEGAL_REPRESENTATIVE: _MEMBER,
    Role.MANAGEMENT_REPRESENTATIVE: _QUALITY
    | {
        Power.AGREEMENT_SIGN,
        Power.APPOINTMENT_KEEP,
        Power.AUDIT_APPROVE,
        Power.DEFECT_NOTIFY,
        Power.DEFECT_SETTLE,
        Power.DEFINITION_SIGN,
        Power.ENTRUSTMENT_DECIDE,
        Power.ENTRUSTMENT_PROPOSE,
        Power.HEARING_KEEP,
        Power.HOLD_SET,
        Power.PERSON_RESTORE,
        Power.POSTING_EXCEPT,
        Power.POSTING_KEEP,
        Power.TRANSFER_SIGN,
        Power.SELF_INSPECTION_KEEP,
    },
    Role.MANUFACTURER_QUALITY_MANAGER: _QUALITY
    | {
        Power.AUTHORISATION_KEEP,
        Power.AUTHORISATION_SIGN,
        Power.BATCH_RECORD,
        Power.LABEL_RECONCILE,
        Power.DEFECT_NOTIFY,
        Power.ENTRUSTMENT_DECIDE,
        Power.EQUIPMENT_APPROVE,
        Power.EQUIPMENT_KEEP,
    },
    Role.MANUFACTURER_RELEASE_PERSON: _MEMBER
    | {Power.BATCH_RELEASE_PRODUCTION, Power.DEFECT_NOTIFY, Power.NONCONFORMITY_RAISE},
    Role.ORGANISATION_ADMINISTRATOR: _MEMBER
    | {Power.CLIENT_KEEP, Power.ORGANISATION_KEEP, Power.PERSON_KEEP, Power.PERSON_RESTORE},
    Role.PERSON_IN_CHARGE: _MEMBER
    | {
        Power.APPOINTMENT_KEEP,
        Power.APPOINTMENT_SIGN,
        Power.DUTY_KEEP,
        Power.HEARING_KEEP,
        Power.HEARING_SIGN,
        Power.SELF_INSPECTION_KEEP,
        Power.SELF_INSPECTION_SIGN,
    },
    Role.PLANT_CLERK: _MEMBER
    | {
        Power.BATCH_RECORD,
        Power.EQUIPMENT_KEEP,
        Power.LABEL_RECONCILE,
        Power.MATERIAL_RECEIVE,
        Power.NONCONFORMITY_RAISE,
    },
    Role.REGISTRANT_QUALITY_MANAGER: _QUALITY
    | {
        Power.BATCH_REVIEW,
        Power.DEFECT_SETTLE,
        Power.ENTRUSTMENT_DECIDE,
        Power.ENTRUSTMENT_PROPOSE,
        Power.HOLD_SET,
        Power.POSTING_KEEP,
    },
    Role.REGISTRANT_RELEASE_PERSON: _MEMBER
    | {Power.BATCH_REVIEW, Power.BATCH_RELEASE_MARKETING, Power.NONCONFORMITY_RAISE},
    Role.RESIDENT_SUPERVISOR: _MEMBER
    | {Power.BATCH_REVIEW, Power.HOLD_LIFT, Power.HOLD_SET, Power.NONCONFORMITY_RAISE, Power.REPORT_WRITE},
}


def powers_of(roles: frozenset[Role]) -> frozenset[Power]:
    return frozenset().union(*(POWERS_OF[role] for role in roles))
