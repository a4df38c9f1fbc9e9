"""The yearly self-inspection report: signed when the year is over and its figures are current, then filed."""

import pytest

from tests.workflows.weighing import EVERY_POWER, NOW, Lacking, checks_of, codes, weigh, without
from workflows.engine import weigh_opening
from workflows.powers import POWERS_OF, Power, Role
from workflows.self_inspection import AMEND, FILE, SELF_INSPECTION, FilingFacts, ReportFacts

READY = ReportFacts(year=2025, year_is_over=True, is_current=True, written=True)
LACKING: Lacking = {
    "year-over": ({"year_is_over": False}, {"year-over"}),
    "figures-current": ({"is_current": False}, {"figures-current"}),
    "parts-written": ({"written": False}, {"parts-written"}),
}


@pytest.mark.parametrize(("move", "code"), checks_of(*SELF_INSPECTION.transitions))
def test_one_missing_thing_is_enough_and_names_itself(move, code):
    facts, named = without(READY, LACKING, code)

    assert codes(weigh(SELF_INSPECTION, move, facts).unmet) == named
    assert weigh(SELF_INSPECTION, move, READY).allowed


@pytest.mark.parametrize(
    ("facts", "unmet"),
    [
        (FilingFacts("signed", filed=False, year=2026, owed=2026), set()),
        (FilingFacts("signed", filed=False, year=2026, owed=None), set()),
        (FilingFacts("drafted", filed=False, year=2026, owed=2026), {"report-signed"}),
        (FilingFacts("signed", filed=True, year=2026, owed=2026), {"report-not-filed"}),
        (FilingFacts("signed", filed=False, year=2025, owed=2026), {"report-of-the-year-owed"}),
    ],
)
def test_the_report_that_is_owed_is_filed_once(facts, unmet):
    assert codes(weigh_opening(FILE, facts, powers=EVERY_POWER, side=None, on=NOW).unmet) == unmet


def test_what_is_signed_is_not_amended_and_only_the_person_in_charge_signs():
    assert not weigh_opening(AMEND, "signed", powers=EVERY_POWER, side=None, on=NOW).allowed
    assert [role for role, powers in POWERS_OF.items() if Power.SELF_INSPECTION_SIGN in powers] == [
        Role.PERSON_IN_CHARGE
    ]
