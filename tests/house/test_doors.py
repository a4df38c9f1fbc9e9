"""Doors, moves and powers fit together.  Who gets through which door is asked in ``tests/matrix``."""

import pytest

from portal.web import door_of
from workflows.catalogue import LIFECYCLES
from workflows.powers import POWERS_OF, Power, Role, powers_of

ROOM_OF = {
    "entrustment": "entrustments",
    "agreement": "agreements",
    "ending": "endings",
    "ending_line": "endings",
    "agreement_review": "reviews",
    "meeting": "meetings",
    "approved_source": "approved_sources",
    "material": "materials",
    "material_lot": "material_lots",
    "supplier": "suppliers",
    "appointment": "appointments",
    "area": "areas",
    "authorisation": "authorisations",
    "equipment": "machines",
    "hearing": "hearings",
    "self_inspection": "self_inspections",
    "audit": "audits",
    "audit_finding": "audit_findings",
    "audit_programme": "audit_programmes",
    "batch": "batches",
    "nonconformity": "nonconformities",
    "defect_notice": "defects",
    "capa": "capas",
    "capa_action": "capas",
    "change": "changes",
    "posting": "postings",
    "posting_exception": "exceptions",
    "daily_report": "reports",
    "hold_point": "holds",
    "transfer": "transfers",
    "definition": "definitions",
    "trade_item": "trade_items",
    "label_run": "labels",
    "transfer_gap": "transfer_gaps",
}


def doors(app):
    """Every door behind which somebody's books lie, with the power that opens it."""
    hung = [(rule, door_of(app.view_functions[rule.endpoint])) for rule in app.url_map.iter_rules()]
    return sorted(((rule, power) for rule, power in hung if power is not None), key=lambda each: each[0].rule)


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda lifecycle: lifecycle.subject)
def test_every_move_has_a_door_with_the_same_power(app, lifecycle):
    room = ROOM_OF[lifecycle.subject]
    declared = {f"{room}.{move.name}": move.power for move in lifecycle.transitions}
    hung = {endpoint: door_of(view) for endpoint, view in app.view_functions.items() if endpoint in declared}

    assert hung == declared


def test_every_power_is_granted_to_somebody_and_asked_for_somewhere(app):
    asked = {power for _, power in doors(app)}

    assert asked == set(Power)
    assert frozenset().union(*POWERS_OF.values()) == set(Power)


def test_an_inspector_holds_no_power_that_opens_a_door_for_writing(app):
    powers = powers_of(frozenset({Role.AUTHORITY_INSPECTOR}))
    writing = {rule.endpoint for rule, power in doors(app) if "POST" in rule.methods and power in powers}

    assert writing == set()


def test_every_condition_that_can_be_mended_names_a_door(app):
    named = {check.mend for life in LIFECYCLES for move in life.transitions for check in move.checks if check.mend}

    assert named <= set(app.view_functions)
