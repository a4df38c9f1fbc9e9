"""May this step be carried out then: each condition alone keeps it from being recorded, and says why."""

from dataclasses import replace
from datetime import date

import pytest

from workflows.engine import Transition, weigh_opening
from workflows.making import CHECKS, OPERATIONS, WATCHED, MakingFacts
from workflows.powers import Power

FINE = MakingFacts(
    on="2026-11-23",
    is_future=False,
    operation="cleaning",
    unknown=0,
    idle=(),
    unfit=(),
    uncalibrated=(),
    unvalidated=(),
    operator="Wang",
    operator_authorised=True,
    watched=True,
    second="Zhao",
    second_is_another=True,
    second_authorised=True,
    area="C-102 Cleaning",
    area_in_use=True,
    grade="10000",
    grade_needed="100000",
)
MAKE = Transition[MakingFacts](
    name="make",
    label="",
    sources=frozenset(),
    target="",
    power=Power.BATCH_RECORD,
    event="",
    checks=CHECKS,
)
WRONG = {
    "step-not-ahead": ({"is_future": True}, "It is dated 2026-11-23."),
    "step-on-record": ({"unknown": 2}, "Not found: 2."),
    "equipment-in-service": ({"idle": ("EQ-1", "EQ-2")}, "Not so: EQ-1, EQ-2."),
    "equipment-serves-step": ({"unfit": ("EQ-1",)}, "Not so: EQ-1."),
    "equipment-calibrated": ({"uncalibrated": ("M-001",)}, "Not so: M-001."),
    "equipment-validated": ({"unvalidated": ("EQ-5",)}, "Not so: EQ-5."),
    "operator-authorised": ({"operator_authorised": False}, "It is Wang."),
    "second-person-present": ({"second": "", "second_is_another": False}, "Nobody is named."),
    "area-in-use": ({"area_in_use": False}, "It is C-102 Cleaning."),
    "area-clean-enough": ({"grade": "300000"}, "Asked for: class 100000."),
}


def weighed(**given):
    return weigh_opening(
        MAKE, replace(FINE, **given), powers=frozenset({Power.BATCH_RECORD}), side=None, on=date(2026, 11, 23)
    )


def test_a_step_with_everything_in_order_may_be_recorded():
    assert weighed().allowed


@pytest.mark.parametrize("code", WRONG)
def test_one_thing_out_of_order_is_enough_and_is_named(code):
    given, fact = WRONG[code]
    (unmet,) = weighed(**given).unmet
    assert (unmet.code, str(unmet.fact)) == (code, fact)
    assert unmet.sources
    assert unmet.mend or code == "step-not-ahead"


def test_every_condition_has_its_own_refusal():
    assert set(WRONG) == {each.code for each in CHECKS}


@pytest.mark.parametrize(
    "given",
    [
        {"second_is_another": False},
        {"second_authorised": False},
        {"second": "Zhao", "second_authorised": False, "second_is_another": False},
    ],
)
def test_a_watched_step_wants_somebody_else_who_is_authorised_too(given):
    assert [each.code for each in weighed(**given).unmet] == ["second-person-present"]
    assert weighed(**given, watched=False).allowed


def test_where_nothing_is_asked_of_the_room_none_need_be_named():
    assert weighed(area="", area_in_use=False, grade="", grade_needed="").allowed
    assert not weighed(area="", area_in_use=False, grade="").allowed


@pytest.mark.parametrize("given", [{"operator": ""}, {"operation": "alchemy"}, {"grade_needed": "unheard"}])
def test_what_nobody_knows_is_not_in_order(given):
    assert not weighed(**given).allowed


def test_what_is_watched_by_our_own_rule_is_an_operation():
    assert set(OPERATIONS) > WATCHED
