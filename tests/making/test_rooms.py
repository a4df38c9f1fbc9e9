"""What is read of a room's air follows the batches that were worked on there: GMP 2025 art. 32, guide 2.10 ff."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.db import now, session
from portal.records.batch import Nonconformity
from portal.records.lineage import Reading
from tests.breaking import break_in
from tests.stage import sql
from workflows.acts import Act, Value
from workflows.lineage import Deed

SQLITE = pytest.mark.parametrize("engine", ["sqlite"])
WASHER, SECOND = "清洗工甲（演示）", "清洗工乙（演示）"
AT = now() - timedelta(hours=6)


@pytest.fixture
def clean(world):
    break_in("area")
    sql("UPDATE area SET grade = '10000' WHERE number = 'M-01'")


@pytest.fixture
def step(batch):
    return Act(
        Deed.STEP,
        "row 3",
        AT,
        AT + timedelta(minutes=30),
        batch=batch("opened"),
        step="钝化",
        equipment="EQ-004",
        area="M-01",
        operator=WASHER,
        second=SECOND,
    )


def reading(hours, value, name="沉降菌", **more):
    at = AT + timedelta(hours=hours)
    return Act(Deed.MONITOR, "form", at, area="M-01", values=(Value("settle", name, value),), **more)


@pytest.fixture
def raised(as_, world):
    def _raised():
        with as_("chengyue"):
            of = select(Nonconformity).where(Nonconformity.batch_id == world.batch["opened"])
            return [each for each in session.scalars(of) if each.title.startswith("M-01")]

    return _raised


def test_a_reading_beyond_the_grade_holds_the_batch_that_was_worked_on_there(tell, clean, step, raised):
    tell(step)
    assert tell(reading(2, "4"), home=True).written
    (found,) = raised()
    assert "Settled microbes" in found.title
    assert "4 CFU" in found.description

    tell(reading(3, "5"), home=True)
    assert len(raised()) == 1


@SQLITE
def test_a_step_that_is_told_after_the_reading_is_found_too(tell, clean, step, raised):
    tell(reading(0.25, "4"), home=True)
    assert not raised()
    tell(step)
    assert len(raised()) == 1


@SQLITE
@pytest.mark.parametrize(("hours", "held"), [(2, 0), (-2, 0), (0.75, 1)])
def test_it_covers_the_time_since_the_reading_before_it_and_no_more(tell, clean, step, raised, hours, held):
    """A good reading an hour after the work has ended the doubt; one before it has not."""
    tell(step)
    tell(reading(1 if hours == 2 else -1, "3"), home=True)
    tell(reading(hours, "4"), home=True)
    assert len(raised()) == held


@SQLITE
def test_another_room_and_a_reading_within_its_limit_hold_nothing(tell, clean, step, raised):
    tell(replace(step, area=""))
    tell(reading(1, "4"), home=True)
    assert not raised()


@SQLITE
def test_climate_beyond_its_range_warns_both_sides_and_holds_nothing(tell, clean, step, raised):
    tell(step)
    tell(reading(1, "31", name="温度"), home=True)
    assert not raised()
    assert sql("SELECT count(*) FROM notice WHERE detail = 'batch.warned'")[0][0] == 1


@SQLITE
def test_what_is_not_measured_of_a_room_is_refused_with_what_is(tell, clean):
    (fault,) = tell(reading(1, "4", name="光照度"), home=True).faults
    assert "沉降菌" in str(fault.says)


def test_what_is_read_of_a_room_stays_in_the_plants_own_books(tell, clean, as_):
    tell(reading(1, "2"), home=True)
    for house, count in (("hengrui", 1), ("chengyue", 0)):
        with as_(house):
            assert len(session.scalars(select(Reading).where(Reading.name.like("Settled%"))).all()) == count
