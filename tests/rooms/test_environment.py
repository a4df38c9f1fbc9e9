"""/areas/<id>/environment: what is read of a room, against what its grade allows."""

from datetime import timedelta

import pytest

from portal.db import CHINA, now
from tests.breaking import break_in
from tests.browsing import words
from tests.rooms import batch_desk as desk
from tests.stage import sql

AT = f"{(now() - timedelta(hours=1)).astimezone(CHINA):%Y-%m-%dT%H:%M}"


@pytest.fixture
def door(world):
    break_in("area")
    sql("UPDATE area SET grade = '10000' WHERE number = 'M-01'")
    return f"/areas/{world.hall}/environment"


def test_a_clerk_reads_a_room_and_the_page_says_what_it_is_worth(seat, door):
    answer = seat(desk.CLERK).post(f"{door}/new", at=AT, settle="4", temperature="22.5")
    assert answer.status_code == 302, words(answer)

    page = words(seat(desk.CLERK).get(door))
    assert "4 CFU" in page
    assert "≤ 3" in page
    assert "out of specification" in page
    assert "18 – 28" in page


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "at least one value"),
        ({"settle": "many"}, "no decimal number"),
        ({"settle": "1", "instrument": "M-404"}, "no equipment M-404"),
        ({"settle": "1", "at": ""}, "Say when it was read"),
    ],
)
def test_what_cannot_be_read_is_said_and_what_was_typed_is_kept(seat, door, given, says):
    answer = seat(desk.CLERK).post(f"{door}/new", **{"at": AT, "humidity": ""} | given)
    assert (answer.status_code, says in words(answer)) == (422, True)


@pytest.mark.parametrize("engine", ["sqlite"])
def test_nobody_else_finds_the_rooms_of_a_house(seat, door):
    assert seat(desk.QUALITY).get(door).status_code == 404
    assert seat(desk.PLANT_RELEASE).get(f"{door}/new").status_code == 403
