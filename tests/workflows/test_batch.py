"""A batch: every condition of its opening, of both releases and of the moves between."""

from dataclasses import replace
from datetime import date

import pytest

from tests.workflows.weighing import EVERY_POWER, NOW, Lacking, checks_of, codes, weigh, without
from workflows.batch import BATCH
from workflows.change import MadeUnder
from workflows.definition import LaidDown
from workflows.duty import HoldingFacts
from workflows.engine import Side, weigh_opening
from workflows.opening import OPEN, OpeningFacts
from workflows.powers import Power
from workflows.recording import DECIDED, FILE, RECORD, REVIEW, UNDERWAY, may_record
from workflows.releasing import BatchFacts

NONE_BREACHED = HoldingFacts(0, "", "")
READY = BatchFacts(
    stage="commercial",
    entrustment_active=True,
    agreements_in_force=True,
    licence_valid_while_made=True,
    steps_planned=17,
    steps_done=17,
    finished=True,
    put_in=1200,
    passed=1181,
    scrapped=7,
    sampled=12,
    has_production_record=True,
    documents_unsigned=0,
    has_incoming=True,
    has_process=True,
    has_final=True,
    results_failed=0,
    has_label=True,
    has_instructions=True,
    versions_stated=True,
    udi_stated=True,
    has_release_sheet=True,
    open_nonconformities=0,
    implantable=True,
    production_days=3,
    days_with_resident=2,
    days_excepted=1,
    first_day_alone="",
    exception="The resident was ill.",
    open_hold_points=0,
    unsettled_defects="",
    production_records_reviewed=True,
    results_reviewed=True,
    release_file_reviewed=True,
    released_by_actor=False,
    duties=NONE_BREACHED,
    under=MadeUnder(2, "CH-2026-002"),
    laid_down=LaidDown("V1", "5", "3"),
)
LACKING: Lacking = {
    "quantities-counted": ({"put_in": None}, {"quantities-counted", "material-balance"}),
    "material-balance": ({"scrapped": 6}, {"material-balance"}),
    "all-steps-done": ({"steps_done": 16}, {"all-steps-done"}),
    "batch-record-complete": ({"has_production_record": False}, {"batch-record-complete"}),
    "inspection-plans-met": ({"plans_unmet": ("初始污染菌",)}, {"inspection-plans-met"}),
    "quality-control-passed": ({"results_failed": 1}, {"quality-control-passed"}),
    "nonconformities-closed": ({"open_nonconformities": 1}, {"nonconformities-closed"}),
    "labels-right": ({"has_label": False}, {"labels-right"}),
    "versions-as-defined": ({"laid_down": LaidDown("V1", "5", "3", kept=False)}, {"versions-as-defined"}),
    "definition-permitted": ({"laid_down": LaidDown("V1", "5", "3", permitted=False)}, {"definition-permitted"}),
    "udi-stated": ({"udi_stated": False}, {"udi-stated"}),
    "labels-reconciled": ({"open_label_runs": 2}, {"labels-reconciled"}),
    "udi-in-use": ({"udi_in_use": False}, {"udi-in-use"}),
    "release-sheet": ({"has_release_sheet": False}, {"release-sheet"}),
    "entrustment-active": ({"entrustment_active": False}, {"entrustment-active"}),
    "made-under-licence": ({"licence_valid_while_made": False}, {"made-under-licence"}),
    "resident-posted": ({"days_with_resident": 1, "first_day_alone": "2026-11-21"}, {"resident-posted"}),
    "no-unsettled-defect": ({"unsettled_defects": "DN-2026-001"}, {"no-unsettled-defect"}),
    "hold-points-lifted": ({"open_hold_points": 1}, {"hold-points-lifted"}),
    "changes-implemented": ({"under": MadeUnder(2, "CH-2026-002", 1, "CH-2026-001")}, {"changes-implemented"}),
    "production-records-reviewed": ({"production_records_reviewed": False}, {"production-records-reviewed"}),
    "results-reviewed": ({"results_reviewed": False}, {"results-reviewed"}),
    "release-file-reviewed": ({"release_file_reviewed": False}, {"release-file-reviewed"}),
    "duties-kept": ({"duties": HoldingFacts(1, "QA-23", "2026-11-01")}, {"duties-kept"}),
    "two-people-release": ({"released_by_actor": True}, {"two-people-release"}),
}
ALSO_LACKING = [
    ("release_production", {"finished": False}, "all-steps-done"),
    ("release_production", {"documents_unsigned": 1}, "batch-record-complete"),
    ("release_production", {"has_incoming": False}, "quality-control-passed"),
    ("release_production", {"has_process": False}, "quality-control-passed"),
    ("release_production", {"has_final": False}, "quality-control-passed"),
    ("release_production", {"has_instructions": False}, "labels-right"),
    ("release_production", {"versions_stated": False}, "labels-right"),
    ("release_production", {"agreements_in_force": False}, "entrustment-active"),
    ("release_production", {"licence_valid_while_made": None}, "made-under-licence"),
    ("release_production", {"passed": 1182}, "material-balance"),
    ("release_marketing", {"agreements_in_force": False}, "entrustment-active"),
    ("release_marketing", {"licence_valid_while_made": None}, "made-under-licence"),
]
SIX_OF_THE_GUIDE = {
    "all-steps-done",
    "batch-record-complete",
    "quality-control-passed",
    "nonconformities-closed",
    "labels-right",
    "release-sheet",
}
OPENABLE = OpeningFacts(
    stage="commercial",
    transfer="DT-2026-001",
    definition="V1",
    definition_from="2026-11-01",
    entrustment_active=True,
    product_is_entrusted=True,
    verdict_favourable_today=True,
    agreements_in_force=True,
    licence_valid=True,
    licence_until="2028-06-21",
    licence_covers_product=True,
    licence_names_site=True,
    certificate_valid=True,
    unsettled_defects="",
    idle_since="",
)
UNOPENABLE: Lacking = {
    "entrustment-active": ({"entrustment_active": False}, {"entrustment-active"}),
    "product-entrusted": ({"product_is_entrusted": False}, {"product-entrusted"}),
    "verdict-of-today": ({"verdict_favourable_today": False}, {"verdict-of-today"}),
    "agreements-in-force": ({"agreements_in_force": False}, {"agreements-in-force"}),
    "licence-valid": ({"licence_valid": False}, {"licence-valid"}),
    "licence-scope": ({"licence_covers_product": False}, {"licence-scope"}),
    "licence-site": ({"licence_names_site": False}, {"licence-site"}),
    "certificate-valid": ({"certificate_valid": False}, {"certificate-valid"}),
    "transfer-signed": ({"transfer": ""}, {"transfer-signed"}),
    "definition-in-force": ({"definition": ""}, {"definition-in-force"}),
    "no-unsettled-defect": ({"unsettled_defects": "DN-2026-001"}, {"no-unsettled-defect"}),
    "not-idle": ({"idle_since": "2025-11-01"}, {"not-idle"}),
}


def ready(move):
    """The facts of a batch to which nothing is missing: a trial for the move that is for trials alone."""
    return replace(READY, stage="pilot") if move == "conclude_trial" else READY


def opening(facts, *, powers=EVERY_POWER, side=Side.MANUFACTURER):
    return weigh_opening(OPEN, facts, powers=powers, side=side, on=NOW)


@pytest.mark.parametrize("move", [move.name for move in BATCH.transitions])
def test_when_nothing_is_missing_it_may_happen(move):
    assert weigh(BATCH, move, ready(move)).allowed


@pytest.mark.parametrize(("move", "code"), checks_of(*BATCH.transitions))
def test_one_missing_thing_is_enough_to_hold_a_batch_and_names_itself(move, code):
    facts, named = without(ready(move), LACKING, code)

    decision = weigh(BATCH, move, facts)

    asked = codes(decision.findings)
    assert not decision.allowed
    assert codes(decision.unmet) == named & asked
    assert code in codes(decision.unmet)


@pytest.mark.parametrize(("move", "changes", "code"), ALSO_LACKING)
def test_each_half_of_a_condition_counts(move, changes, code):
    assert codes(weigh(BATCH, move, replace(READY, **changes)).unmet) == {code}


@pytest.mark.parametrize("check", [check for move in BATCH.transitions for check in move.checks], ids=lambda c: c.code)
def test_every_condition_cites_where_it_is_written(check):
    assert check.sources
    assert check.says.endswith(".")


@pytest.mark.parametrize("code", sorted(SIX_OF_THE_GUIDE))
def test_production_release_asks_the_six_conditions_of_the_guide(code):
    found = {check.code: check for check in BATCH.transition("release_production").checks}

    assert "GUIDE-2022-20" in {source.instrument for source in found[code].sources}


@pytest.mark.parametrize("item", range(1, 6))
def test_production_release_asks_the_five_conditions_of_the_practice_of_2025(item):
    cited = {str(source) for check in BATCH.transition("release_production").checks for source in check.sources}

    assert f"GMP-2025 104({item})" in cited


@pytest.mark.parametrize(("on", "asked"), [(date(2026, 10, 31), False), (date(2026, 11, 1), True)])
def test_the_device_identifier_is_asked_for_since_the_practice_of_2025_is_law(on, asked):
    decision = weigh(BATCH, "release_production", replace(READY, udi_stated=False), on=on)

    assert ("udi-stated" in codes(decision.findings)) is asked
    assert decision.allowed is not asked


def test_what_is_not_counted_is_unknown_and_not_balanced():
    finding = next(
        each
        for each in weigh(BATCH, "complete", replace(READY, sampled=None)).findings
        if each.code == "material-balance"
    )

    assert finding.met is None


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"scrapped": 0}, "7 pieces are unaccounted for."),
        ({"passed": 1190}, "-9 pieces are unaccounted for."),
        ({"put_in": None}, "Not all pieces are counted."),
    ],
)
def test_the_balance_says_by_how_much_it_does_not_close(changes, says):
    found = {each.code: each for each in weigh(BATCH, "complete", replace(READY, **changes)).findings}

    assert str(found["material-balance"].fact) == says


@pytest.mark.parametrize(
    ("move", "side"),
    [
        ("complete", Side.MANUFACTURER),
        ("reopen", Side.MANUFACTURER),
        ("release_production", Side.MANUFACTURER),
        ("conclude_trial", Side.MANUFACTURER),
        ("reject_production", Side.MANUFACTURER),
        ("release_marketing", Side.REGISTRANT),
        ("refuse_marketing", Side.REGISTRANT),
    ],
)
def test_a_move_belongs_to_one_side_whatever_powers_the_other_has(move, side):
    for other in (None, *Side):
        assert weigh(BATCH, move, ready(move), side=other).allowed is (other is side)


@pytest.mark.parametrize("move", BATCH.transitions, ids=lambda move: move.name)
def test_without_its_power_a_move_is_not_allowed(move):
    assert not weigh(BATCH, move.name, ready(move.name), powers=EVERY_POWER - {move.power}).allowed


def test_marketing_release_comes_only_after_production_release():
    for state in BATCH.states:
        allowed = weigh(BATCH, "release_marketing", READY, state=state.name).allowed
        assert allowed is (state.name == "production_released")


@pytest.mark.parametrize("state", [state.name for state in BATCH.states if state.final])
def test_released_to_the_market_and_rejected_are_for_good(state):
    for side in Side:
        assert BATCH.ways_on(state=state, facts=READY, powers=EVERY_POWER, side=side, on=NOW) == []


@pytest.mark.parametrize("move", ["reject_production", "refuse_marketing"])
def test_a_rejection_asks_nothing_but_a_reason_and_a_signature(move):
    declared = BATCH.transition(move)

    assert (declared.checks, declared.reason, declared.grave) == ((), True, True)
    assert declared.signature


@pytest.mark.parametrize("stage", ["prototype", "pilot"])
def test_a_trial_is_never_released_to_the_market_but_concluded(stage):
    trial = replace(READY, stage=stage)
    ways = BATCH.ways_on(state="production_released", facts=trial, powers=EVERY_POWER, side=Side.REGISTRANT, on=NOW)

    assert codes(weigh(BATCH, "release_marketing", trial).unmet) == {"commercial-batch"}
    assert "release_marketing" not in {way.transition.name for way in ways}
    assert weigh(BATCH, "conclude_trial", trial).allowed


def test_a_commercial_batch_is_no_trial_to_be_concluded():
    ways = BATCH.ways_on(state="recorded", facts=READY, powers=EVERY_POWER, side=Side.MANUFACTURER, on=NOW)

    assert codes(weigh(BATCH, "conclude_trial", READY).unmet) == {"trial-batch"}
    assert "conclude_trial" not in {way.transition.name for way in ways}


@pytest.mark.parametrize("stage", ["prototype", "pilot"])
def test_trials_are_opened_before_the_design_is_transferred_and_laid_down(stage):
    assert opening(replace(OPENABLE, stage=stage, transfer="", definition="")).allowed


def test_a_batch_that_is_bound_to_no_definition_is_asked_for_none():
    assert weigh(BATCH, "release_production", replace(READY, laid_down=LaidDown())).allowed


@pytest.mark.parametrize("move", ["release_production", "conclude_trial", "release_marketing"])
def test_a_release_is_signed(move):
    assert BATCH.transition(move).signature


def test_a_batch_is_opened_when_everything_is_in_order():
    assert opening(OPENABLE).allowed


@pytest.mark.parametrize("code", [code for _, code in checks_of(OPEN)])
def test_one_missing_thing_is_enough_not_to_open(code):
    facts, named = without(OPENABLE, UNOPENABLE, code)

    decision = opening(facts)

    assert not decision.allowed
    assert codes(decision.unmet) == named


@pytest.mark.parametrize(
    "unknown", ["licence_valid", "licence_covers_product", "licence_names_site", "certificate_valid"]
)
def test_what_was_not_shown_is_unknown_and_holds_the_opening(unknown):
    (finding,) = opening(replace(OPENABLE, **{unknown: None})).unmet

    assert finding.met is None


def test_only_the_manufacturer_opens_a_batch():
    assert not opening(OPENABLE, side=Side.REGISTRANT).allowed
    assert not opening(OPENABLE, side=Side.AUTHORITY).allowed
    assert not opening(OPENABLE, powers=EVERY_POWER - {Power.BATCH_RECORD}).allowed


@pytest.mark.parametrize("state", BATCH.states, ids=lambda state: state.name)
def test_what_may_be_written_depends_on_how_far_the_batch_is(state):
    def allowed(deed):
        side = deed.side or Side.REGISTRANT
        return weigh_opening(deed, state.name, powers=EVERY_POWER, side=side, on=NOW).allowed

    assert may_record(state.name) is (state.name in UNDERWAY)
    assert allowed(RECORD) is allowed(FILE) is may_record(state.name)
    assert allowed(REVIEW) is (state.name == "production_released")
    assert (state.name in DECIDED) is state.final


def test_what_stood_still_is_tried_out_before_it_is_made_to_sell_again():
    idle = replace(OPENABLE, idle_since="2025-11-01")

    assert not opening(idle).allowed
    assert opening(replace(idle, stage="pilot")).allowed
