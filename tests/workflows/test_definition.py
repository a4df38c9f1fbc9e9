"""A definition of product and process: complete, asked for, signed by both sides whichever signs first; its limits."""

import pytest

from tests.workflows.weighing import EVERY_POWER, NOW, Lacking, checks_of, codes, weigh, without
from workflows import defining
from workflows.defining import NONE_DRAFTED, OPEN_DEFINITION
from workflows.definition import DEFINITION, DefinitionFacts
from workflows.engine import Side, Transition, weigh_opening
from workflows.limits import LIMITS, Disordered, exact, refuse_disorder
from workflows.powers import Power

READY = DefinitionFacts(
    entrustment_is_open=True,
    steps=17,
    bare=0,
    first_bare="",
    materials=5,
    uninspected=0,
    versions_stated=True,
    effective_on="2026-12-01",
    effective_ahead=True,
    follows="V1",
    follows_from="2026-11-01",
    change="CH-2026-001",
    change_decided=True,
    change_from="2026-12-01",
)
FIRST = DefinitionFacts(True, 17, 0, "", 5, 0, True, "2026-12-01", True)
LACKING: Lacking = {
    "entrustment-open": ({"entrustment_is_open": False}, {"entrustment-open"}),
    "steps-routed": ({"steps": 0}, {"steps-routed"}),
    "parameters-limited": ({"bare": 1, "first_bare": "passivation"}, {"parameters-limited"}),
    "materials-listed": ({"materials": 0}, {"materials-listed"}),
    "inspections-laid-down": ({"uninspected": 1}, {"inspections-laid-down"}),
    "versions-laid-down": ({"versions_stated": False}, {"versions-laid-down"}),
    "effective-ahead": ({"effective_ahead": False}, {"effective-ahead"}),
    "later-than-before": ({"follows_from": "2026-12-01"}, {"later-than-before"}),
    "before-permitted": ({"follows_permitted": False}, {"before-permitted"}),
    "change-named": (
        {"change": "", "change_decided": False, "change_from": ""},
        {"change-named", "verdict-stands", "not-before-the-change"},
    ),
    "verdict-stands": ({"change_decided": False}, {"verdict-stands"}),
    "not-before-the-change": ({"change_from": "2026-12-02"}, {"not-before-the-change"}),
}
SIGNED = [move.name for move in DEFINITION.transitions if move.signature]
WRITTEN = [each for each in vars(defining).values() if isinstance(each, Transition) and each is not OPEN_DEFINITION]


@pytest.mark.parametrize("facts", [READY, FIRST], ids=["a later version", "the first"])
@pytest.mark.parametrize("move", [move.name for move in DEFINITION.transitions])
def test_when_nothing_is_missing_it_may_happen(move, facts):
    assert weigh(DEFINITION, move, facts).allowed


@pytest.mark.parametrize(("move", "code"), checks_of(*DEFINITION.transitions))
def test_one_missing_thing_is_enough_and_names_itself(move, code):
    facts, named = without(READY, LACKING, code)

    decision = weigh(DEFINITION, move, facts)

    assert not decision.allowed
    assert codes(decision.unmet) == named


def test_a_change_that_has_no_day_yet_lets_nothing_hold():
    facts, _ = without(READY, {"": ({"change_from": ""}, set())}, "")

    assert codes(weigh(DEFINITION, "registrant_signs", facts).unmet) == {"not-before-the-change"}


@pytest.mark.parametrize("first", ["registrant", "manufacturer"])
def test_both_sides_approve_it_whichever_signs_first(first):
    second = {"registrant": "manufacturer", "manufacturer": "registrant"}[first]
    begun, done = DEFINITION.transition(f"{first}_signs"), DEFINITION.transition(f"{second}_countersigns")

    assert (begun.sources, begun.target) == ({"draft"}, f"signed_by_{first}")
    assert (done.sources, done.target) == ({begun.target}, "approved")
    assert {begun.side, done.side} == {Side.REGISTRANT, Side.MANUFACTURER}


@pytest.mark.parametrize("move", SIGNED)
def test_each_side_signs_for_itself_and_is_asked_everything(move):
    declared = DEFINITION.transition(move)

    for side in (None, *Side):
        assert weigh(DEFINITION, move, READY, side=side).allowed is (side is declared.side)
    assert {check.code for check in declared.checks} == set(LACKING)
    assert not weigh(DEFINITION, move, READY, powers=EVERY_POWER - {Power.DEFINITION_SIGN}).allowed


def test_what_both_approved_is_final_and_a_signature_of_one_side_is_not():
    assert {state.name for state in DEFINITION.states if state.final} == {"approved", "withdrawn"}
    assert weigh(DEFINITION, "take_back", READY, state="signed_by_registrant").allowed
    assert not weigh(DEFINITION, "take_back", READY, state="approved").allowed


@pytest.mark.parametrize("deed", WRITTEN, ids=lambda deed: deed.name)
def test_lines_are_written_in_a_draft_and_nowhere_else(deed):
    for state in DEFINITION.states:
        asked = {"powers": EVERY_POWER, "side": Side.MANUFACTURER, "on": NOW}
        assert weigh_opening(deed, state.name, **asked).allowed is (state.name == "draft")


@pytest.mark.parametrize("drafted", [True, False])
def test_one_version_of_a_product_is_drafted_at_a_time(drafted):
    decision = weigh_opening(OPEN_DEFINITION, drafted, powers=EVERY_POWER, side=Side.REGISTRANT, on=NOW)

    assert decision.allowed is not drafted
    assert codes(decision.unmet) == ({NONE_DRAFTED.code} if drafted else set())


@pytest.mark.parametrize(
    "limits",
    [
        ("1.0", "1.5", "2.5", "3.0"),
        ("1.0", None, None, "1.0"),
        (None, None, "0.08", "0.10"),
        ("10", "11", None, None),
        ("-5", "-4.5", "0", "0.0"),
        ("0.1", "0.10", "0.100", "0.1000"),
        ("9.99", None, None, "10"),
    ],
)
def test_limits_rise_from_the_lower_to_the_upper(limits):
    refuse_disorder(dict(zip(LIMITS, limits, strict=True)))


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        (("3.0", None, None, "1.0"), "specification_high"),
        (("1.0", "0.9", None, "3.0"), "warning_low"),
        (("1.0", "2.5", "1.5", "3.0"), "warning_high"),
        ((None, None, "3.1", "3.0"), "specification_high"),
        (("10", "9.99", None, None), "warning_low"),
        (("-4.5", None, None, "-5"), "specification_high"),
        (("0.3", None, None, "0.299999"), "specification_high"),
        ((None, "1", "2", None), "specification_low"),
        ((None, None, None, None), "specification_low"),
    ],
)
def test_limits_in_another_order_are_refused_where_they_break_it(limits, field):
    with pytest.raises(Disordered) as refused:
        refuse_disorder(dict(zip(LIMITS, limits, strict=True)))

    assert refused.value.field == field


def test_limits_are_compared_exactly():
    refuse_disorder({"specification_low": "999999999.000001", "specification_high": "999999999.000002"})
    with pytest.raises(Disordered):
        refuse_disorder({"specification_low": "999999999.000002", "specification_high": "999999999.000001"})


@pytest.mark.parametrize("text", ["", "1,5", "1.", ".5", "1e3", "NaN", "Infinity", "+1", "١", "1 000", "1234567890"])
def test_what_is_no_plain_decimal_is_no_limit(text):
    with pytest.raises(ValueError, match="decimal"):
        exact(text)
