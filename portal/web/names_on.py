"""Fields whose name says something else on one kind of record than on the others."""

from collections.abc import Mapping

from workflows.words import N_

# A field that is called otherwise on the records of one kind.
NAMES_ON: Mapping[tuple[str, str], str] = {
    ("audit", "ends_on"): N_("Last day"),
    ("audit", "kind"): N_("What is audited"),
    ("audit", "opened_at"): N_("Audit begun"),
    ("audit", "scope"): N_("Scope of the audit"),
    ("audit", "site"): N_("Place"),
    ("batch", "stage"): N_("Stage"),
    ("approved_source", "basis"): N_("Why it is fit"),
    ("approved_source", "supplied"): N_("What the supplier delivers"),
    ("material", "code"): N_("Item code"),
    ("supplier", "is_key"): N_("Key supplier"),
    ("supplier", "since"): N_("Supplier since"),
    ("audit_finding", "title"): N_("What is not as it should be"),
    ("invitation", "title"): N_("Position"),
    ("person", "title"): N_("Position"),
    ("transfer", "scope"): N_("What is transferred"),
    ("transfer_gap", "what"): N_("What is missing"),
    ("audit_finding", "evidence"): N_("What was done"),
    ("change", "kind"): N_("What changes"),
    ("change", "side"): N_("Whose change it is"),
    ("capa", "concluded_at"): N_("Judged"),
    ("defect_notice", "batches"): N_("Batches concerned"),
    ("defect_notice", "reason"): N_("Why"),
    ("defect_notice", "received_at"): N_("Receipt signed"),
    ("defect_notice", "what"): N_("What the defect is"),
    ("internal_audit", "findings"): N_("Findings"),
    ("meeting", "left_at"): N_("Left unsigned"),
    ("meeting", "since"): N_("Figures counted from"),
    ("restart", "idle_since"): N_("Similar product last made"),
    ("restart", "report"): N_("Number of the report"),
    ("restart", "reported_on"): N_("Reported on"),
    ("definition_inspection", "criterion"): N_("Acceptance criterion"),
    ("definition_inspection", "method"): N_("Method"),
    ("definition_inspection", "stage"): N_("Kind of inspection"),
    ("definition_material", "code"): N_("Item code"),
    ("definition_step", "edition"): N_("Version of the work instruction"),
    ("definition_step", "kind"): N_("Kind of process"),
    ("definition_step", "reference"): N_("Work instruction"),
}
