"""An audit: a fit team, days on site, an answered checklist, the lead auditor's hand; the yearly one is on site."""

from dataclasses import replace

import pytest

from tests.workflows.weighing import EVERY_POWER, NOW, Lacking, checks_of, codes, weigh, without
from workflows.audit import AUDIT, AUDIT_BY_MANUFACTURER, stands_for_registrant
from workflows.audit_rules import AuditFacts
from workflows.auditing import (
    ANSWER_POINTS,
    NAME_TEAM,
    PLAN,
    RAISE_FINDING,
    RECORD_DAYS,
    REPLAN,
    PlanFacts,
    counts_as_yearly,
    in_hand_of,
)
from workflows.engine import Side, weigh_opening
from workflows.powers import Power

READY = AuditFacts(
    entrustment_is_open=True,
    members=2,
    has_lead=True,
    lead_may_sign=True,
    unqualified="",
    tied="",
    own_work="",
    on_site=True,
    arrived=True,
    left=True,
    opening_held=True,
    closing_held=True,
    unanswered=0,
    points=35,
    without_finding=0,
    concluded=True,
    actor_leads=True,
)
LACKING: Lacking = {
    "entrustment-open": ({"entrustment_is_open": False}, {"entrustment-open"}),
    "lead-auditor-named": ({"has_lead": False}, {"lead-auditor-named"}),
    "team-competent": ({"unqualified": "Lin"}, {"team-competent"}),
    "team-independent": ({"tied": "Lin"}, {"team-independent"}),
    "nobody-audits-own-work": ({"own_work": "Lin"}, {"nobody-audits-own-work"}),
    "arrived-on-site": ({"arrived": False}, {"arrived-on-site"}),
    "opening-meeting": ({"opening_held": False}, {"opening-meeting"}),
    "checklist-answered": ({"unanswered": 1}, {"checklist-answered"}),
    "unmet-points-are-findings": ({"without_finding": 1}, {"unmet-points-are-findings"}),
    "left-the-site": ({"left": False}, {"left-the-site"}),
    "closing-meeting": ({"closing_held": False}, {"closing-meeting"}),
    "conclusion-written": ({"concluded": False}, {"conclusion-written"}),
    "lead-auditor-signs": ({"actor_leads": False}, {"lead-auditor-signs"}),
}
MOVES = {move.name: move for move in AUDIT.transitions}
DEEDS = {
    REPLAN: {"planned"},
    NAME_TEAM: {"planned"},
    RECORD_DAYS: {"team_confirmed", "opened", "concluded"},
    ANSWER_POINTS: {"opened", "concluded"},
    RAISE_FINDING: {"opened", "concluded"},
}


@pytest.mark.parametrize("move", MOVES)
def test_when_nothing_is_missing_it_may_happen(move):
    assert weigh(AUDIT, move, READY).allowed


@pytest.mark.parametrize(("move", "code"), checks_of(*AUDIT.transitions))
def test_one_missing_thing_is_enough_and_names_itself(move, code):
    facts, named = without(READY, LACKING, code)

    decision = weigh(AUDIT, move, facts)

    assert not decision.allowed
    assert codes(decision.unmet) == named


def test_a_team_of_nobody_is_neither_competent_nor_independent():
    decision = weigh(AUDIT, "confirm_team", replace(READY, members=0, has_lead=False))

    assert codes(decision.unmet) == {"lead-auditor-named", "team-competent", "team-independent"}


def test_whoever_cannot_sign_the_report_does_not_lead():
    assert codes(weigh(AUDIT, "confirm_team", replace(READY, lead_may_sign=False)).unmet) == {"lead-auditor-named"}


@pytest.mark.parametrize("move", ["open", "conclude"])
def test_a_desk_review_needs_no_days_on_site(move):
    assert weigh(AUDIT, move, replace(READY, on_site=False, arrived=False, left=False)).allowed


@pytest.mark.parametrize("move", MOVES)
def test_the_registrant_audits_and_the_manufacturer_acknowledges(move):
    own = Side.MANUFACTURER if move == "acknowledge" else Side.REGISTRANT
    for side in (None, *Side):
        assert weigh(AUDIT, move, READY, side=side).allowed is (side is own)


def test_the_report_and_its_acknowledgement_are_signed():
    assert {name for name, move in MOVES.items() if move.signature} == {"report", "acknowledge"}
    assert not weigh(AUDIT, "report", READY, powers=EVERY_POWER - {Power.AUDIT_SIGN}).allowed


def test_what_is_reported_is_not_cancelled_and_giving_up_asks_why():
    assert MOVES["cancel"].sources.isdisjoint({"concluded", "reported", "acknowledged"})
    assert MOVES["cancel"].reason
    assert MOVES["cancel"].grave


@pytest.mark.parametrize(("deed", "states"), DEEDS.items(), ids=[deed.name for deed in DEEDS])
def test_it_is_written_on_in_its_time_and_by_the_registrant_alone(deed, states):
    for state in AUDIT.states:
        for side in Side:
            decision = weigh_opening(deed, state.name, powers=EVERY_POWER, side=side, on=NOW)
            assert decision.allowed is (state.name in states and side is Side.REGISTRANT), (state.name, side)


@pytest.mark.parametrize("move", MOVES)
def test_of_an_audit_that_the_manufacturer_holds_alone_every_move_changes_hands(move):
    own = Side.REGISTRANT if move == "acknowledge" else Side.MANUFACTURER
    for side in (None, *Side):
        assert weigh(AUDIT_BY_MANUFACTURER, move, READY, side=side).allowed is (side is own)


@pytest.mark.parametrize("deed", DEEDS, ids=[deed.name for deed in DEEDS])
@pytest.mark.parametrize("holder", [Side.REGISTRANT, Side.MANUFACTURER])
def test_whoever_holds_it_writes_on_it_and_nobody_else(deed, holder):
    state = min(DEEDS[deed])
    for side in Side:
        decision = weigh_opening(in_hand_of(holder, deed), state, powers=EVERY_POWER, side=side, on=NOW)
        assert decision.allowed is (side is holder)


PLANNED = PlanFacts(True, yearly=True, kind="system", mode="on_site", held_by="registrant", side=Side.REGISTRANT)


def planning(**changed):
    facts = replace(PLANNED, **changed)
    return weigh_opening(PLAN, facts, powers=EVERY_POWER, side=facts.side, on=NOW)


@pytest.mark.parametrize("held_by", ["registrant", "both"])
def test_what_the_registrant_holds_alone_or_together_is_planned_by_the_registrant(held_by):
    assert planning(held_by=held_by).allowed
    assert codes(planning(held_by=held_by, side=Side.MANUFACTURER).unmet) == {"planned-by-its-holder"}


def test_alone_the_manufacturer_plans_the_audit_of_a_supplier_and_nothing_else():
    own = {"held_by": "manufacturer", "side": Side.MANUFACTURER, "yearly": False}
    assert planning(**own, kind="supplier").allowed
    assert codes(planning(**own, kind="supplier", mode="desk").unmet) == set()
    assert codes(planning(**own).unmet) == {"manufacturer-audits-suppliers"}


@pytest.mark.parametrize(
    ("supplied", "held_by", "stands"),
    [
        ("sterilisation", "registrant", True),
        ("sterilisation", "both", True),
        ("sterilisation", "manufacturer", False),
        ("animal_origin", "manufacturer", False),
        ("active_component", "manufacturer", False),
        ("ivd_antigen", "manufacturer", False),
        ("other", "manufacturer", True),
    ],
)
def test_of_a_key_item_the_manufacturers_own_audit_does_not_stand_for_the_registrants(supplied, held_by, stands):
    assert stands_for_registrant(supplied, held_by) is stands


def test_an_audit_on_site_may_be_the_yearly_one():
    assert planning().allowed
    assert counts_as_yearly("system", "on_site")


@pytest.mark.parametrize("instead", [{"mode": "desk"}, {"kind": "supplier"}, {"kind": "for_cause"}])
def test_nothing_else_is_offered_as_the_yearly_audit(instead):
    decision = planning(**instead)

    assert codes(decision.unmet) == {"yearly-audit-on-site"}
    (finding,) = decision.unmet
    assert [str(source) for source in finding.sources] == ["GUIDE-2022-20 II(4)7", "ANN-2022-124 17", "GMP-2025 109"]
    assert planning(**instead, yearly=False).allowed


def test_none_is_planned_once_the_entrustment_has_ended():
    assert codes(planning(entrustment_is_open=False).unmet) == {"entrustment-open"}
