"""What must be true before a lot is accepted, and before it is issued to a batch."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from workflows.engine import weigh_opening
from workflows.issuing import ISSUE, IssueFacts
from workflows.material_lot import MATERIAL_LOT, LotFacts, is_expired
from workflows.powers import Power

ON = date(2026, 11, 23)
READY = LotFacts(
    missing=(),
    uninspected=(),
    failed=(),
    expires_on="2027-11-23",
    expired=False,
    supplier="演示钛业",
    supplier_approved=True,
)
ISSUABLE = IssueFacts(
    number="ML-2611-001",
    state="accepted",
    expired=False,
    expires_on="2027-11-23",
    certified=True,
    supplier="演示钛业",
    supplier_approved=True,
    code="RM-TI-012",
    version="V1",
    wanted=True,
    comparable=True,
    source="AS-2026-001",
)


def weigh(facts, *, move="accept", state="quarantine"):
    return MATERIAL_LOT.weigh(move, state=state, facts=facts, powers=frozenset(Power), side=None, on=ON)


@pytest.mark.parametrize(
    ("lacking", "code"),
    [
        ({"missing": ("Mill certificate",)}, "lot-certified"),
        ({"uninspected": ("直径",)}, "lot-inspected"),
        ({"failed": ("直径",)}, "lot-conforms"),
        ({"expired": True}, "lot-not-expired"),
        ({"supplier_approved": False}, "lot-supplier-approved"),
        ({"by_actor": ("直径",)}, "lot-accepted-by-another"),
    ],
)
@pytest.mark.parametrize(("move", "state"), [("accept", "quarantine"), ("unblock", "blocked")])
def test_one_missing_thing_is_enough_to_keep_a_lot_from_production(lacking, code, move, state):
    assert weigh(READY, move=move, state=state).allowed
    assert [each.code for each in weigh(replace(READY, **lacking), move=move, state=state).unmet] == [code]


def test_a_lot_that_lacks_everything_can_still_be_rejected():
    nothing = replace(READY, missing=("a",), uninspected=("b",), failed=("c",), expired=True, supplier_approved=False)

    assert weigh(nothing, move="reject").allowed


@pytest.mark.parametrize("state", ["rejected", "recalled"])
def test_what_is_rejected_or_recalled_stays_so(state):
    assert MATERIAL_LOT.ways_on(state=state, facts=READY, powers=frozenset(Power), side=None, on=ON) == []


def test_accepting_and_rejecting_are_signed_and_blocking_needs_a_reason():
    signed = {each.name for each in MATERIAL_LOT.transitions if each.signature}
    reasoned = {each.name for each in MATERIAL_LOT.transitions if each.reason}

    assert signed == {"accept", "accept_part", "reject", "unblock"}
    assert reasoned == {"reject", "block", "unblock", "recall"}


@pytest.mark.parametrize(
    ("expires_on", "expired"),
    [(ON + timedelta(days=1), False), (ON, True), (ON - timedelta(days=1), True), (None, False)],
)
def test_the_day_on_the_label_counts_as_past(expires_on, expired):
    assert is_expired(expires_on, ON) is expired


@pytest.mark.parametrize(
    ("lacking", "code"),
    [
        ({"state": "quarantine"}, "lot-accepted"),
        ({"state": "blocked"}, "lot-accepted"),
        ({"state": "rejected"}, "lot-accepted"),
        ({"state": "recalled"}, "lot-accepted"),
        ({"expired": True}, "lot-not-expired"),
        ({"certified": False}, "lot-certified"),
        ({"supplier_approved": False}, "lot-supplier-approved"),
        ({"wanted": False}, "material-wanted"),
        ({"comparable": False}, "units-comparable"),
        ({"source": ""}, "source-approved"),
    ],
)
def test_one_missing_thing_is_enough_to_keep_a_lot_out_of_a_batch(lacking, code):
    def weighed(facts):
        return weigh_opening(ISSUE, facts, powers=frozenset({ISSUE.power}), side=None, on=ON)

    assert weighed(ISSUABLE).allowed
    assert [each.code for each in weighed(replace(ISSUABLE, **lacking)).unmet] == [code]
