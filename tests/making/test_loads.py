"""A load of the steriliser is one act over units of several batches, and its parameters cover each of them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.db import now, session
from portal.lineage.batchwise import deeds_of, readings_of
from portal.records.batch import Batch, Nonconformity
from tests.breaking import break_in
from tests.browsing import words
from tests.stage import sql
from workflows.acts import Act, Item, Value
from workflows.lineage import Deed, Thing

AT = now() - timedelta(hours=3)
ONE, OTHER = (Item(Thing.UNIT, each) for each in ("V-1", "V-2"))
WASHER, SECOND = "清洗工甲（演示）", "清洗工乙（演示）"


@pytest.fixture
def two_batches(tell, batch):
    made = [
        Act(Deed.COMMISSION, f"row {place}", AT, batch=batch(state), makes=(unit,))
        for place, (state, unit) in enumerate((("opened", ONE), ("recorded", OTHER)), start=1)
    ]
    assert len(tell(*made).written) == 2


def load(value):
    return Act(
        Deed.STERILISE,
        "row 9",
        AT + timedelta(hours=1),
        step="钝化",
        operation="cleaning",
        operator=WASHER,
        second=SECOND,
        touches=(ONE, OTHER),
        values=(Value("row 9, D", "槽液温度", value, "°C"),),
        ref="LOAD-1",
    )


@pytest.fixture
def held(as_, world):
    def _held():
        with as_("chengyue"):
            found = session.scalars(select(Nonconformity).where(Nonconformity.title == "槽液温度")).all()
            return {each.batch_id for each in found}

    return _held


def test_a_parameter_of_the_load_out_of_its_limits_holds_every_batch_in_it(tell, two_batches, world, held, as_):
    with as_("hengrui"):
        before = {each: session.get_one(Batch, world.batch[each]).making_hash for each in ("opened", "recorded")}
    assert tell(load("60")).written

    assert held() == {world.batch["opened"], world.batch["recorded"]}
    with as_("hengrui"):
        for state, hash_before in before.items():
            assert session.get_one(Batch, world.batch[state]).making_hash != hash_before


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_load_as_it_should_be_holds_nothing_and_none_goes_in_that_was_released(tell, two_batches, held):
    assert tell(load("52")).written
    assert not held()

    break_in("batch")
    sql("UPDATE batch SET state = 'rejected', rejected_at = started_on WHERE state = 'recorded'")
    (fault,) = tell(replace(load("51"), ref="LOAD-2")).faults
    assert "no more in the manufacturer's hands" in str(fault.says)


def test_a_load_that_names_no_batch_stands_in_the_record_of_each_batch_in_it_and_of_no_other(
    tell, two_batches, as_, world, seat
):
    assert tell(load("52")).written

    for house, who in (("hengrui", "hengrui/plant-clerk"), ("chengyue", "chengyue/registrant-quality-manager")):
        with as_(house):
            for state, holds in (("opened", 1), ("recorded", 1), ("production_released", 0)):
                found = [each for each in deeds_of(world.batch[state]) if each.deed.kind == Deed.STERILISE]
                assert [each.load for each in found] == ["LOAD-1"] * holds
                assert len([each for each in readings_of(world.batch[state], 9) if each.name == "槽液温度"]) == holds
        assert "load LOAD-1" in words(seat(who).get(f"/batches/{world.batch['opened']}/steps"))


def test_a_whole_batch_in_a_load_is_held_by_it_too(tell, two_batches, batch, world, held, as_):
    whole = Item(Thing.BATCH, batch("opened"))
    assert tell(replace(load("60"), touches=(whole, OTHER))).written

    assert held() == {world.batch["opened"], world.batch["recorded"]}
    with as_("hengrui"):
        assert [each.load for each in deeds_of(world.batch["opened"]) if each.load] == ["LOAD-1"]
