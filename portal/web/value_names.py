"""Every code that a record keeps in place of words, and the words: what a reader sees instead of the code."""

from collections.abc import Mapping

from agreements.catalogue_words import QUESTIONS
from agreements.inspection_plans import COVERAGES
from workflows.appointment import EDUCATIONS, KEY_POSTS, TITLES
from workflows.attendance import PLANS
from workflows.audit import BY as HELD_BY
from workflows.audit import KINDS as AUDITED
from workflows.audit import MODES, SUPPLIES
from workflows.audit_finding import GRADES
from workflows.batch import DOCUMENTS, RESULTS
from workflows.capa import TRIGGERS
from workflows.change import KINDS as CHANGES
from workflows.change import VERDICTS
from workflows.defect_notice import OUTCOMES
from workflows.definition import INSPECTED as INSPECTED_AT
from workflows.definition import STEP_KINDS
from workflows.engine import Side
from workflows.equipment import EQUIPMENT_KINDS
from workflows.grades import GRADES as CLEAN_GRADES
from workflows.intake import WHERE
from workflows.making import OPERATIONS
from workflows.material import CERTIFICATES
from workflows.meeting import SPEAKERS, WAYS
from workflows.nonconformity import DISPOSITIONS
from workflows.powers import ROLE_NAMES
from workflows.proving import PROOFS
from workflows.stages import STAGES
from workflows.supplier import ROLES as SUPPLIERS
from workflows.trade_item import AGENCIES, LEVELS
from workflows.transfer import KINDS as ITEMS
from workflows.transfer import TRIED
from workflows.words import N_

AGREEMENTS = {"quality": N_("Quality agreement"), "entrustment": N_("Entrustment agreement")}
ANSWERS = {"favourable": N_("Favourable"), "unfavourable": N_("Unfavourable"), "unknown": N_("Not known yet")}
BECAUSE = {
    "asked": N_("Somebody asked for it."),
    "day.begun": N_("A new day began."),
    "organisation.changed": N_("A party's public entry changed."),
    "answer.given": N_("A question was answered."),
    "residents.planned": N_("The plan for residents changed."),
    "product.presented": N_("The product was shown."),
    "certificate.presented": N_("A registration certificate was shown."),
    "credit_check.presented": N_("A check of public credit data was shown."),
    "functions.presented": N_("The five functions were shown."),
    "site.presented": N_("The production site was shown."),
    "licence.presented": N_("The production licence was shown."),
    "inspection.presented": N_("An inspection was shown."),
    "internal_audit.presented": N_("An internal audit was shown."),
    "audit_report.presented": N_("An audit report was shown."),
    "credit_statement.presented": N_("The credit statement was shown."),
    "appointment.presented": N_("The holder of a key post was shown."),
    "appointment.withdrawn": N_("The holder of a key post is no longer shown."),
    "appointment.changed": N_("The holder of a key post changed."),
    "product.withdrawn": N_("A product was withdrawn."),
    "certificate.withdrawn": N_("A registration certificate was withdrawn."),
    "credit_check.withdrawn": N_("A check of public credit data was withdrawn."),
    "functions.withdrawn": N_("The five functions were withdrawn."),
    "site.withdrawn": N_("The production site was withdrawn."),
    "licence.withdrawn": N_("The production licence was withdrawn."),
    "inspection.withdrawn": N_("An inspection was withdrawn."),
    "internal_audit.withdrawn": N_("An internal audit was withdrawn."),
    "audit_report.withdrawn": N_("An audit report was withdrawn."),
    "credit_statement.withdrawn": N_("The credit statement was withdrawn."),
    "product.changed": N_("The product changed."),
    "certificate.changed": N_("A registration certificate changed."),
    "credit_check.changed": N_("A check of public credit data changed."),
    "functions.changed": N_("The five functions changed."),
    "site.changed": N_("The production site changed."),
    "licence.changed": N_("The production licence changed."),
    "inspection.changed": N_("An inspection changed."),
    "internal_audit.changed": N_("An internal audit changed."),
    "audit_report.changed": N_("An audit report changed."),
    "credit_statement.changed": N_("The credit statement changed."),
}
DEVICE_CLASSES = {"I": N_("Class I"), "II": N_("Class II"), "III": N_("Class III")}
ENDS_BECAUSE = {
    "wish": N_("as the parties wish"),
    "certificate": N_("the registration certificate ends first"),
    "licence": N_("the production licence ends first"),
}
EXHIBITS = {
    "product": N_("Product"),
    "certificate": N_("Registration certificate"),
    "credit_check": N_("Check of public credit data"),
    "functions": N_("Five functions"),
    "site": N_("Production site"),
    "licence": N_("Production licence"),
    "inspection": N_("Quality system inspection"),
    "credit_statement": N_("Credit statement"),
    "internal_audit": N_("Internal audit"),
    "audit_report": N_("Audit report passed on"),
    "appointment": N_("Holder of a key post"),
}
INSPECTED = {
    "passed": N_("Passed"),
    "passed-after-rectification": N_("Passed after rectification"),
    "failed": N_("Failed"),
}
LANGUAGES = {"zh": N_("Chinese"), "en": N_("English")}
ROLES: Mapping[str, str] = {role.value: name for role, name in ROLE_NAMES.items()}
SIDES = {
    Side.REGISTRANT.value: N_("Registrant"),
    Side.MANUFACTURER.value: N_("Manufacturer"),
    Side.AUTHORITY.value: N_("Authority"),
}
CAPA_KINDS = {
    "correction": N_("Correction"),
    "corrective": N_("Corrective action"),
    "preventive": N_("Preventive action"),
}
OWES = {
    Side.REGISTRANT.value: N_("The registrant"),
    Side.MANUFACTURER.value: N_("The manufacturer"),
    "both": N_("Both together"),
    "house": N_("The organisation itself"),
}
VASCULAR_SITES = {
    "peripheral": N_("Peripheral vessels"),
    "coronary": N_("Coronary vessels"),
    "intracranial": N_("Vessels of the brain"),
    "other": N_("Elsewhere, or not in a vessel"),
}

# The fields that keep codes, by kind of record; an exhibit's are those of the records that it is a copy of.
VALUE_NAMES: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "agreement": {"kind": AGREEMENTS, "ends_because": ENDS_BECAUSE},
    "answer": {"question": QUESTIONS},
    "appointment": {"post": KEY_POSTS, "education": EDUCATIONS, "professional_title": TITLES},
    "approved_source": {"supplied": SUPPLIES},
    "area": {"grade": CLEAN_GRADES},
    "audit": {"kind": AUDITED, "mode": MODES, "held_by": HELD_BY, "supplied": SUPPLIES},
    "audit_finding": {"grade": GRADES},
    "audit_report": {"mode": MODES, "result": INSPECTED},
    "authorisation": {"operations": OPERATIONS},
    "batch": {"stage": STAGES},
    "batch_document": {"kind": DOCUMENTS, "result": RESULTS},
    "capa": {"trigger": TRIGGERS},
    "capa_action": {"kind": CAPA_KINDS, "owes": OWES},
    "change": {"kind": CHANGES, "side": SIDES, "verdict": VERDICTS},
    "change_assessment": {"side": SIDES},
    "defect_notice": {"outcome": OUTCOMES},
    "definition_inspection": {"stage": INSPECTED_AT, "coverage": COVERAGES},
    "definition_step": {"kind": STEP_KINDS, "operation": OPERATIONS, "grade": CLEAN_GRADES},
    "duty": {"owes": OWES},
    "ending_line": {"owes": OWES, "kept_by": SIDES},
    "equipment": {"kind": EQUIPMENT_KINDS, "operations": OPERATIONS},
    "equipment_proof": {"kind": PROOFS},
    "exhibit": {
        "kind": EXHIBITS,
        "post": KEY_POSTS,
        "mode": MODES,
        "result": INSPECTED,
        "device_class": DEVICE_CLASSES,
        "vascular_site": VASCULAR_SITES,
    },
    "inspection": {"result": INSPECTED},
    "intake": {"stage": {name: state.label for name, state in WHERE.items()}},
    "internal_audit": {"result": INSPECTED},
    "invitation": {"roles": ROLES},
    "lot_certificate": {"kind": CERTIFICATES},
    "material": {"certificates": CERTIFICATES},
    "material_lot": {"asked_certificates": CERTIFICATES},
    "meeting": {"way": WAYS, "speaker": SPEAKERS},
    "nonconformity": {"disposition": DISPOSITIONS},
    "participation": {"side": SIDES},
    "person": {"roles": ROLES, "language": LANGUAGES},
    "product": {"device_class": DEVICE_CLASSES, "vascular_site": VASCULAR_SITES},
    "registration_certificate": {"device_class": DEVICE_CLASSES},
    "roster": {"plan": PLANS},
    "signature": {"side": SIDES},
    "supplier": {"role": SUPPLIERS},
    "trade_item": {"agency": AGENCIES, "level": LEVELS},
    "transfer_gap": {"owes": OWES},
    "transfer_item": {"kind": ITEMS},
    "transfer_trial": {"result": TRIED},
    "verdict": {"answer": ANSWERS, "because": BECAUSE},
}


def value_name(kind: str, field: str, value: str) -> str | None:
    """The English words for what the field of such a record keeps, to be translated; None where it keeps no code."""
    return VALUE_NAMES.get(kind, {}).get(field, {}).get(value)
