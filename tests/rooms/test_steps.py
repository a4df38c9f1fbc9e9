"""/batches/<id>/steps: a step is recorded with what it was done on, by whom and what was read; and taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.db import CHINA, now, session
from portal.records.lineage import Activity, Reading, Recording
from tests.breaking import break_in
from tests.browsing import words
from tests.rooms import batch_desk as desk
from tests.stage import sql

SQLITE = pytest.mark.parametrize("engine", ["sqlite"])
BEGAN = f"{(now() - timedelta(hours=3)).astimezone(CHINA):%Y-%m-%dT%H:%M}"
MILLED = {"began_at": BEGAN, "operation": "machining", "equipment": "EQ-001", "operator": "车工甲（演示）"}
FINE_MILLING = "?step=30"


@pytest.fixture
def door(world):
    return f"/batches/{world.batch['opened']}/steps"


@pytest.fixture
def newest(as_org):
    def _newest():
        with desk.books(as_org):
            return session.scalars(select(Recording).order_by(Recording.number.desc())).first()

    return _newest


def test_a_step_is_recorded_with_its_readings_and_both_sides_read_it(seat, as_org, door, newest):
    answer = seat(desk.CLERK).post(f"{door}/new{FINE_MILLING}", **MILLED, parameter_0="4.01")
    assert answer.status_code == 302, words(answer)

    with desk.books(as_org):
        deed = session.scalars(select(Activity).order_by(Activity.id.desc())).first()
        read = session.scalars(select(Reading).where(Reading.activity == deed.id)).one()
        assert (deed.label, deed.equipment, read.name, read.micro) == ("数控精铣", "EQ-001", "板厚", 4_010_000)
    for who in (desk.CLERK, desk.QUALITY):
        page = words(seat(who).get(door))
        assert "数控精铣" in page
        assert "EQ-001" in page
    assert "4.01" in words(seat(desk.QUALITY).get(door.replace("steps", "readings")))
    assert desk.events_of(as_org, newest()) == ["recording.made"]


@SQLITE
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"operator": "访客"}, "trained and authorised"),
        ({"equipment": "EQ-002"}, "serves this operation"),
        ({"parameter_0": "four"}, "no decimal number"),
        ({"operator": ""}, "Say who did it"),
        ({"ended_at": "2020-01-01T08:00"}, "ends before it begins"),
    ],
)
def test_what_is_not_in_order_is_said_and_all_that_was_typed_is_kept(seat, door, newest, changes, said):
    before = newest().id
    answer = seat(desk.CLERK).post(f"{door}/new{FINE_MILLING}", **MILLED | {"parameter_0": "4.01"} | changes)

    assert answer.status_code == 422
    assert said in words(answer)
    assert BEGAN in answer.text
    assert newest().id == before


@SQLITE
def test_the_same_step_twice_is_one(seat, door, newest):
    for _ in range(2):
        assert seat(desk.CLERK).post(f"{door}/new{FINE_MILLING}", **MILLED).status_code == 302
    first = newest().id
    seat(desk.CLERK).post(f"{door}/new{FINE_MILLING}", **MILLED)
    assert newest().id == first


def test_a_step_told_wrongly_is_taken_back_with_a_reason_and_stays_readable(seat, as_org, door, newest):
    seat(desk.CLERK).post(f"{door}/new{FINE_MILLING}", **MILLED)
    made = newest()
    assert seat(desk.CLERK).post(f"/recordings/{made.id}/undo", reason="").status_code == 422
    assert seat(desk.CLERK).post(f"/recordings/{made.id}/undo", reason="another batch").status_code == 302

    assert desk.events_of(as_org, made)[0] == "recording.undone"
    assert "EQ-001" in words(seat(desk.QUALITY).get(f"/recordings/{made.id}"))
    assert seat(desk.CLERK).post(f"/recordings/{made.id}/undo", reason="again").status_code == 409


@SQLITE
def test_whoever_may_not_record_is_refused_and_a_stranger_finds_nothing(seat, door, newest):
    seat(desk.CLERK).post(f"{door}/new{FINE_MILLING}", **MILLED)
    made = newest()
    assert seat(desk.QUALITY).post(f"{door}/new", **MILLED).status_code == 403
    assert seat("lantai/registrant-quality-manager").get(door).status_code == 404
    assert seat("lantai/registrant-quality-manager").get(f"/recordings/{made.id}").status_code == 404


@SQLITE
def test_nothing_is_recorded_of_a_batch_that_has_left_the_manufacturers_hands(seat, world):
    door = f"/batches/{world.batch['marketing_released']}/steps/new{FINE_MILLING}"
    assert seat(desk.CLERK).post(door, **MILLED).status_code == 409


@SQLITE
def test_an_operation_that_the_definition_names_is_asked_of_nobody(seat, door, newest):
    break_in("definition_step")
    assert 'name="operation"' in seat(desk.CLERK).get(f"{door}/new{FINE_MILLING}").text
    sql("UPDATE definition_step SET operation = 'machining' WHERE name = '数控精铣'")
    assert 'name="operation"' not in seat(desk.CLERK).get(f"{door}/new{FINE_MILLING}").text

    told = {name: each for name, each in MILLED.items() if name != "operation"}
    assert seat(desk.CLERK).post(f"{door}/new{FINE_MILLING}", **told).status_code == 302
    assert newest() is not None
