"""An appointment to a key post and the quarterly hearing: what has to be true before somebody signs."""

import pytest

from tests.workflows.weighing import EVERY_POWER, NOW, Lacking, checks_of, codes, weigh, without
from workflows.appointment import AMEND, APPOINTMENT, REPORT, AppointmentFacts, ReportingFacts
from workflows.engine import weigh_opening
from workflows.powers import POWERS_OF, Power, Role
from workflows.quarterly_hearing import HEARING, HearingFacts

READY = AppointmentFacts(
    post="quality_head",
    lacks=frozenset(),
    device_class="III",
    evidenced=True,
    authorised=True,
    holder="",
    also=frozenset(),
    small=False,
    own=False,
)
ASKED = ("full_time", "schooled", "practised", "senior", "clean_record", "of_quality", "trained")
LACKING: Lacking = {
    **{
        f"holder-{each.replace('_', '-')}": ({"lacks": frozenset({each})}, {f"holder-{each.replace('_', '-')}"})
        for each in ASKED
    },
    "qualification-evidenced": ({"evidenced": False}, {"qualification-evidenced"}),
    "authorisation-written": ({"authorised": False}, {"authorisation-written"}),
    "production-and-quality-apart": ({"also": frozenset({"production_head"})}, {"production-and-quality-apart"}),
    "representative-heads-quality-if-small": (
        {"also": frozenset({"management_representative"})},
        {"representative-heads-quality-if-small"},
    ),
    "post-vacant": ({"holder": "Somebody"}, {"post-vacant"}),
    "not-ones-own-letter": ({"own": True}, {"not-ones-own-letter"}),
}
HEARD = HearingFacts(in_office=True, dispatched=True, own=False)
NOT_HEARD: Lacking = {
    "representative-heard-in-office": ({"in_office": False}, {"representative-heard-in-office"}),
    "review-and-dispatch-written": ({"dispatched": False}, {"review-and-dispatch-written"}),
    "heard-by-another": ({"own": True}, {"heard-by-another"}),
}


@pytest.mark.parametrize("move", [move.name for move in APPOINTMENT.transitions])
def test_when_nothing_is_missing_it_may_happen(move):
    assert weigh(APPOINTMENT, move, READY).allowed


@pytest.mark.parametrize(("move", "code"), checks_of(*APPOINTMENT.transitions))
def test_one_missing_thing_is_enough_and_names_itself(move, code):
    facts, named = without(READY, LACKING, code)

    assert codes(weigh(APPOINTMENT, move, facts).unmet) == named


@pytest.mark.parametrize(("move", "code"), checks_of(*HEARING.transitions))
def test_a_hearing_counts_only_with_all_of_it(move, code):
    facts, named = without(HEARD, NOT_HEARD, code)

    assert codes(weigh(HEARING, move, facts).unmet) == named
    assert weigh(HEARING, move, HEARD).allowed


def test_a_small_maker_may_let_its_representative_head_quality_but_never_production_with_quality():
    small = without(READY, LACKING, "representative-heads-quality-if-small")[0]
    both = without(READY, LACKING, "production-and-quality-apart")[0]

    assert weigh(APPOINTMENT, "appoint", AppointmentFacts(**{**_told(small), "small": True})).allowed
    assert not weigh(APPOINTMENT, "appoint", AppointmentFacts(**{**_told(both), "small": True})).allowed


def test_only_the_person_in_charge_signs_letters_and_hearings():
    signing = {Power.APPOINTMENT_SIGN, Power.HEARING_SIGN}

    assert {role for role, powers in POWERS_OF.items() if powers & signing} == {Role.PERSON_IN_CHARGE}


@pytest.mark.parametrize(
    ("facts", "unmet"),
    [
        (ReportingFacts("in_office", "management_representative", reported=False), set()),
        (ReportingFacts("prepared", "management_representative", reported=False), {"representative-in-office"}),
        (ReportingFacts("in_office", "quality_head", reported=False), {"representative-in-office"}),
        (ReportingFacts("in_office", "management_representative", reported=True), {"not-reported-yet"}),
    ],
)
def test_a_representative_in_office_is_reported_once(facts, unmet):
    assert codes(weigh_opening(REPORT, facts, powers=EVERY_POWER, side=None, on=NOW).unmet) == unmet


def test_a_signed_letter_is_not_amended():
    assert not weigh_opening(AMEND, "in_office", powers=EVERY_POWER, side=None, on=NOW).allowed


def _told(facts):
    return {name: getattr(facts, name) for name in facts.__dataclass_fields__}
