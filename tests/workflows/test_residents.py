"""Residents: who may be posted, which exception counts, what is reported, what waits for them."""

from dataclasses import replace

import pytest

from tests.workflows.weighing import EVERY_POWER, NOW, Lacking, checks_of, codes, weigh, without
from workflows.attendance import ARRIVE, LEAVE, PLAN, AttendanceFacts
from workflows.daily_report import DAILY_REPORT, DRAFT, WRITE, ReportFacts
from workflows.engine import Side, weigh_opening
from workflows.hold_point import HOLD_POINT, SET, HoldFacts
from workflows.observation import RAISE_OBSERVATION, ObservationFacts
from workflows.posting import POSTING, PROPOSE, PostingFacts
from workflows.posting_exception import ASK, POSTING_EXCEPTION, ExceptionFacts
from workflows.powers import POWERS_OF, Power, Role

POSTABLE = PostingFacts(
    entrustment_is_open=True,
    duties_agreed=True,
    is_resident=True,
    production_evidenced=True,
    quality_evidenced=True,
    paper_counts=True,
    overlaps=0,
    overlaps_on="",
    is_over=False,
)
READY = {
    POSTING: POSTABLE,
    POSTING_EXCEPTION: ExceptionFacts(entrustment_is_open=True, reasoned=True),
    DAILY_REPORT: ReportFacts(is_own=True, counts_that_day=True, has_come=True, says_something=True, is_drafted=True),
    HOLD_POINT: HoldFacts(is_resident_here=True, set_by_actor=True),
}
LACKING: dict[str, Lacking] = {
    "posting": {
        "entrustment-open": ({"entrustment_is_open": False}, {"entrustment-open"}),
        "duties-agreed": ({"duties_agreed": False}, {"duties-agreed"}),
        "is-resident": ({"is_resident": False}, {"is-resident"}),
        "production-experience": ({"production_evidenced": False}, {"production-experience"}),
        "quality-experience": ({"quality_evidenced": False}, {"quality-experience"}),
        "one-place": ({"overlaps": 1, "overlaps_on": "2026-12-01"}, {"one-place"}),
        "posting-not-over": ({"is_over": True}, {"posting-not-over"}),
    },
    "posting_exception": {
        "entrustment-open": ({"entrustment_is_open": False}, {"entrustment-open"}),
        "exception-reasoned": ({"reasoned": False}, {"exception-reasoned"}),
    },
    "daily_report": {
        "own-report": ({"is_own": False}, {"own-report"}),
        "posted-that-day": ({"counts_that_day": False}, {"posted-that-day"}),
        "day-has-come": ({"has_come": False}, {"day-has-come"}),
        "says-something": ({"says_something": False}, {"says-something"}),
    },
    "hold_point": {
        "resident-here": ({"is_resident_here": False}, {"resident-here"}),
        "set-by-oneself": ({"set_by_actor": False}, {"set-by-oneself"}),
    },
}
PROCESS = {life.subject: life for life in READY}
MOVES = [(name, move.name) for name, life in PROCESS.items() for move in life.transitions]
CONDITIONS = [(name, *each) for name, life in PROCESS.items() for each in checks_of(*life.transitions)]
THERE = AttendanceFacts(is_posted=True, counts_today=True, is_own=True, there=True)
DEEDS = [
    (PROPOSE, POSTABLE, {"entrustment_is_open": False}, "entrustment-open"),
    (PROPOSE, POSTABLE, {"duties_agreed": False}, "duties-agreed"),
    (ASK, READY[POSTING_EXCEPTION], {"entrustment_is_open": False}, "entrustment-open"),
    (PLAN, THERE, {"is_posted": False}, "is-posted"),
    (ARRIVE, replace(THERE, there=False), {"there": True}, "not-there-yet"),
    (ARRIVE, replace(THERE, there=False), {"counts_today": False}, "posted-today"),
    (ARRIVE, replace(THERE, there=False), {"is_own": False}, "own-presence"),
    (LEAVE, THERE, {"there": False}, "is-there"),
    (LEAVE, THERE, {"is_own": False}, "own-presence"),
    (DRAFT, READY[DAILY_REPORT], {"is_own": False}, "own-report"),
    (WRITE, READY[DAILY_REPORT], {"is_own": False}, "own-report"),
    (WRITE, READY[DAILY_REPORT], {"is_drafted": False}, "report-unsigned"),
    (RAISE_OBSERVATION, ObservationFacts("opened", is_raised=False), {"batch_state": None}, "concerns-a-batch"),
    (RAISE_OBSERVATION, ObservationFacts("opened", is_raised=False), {"batch_state": "rejected"}, "batch-undecided"),
    (RAISE_OBSERVATION, ObservationFacts("opened", is_raised=False), {"is_raised": True}, "not-raised-yet"),
]


def asked(deed, facts, *, side=Side.REGISTRANT, powers=EVERY_POWER):
    return weigh_opening(deed, facts, powers=powers, side=side, on=NOW)


@pytest.mark.parametrize(("name", "move"), MOVES)
def test_when_nothing_is_missing_it_may_happen_on_the_registrants_side_alone(name, move):
    life = PROCESS[name]
    without_power = EVERY_POWER - {life.transition(move).power}

    assert weigh(life, move, READY[life]).allowed
    assert not weigh(life, move, READY[life], side=Side.MANUFACTURER).allowed
    assert not weigh(life, move, READY[life], powers=without_power).allowed


@pytest.mark.parametrize(("name", "move", "code"), CONDITIONS)
def test_one_missing_thing_is_enough_and_names_itself(name, move, code):
    facts, named = without(READY[PROCESS[name]], LACKING[name], code)

    assert codes(weigh(PROCESS[name], move, facts).unmet) == named


@pytest.mark.parametrize(("deed", "facts", "changes", "code"), DEEDS)
def test_a_deed_is_refused_for_what_it_lacks(deed, facts, changes, code):
    assert asked(deed, facts).allowed
    assert codes(asked(deed, replace(facts, **changes)).unmet) == {code}
    assert not asked(deed, facts, side=Side.MANUFACTURER).allowed


def test_a_paper_that_is_not_accepted_proves_neither_experience():
    unmet = weigh(POSTING, "post", replace(POSTABLE, paper_counts=False)).unmet

    assert codes(unmet) == {"production-experience", "quality-experience"}


def test_a_hold_point_is_set_on_a_batch_that_is_not_decided_on():
    assert asked(SET, "recorded").allowed
    assert not asked(SET, "marketing_released").allowed


def test_only_the_resident_lifts_and_reports_and_only_the_representative_excepts():
    holders = {power: {role for role in Role if power in POWERS_OF[role]} for power in Power}

    assert holders[Power.HOLD_LIFT] == holders[Power.REPORT_WRITE] == {Role.RESIDENT_SUPERVISOR}
    assert holders[Power.POSTING_EXCEPT] == {Role.MANAGEMENT_REPRESENTATIVE}


@pytest.mark.parametrize(
    ("name", "move"),
    [("posting", "post"), ("posting_exception", "grant"), ("daily_report", "sign"), ("hold_point", "lift")],
)
def test_what_others_rely_on_is_signed(name, move):
    assert PROCESS[name].transition(move).signature


def test_what_is_said_of_another_posting_names_no_place():
    """The ledger of this entrustment is read by this manufacturer, which must not learn of another."""
    (finding,) = weigh(POSTING, "post", replace(POSTABLE, overlaps=1, overlaps_on="2026-12-01")).unmet

    assert str(finding.fact) == "Another posting runs at the same time, from 2026-12-01 on."
