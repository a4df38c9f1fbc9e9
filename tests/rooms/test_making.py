"""What carrying out a step depends on, as the plant's books say it: gathered in bulk, for the day of the step."""

from datetime import timedelta
from uuid import uuid4

import pytest

from portal.db import today
from portal.facts.making import Operator, Step, making_facts
from tests.rooms.test_home import counting
from workflows.making import CHECKS

TURNER, WASHER = Operator("车工甲（演示）"), Operator("清洗工甲（演示）")
SECOND = Operator("清洗工乙（演示）")


@pytest.fixture
def cleaning(world):
    """A step of the demonstration's plant with everything in order, and something else said of it."""

    def _step(**other):
        fine = {
            "on": today() - timedelta(days=1),
            "operation": "cleaning",
            "operator": WASHER,
            "second": SECOND,
            "equipment_ids": (world.cleaner,),
            "area_id": world.clean_room,
            "grade_needed": "100000",
        }
        return Step(**(fine | other))

    return _step


@pytest.fixture
def unmet(as_org):
    def _unmet(step, house="hengrui"):
        with as_org(house):
            (facts,) = making_facts([step])
            return {check.code for check in CHECKS if not check.holds(facts)}

    return _unmet


def test_a_step_with_everything_in_order_may_be_recorded(cleaning, unmet):
    assert unmet(cleaning()) == set()


def test_each_thing_out_of_order_is_found_in_the_books(cleaning, unmet, world):
    long_ago, ahead = today() - timedelta(days=200), today() + timedelta(days=1)
    assert unmet(cleaning(on=ahead)) == {"step-not-ahead"}
    assert unmet(cleaning(on=long_ago)) == {"equipment-validated", "operator-authorised", "second-person-present"}
    assert unmet(cleaning(equipment_ids=(world.lathe,))) == {"equipment-serves-step"}
    assert unmet(cleaning(equipment_ids=(world.marker,))) == {
        "equipment-serves-step",
        "equipment-in-service",
        "equipment-validated",
    }
    assert unmet(cleaning(operator=TURNER)) == {"operator-authorised"}
    assert unmet(cleaning(operator=Operator("无名氏"))) == {"operator-authorised"}
    assert unmet(cleaning(second=None)) == {"second-person-present"}
    assert unmet(cleaning(second=WASHER)) == {"second-person-present"}
    assert unmet(cleaning(second=TURNER)) == {"second-person-present"}
    assert unmet(cleaning(area_id=world.hall)) == {"area-clean-enough"}
    assert unmet(cleaning(area_id=None)) == {"area-clean-enough"}
    assert unmet(cleaning(equipment_ids=(uuid4(),), area_id=uuid4())) == {
        "step-on-record",
        "area-clean-enough",
    }


def test_an_ordinary_step_wants_one_person_and_a_special_one_two(unmet, world):
    turning = {"on": today(), "operation": "machining", "operator": TURNER, "equipment_ids": (world.lathe,)}
    assert unmet(Step(**turning)) == set()
    assert unmet(Step(**turning, is_special=True)) == {"second-person-present"}


def test_who_is_authorised_on_one_machine_is_not_on_another(unmet, world):
    sterilising = {
        "on": today(),
        "operation": "sterilisation",
        "operator": Operator("灭菌工甲（演示）"),
        "second": Operator("灭菌工甲（演示）", world.person["hengrui/plant-clerk"]),
    }
    assert unmet(Step(**sterilising, equipment_ids=(world.steriliser,))) == {"second-person-present"}
    on_both = unmet(Step(**sterilising, equipment_ids=(world.steriliser, world.cleaner)))
    assert "operator-authorised" in on_both


def test_the_calibration_counts_up_to_its_last_day(unmet, world, as_org):
    def step(days):
        return Step(
            on=today() + timedelta(days=days),
            operation="sterilisation",
            operator=Operator("灭菌工甲（演示）"),
            equipment_ids=(world.steriliser,),
        )

    with as_org("hengrui"):
        found = making_facts([step(20), step(21)])
    assert [each.uncalibrated for each in found] == [(), ("EQ-005",)]


def test_a_partner_and_a_stranger_find_nothing_of_the_plant(cleaning, unmet):
    assert {"step-on-record", "operator-authorised"} <= unmet(cleaning(), "chengyue")
    assert unmet(cleaning(), "anhe") == {"step-on-record", "area-clean-enough"}, "its own people have the same names"


def test_a_hundred_steps_cost_as_many_queries_as_one(cleaning, as_org, world):
    asked = []
    for steps in ([cleaning()], [cleaning(), cleaning(operation="passivation", equipment_ids=(world.bath,))] * 50):
        with as_org("hengrui"), counting() as statements:
            making_facts(steps)
            asked.append(len([each for each in statements if each.startswith("SELECT")]))
    assert asked[0] == asked[1] <= 4
