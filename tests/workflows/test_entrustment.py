"""An entrustment: every condition on its way from a proposal to production and to its end."""

from dataclasses import replace

import pytest

from tests.workflows.weighing import EVERY_POWER, NOW, Lacking, checks_of, codes, weigh, without
from workflows.engine import Side
from workflows.entrustment import ENTRUSTMENT, EntrustmentFacts

READY = EntrustmentFacts(
    products=2,
    favourable_today=2,
    accepted_by_manufacturer=True,
    quality_agreement_signed=True,
    entrustment_agreement_signed=True,
    agreements_in_force_today=True,
    reported_by_registrant=True,
    reported_by_manufacturer=True,
    certificate_marked=True,
    implantable=True,
    residents_settled=True,
    open_batches=0,
    was_active=True,
    ended_by_law="",
    checklist="signed",
    unsettled=0,
)
LACKING: Lacking = {
    "names-a-product": ({"products": 0, "favourable_today": 0}, {"names-a-product", "verdict-of-today"}),
    "accepted-by-manufacturer": ({"accepted_by_manufacturer": False}, {"accepted-by-manufacturer"}),
    "verdict-of-today": ({"favourable_today": 1}, {"verdict-of-today"}),
    "quality-agreement-signed": ({"quality_agreement_signed": False}, {"quality-agreement-signed"}),
    "entrustment-agreement-signed": ({"entrustment_agreement_signed": False}, {"entrustment-agreement-signed"}),
    "agreements-in-force": ({"agreements_in_force_today": False}, {"agreements-in-force"}),
    "registrant-reported": ({"reported_by_registrant": False}, {"registrant-reported"}),
    "manufacturer-reported": ({"reported_by_manufacturer": False}, {"manufacturer-reported"}),
    "certificate-marked": ({"certificate_marked": False}, {"certificate-marked"}),
    "residents-settled": ({"residents_settled": False}, {"residents-settled"}),
    "no-open-batch": ({"open_batches": 1}, {"no-open-batch"}),
    "ending-settled": ({"checklist": "drawn_up", "unsettled": 2}, {"ending-settled"}),
}
ONWARD = ("find_eligible", "agree", "report", "activate", "resume")


@pytest.mark.parametrize("move", [move.name for move in ENTRUSTMENT.transitions])
def test_when_nothing_is_missing_it_may_happen(move):
    assert weigh(ENTRUSTMENT, move, READY).allowed


@pytest.mark.parametrize(("move", "code"), checks_of(*ENTRUSTMENT.transitions))
def test_one_missing_thing_is_enough_and_names_itself(move, code):
    facts, named = without(READY, LACKING, code)

    decision = weigh(ENTRUSTMENT, move, facts)

    assert not decision.allowed
    assert codes(decision.unmet) == named & codes(decision.findings)
    assert code in codes(decision.unmet)


@pytest.mark.parametrize("move", ONWARD)
def test_it_never_moves_on_without_a_favourable_verdict_of_today(move):
    assert not weigh(ENTRUSTMENT, move, replace(READY, favourable_today=0)).allowed


@pytest.mark.parametrize("move", ["find_eligible", "activate", "resume"])
def test_only_the_registrant_entrusts(move):
    for side in (None, *Side):
        assert weigh(ENTRUSTMENT, move, READY, side=side).allowed is (side is Side.REGISTRANT)


@pytest.mark.parametrize("move", ENTRUSTMENT.transitions, ids=lambda move: move.name)
def test_without_its_power_a_move_is_not_allowed(move):
    assert not weigh(ENTRUSTMENT, move.name, READY, powers=EVERY_POWER - {move.power}).allowed


@pytest.mark.parametrize(
    ("implantable", "met"),
    [(True, False), (None, None), (False, True)],
    ids=["implantable", "not known", "not implantable"],
)
def test_residents_are_asked_for_implantables_and_unknown_is_not_no(implantable, met):
    decision = weigh(ENTRUSTMENT, "activate", replace(READY, residents_settled=False, implantable=implantable))

    assert {each.code: each.met for each in decision.findings}["residents-settled"] is met
    assert decision.allowed is (met is True)


def test_a_certificate_that_was_not_shown_is_unknown_and_holds_the_activation():
    (finding,) = weigh(ENTRUSTMENT, "activate", replace(READY, certificate_marked=None)).unmet

    assert (finding.code, finding.met) == ("certificate-marked", None)


def test_every_state_but_the_last_can_be_ended_and_the_last_is_for_good():
    assert ENTRUSTMENT.transition("end").sources == {state.name for state in ENTRUSTMENT.states} - {"ended"}
    assert ENTRUSTMENT.ways_on(state="ended", facts=READY, powers=EVERY_POWER, side=Side.REGISTRANT, on=NOW) == []


@pytest.mark.parametrize("move", ["suspend", "resume", "end"])
def test_stopping_and_going_on_ask_why(move):
    assert ENTRUSTMENT.transition(move).reason


@pytest.mark.parametrize("move", ["activate", "end"])
def test_beginning_and_ending_are_signed(move):
    assert ENTRUSTMENT.transition(move).signature


def test_the_verdict_says_how_many_products_have_one():
    finding = next(
        each
        for each in weigh(ENTRUSTMENT, "agree", replace(READY, favourable_today=1)).findings
        if each.code == "verdict-of-today"
    )

    assert str(finding.fact) == "1 of 2 products have a favourable verdict of today."


@pytest.mark.parametrize(
    ("changes", "ends", "says"),
    [
        ({"checklist": "signed"}, True, ""),
        ({"checklist": None}, False, "No checklist is drawn up yet."),
        ({"checklist": "drawn_up", "unsettled": 3}, False, "points still open: 3"),
        ({"checklist": "signed_by_registrant"}, False, "The manufacturer has not signed"),
        ({"checklist": "signed_by_manufacturer"}, False, "The registrant has not signed"),
        ({"checklist": None, "was_active": False}, True, "never active"),
        ({"checklist": None, "ended_by_law": "licence"}, True, "licence"),
        ({"checklist": "drawn_up", "ended_by_law": "certificate"}, True, "certificate"),
    ],
)
def test_it_ends_once_the_checklist_is_signed_unless_nothing_was_made_or_the_law_ends_it(changes, ends, says):
    decision = weigh(ENTRUSTMENT, "end", replace(READY, **changes))

    assert decision.allowed is ends
    (asked,) = [each for each in decision.findings if each.code == "ending-settled"]
    assert says in str(asked.fact)
