"""/areas: the rooms of the plant on the map of its licensed site, and what their grade allows."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.db import session, today
from portal.records.equipment import Area
from tests.browsing import words
from tests.rooms.batch_desk import pdf
from tests.stage import sql, stored

QUALITY, CLERK = "hengrui/manufacturer-quality-manager", "hengrui/plant-clerk"
PARTNER, ELSEWHERE = "chengyue/registrant-quality-manager", "anhe/manufacturer-quality-manager"
JIANGSU = "jiangsu/authority-inspector"
ON_EITHER_ENGINE_THE_SAME = pytest.mark.parametrize("engine", ["sqlite"])
GIVEN = {
    "number": "C-201",
    "name": "万级灌装间",
    "map_place": "SP-03, B2",
    "grade": "10000",
    "since_on": "2026-11-01",
}


@pytest.fixture
def site(world):
    (address,) = sql("SELECT site FROM area WHERE id = :id", id=stored(world.hall))[0]
    return address


@pytest.fixture
def own(as_org):
    def _own(**having):
        with as_org("hengrui"):
            found = session.scalars(select(Area).filter_by(**having)).unique().all()
            session.close()
            return found

    return _own


def test_a_room_is_entered_and_put_into_use(seat, own, site):
    answer = seat(CLERK).post("/areas/new", **GIVEN, site=site, file=pdf("map.pdf"))
    assert answer.status_code == 302, words(answer)
    at = answer.headers["Location"]
    assert seat(CLERK).get(f"{at}/put-in-use").status_code == 403
    assert seat(QUALITY).post(f"{at}/put-in-use").status_code == 302

    (found,) = own(number="C-201")
    assert (found.state, found.grade, found.site, found.used_on(today())) == ("in_use", "10000", site, True)
    page = words(seat(CLERK).get(at))
    assert "map.pdf" in page
    assert "C-201" in words(seat(CLERK).get("/areas"))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"number": ""}, "Give the number on its door."),
        ({"number": "C-102"}, "Another room of the house has this number."),
        ({"site": ""}, "Choose the site."),
        ({"site": "somewhere"}, "Not a valid choice"),
        ({"map_place": ""}, "Say where it lies on the map of the site."),
        ({"grade": ""}, "Choose the grade."),
        ({"grade": "50000"}, "Not a valid choice"),
        ({"since_on": "2099-01-01"}, "This day has not come yet."),
        ({"file": pdf("map.exe", b"MZ")}, "This kind of file is not accepted"),
    ],
)
@ON_EITHER_ENGINE_THE_SAME
def test_an_entry_that_is_not_right_is_refused_with_its_reason(seat, own, site, given, says):
    answer = seat(CLERK).post("/areas/new", **(GIVEN | {"site": site} | given))
    assert answer.status_code == 422
    assert says in words(answer)
    assert own(name=GIVEN["name"]) == []


@ON_EITHER_ENGINE_THE_SAME
def test_a_room_at_a_site_that_no_licence_in_force_names_is_not_put_into_use(seat, world):
    at = f"/areas/{world.hall}"
    assert seat(CLERK).post(f"{at}/take-out", reason="Floor.").status_code == 302
    sql("DROP TRIGGER IF EXISTS production_licence_kept")
    over = {"day": stored(today() - timedelta(days=1)), "house": stored(world.org["hengrui"])}
    sql("UPDATE production_licence SET valid_until = :day WHERE owner_id = :house", **over)

    refused = seat(QUALITY).get(f"{at}/put-in-use")
    assert refused.status_code == 409
    assert "It lies at a site that a production licence in force names." in words(refused)


@ON_EITHER_ENGINE_THE_SAME
def test_the_page_of_a_clean_room_says_what_its_grade_allows_and_what_of_it_is_only_recalled(seat, world):
    page = words(seat(CLERK).get(f"/areas/{world.clean_room}"))
    assert "3500000" in page
    assert "recalled, not read in the standard" in page
    assert "mainly in contact with bone" in page
    assert "mainly in contact with blood" not in page
    assert "EQ-003" in page
    assert "What this grade allows" not in words(seat(CLERK).get(f"/areas/{world.hall}"))


@ON_EITHER_ENGINE_THE_SAME
def test_a_grade_changes_only_while_nobody_works_there(seat, own, world, site):
    at = f"/areas/{world.clean_room}"
    assert seat(CLERK).get(f"{at}/amend").status_code == 409
    assert seat(CLERK).post(f"{at}/take-out", reason="New filters.").status_code == 302
    typed = {name: value for name, value in GIVEN.items() if name != "since_on"}
    assert seat(CLERK).post(f"{at}/amend", **(typed | {"site": site, "seen_version": "0"})).status_code == 409
    assert seat(CLERK).post(f"{at}/amend", **typed, site=site).status_code == 302
    (found,) = own(id=world.clean_room)
    assert (found.grade, found.number, found.since_on < today()) == ("10000", "C-201", True)


@ON_EITHER_ENGINE_THE_SAME
def test_a_room_that_is_given_up_is_never_used_again(seat, own, world):
    at = f"/areas/{world.hall}"
    assert seat(QUALITY).post(f"{at}/retire", reason="Sold.").status_code == 302
    (found,) = own(id=world.hall)
    assert (found.state, found.used_on(today() + timedelta(days=1))) == ("retired", False)
    for move in ("put-in-use", "take-out", "retire", "amend"):
        assert seat(QUALITY).get(f"{at}/{move}").status_code == 409, move
    assert "M-01" not in words(seat(QUALITY).get("/areas"))


def test_it_is_the_plants_own_and_its_authoritys(seat, world):
    at = f"/areas/{world.clean_room}"
    assert [seat(who).get(at).status_code for who in (PARTNER, ELSEWHERE, JIANGSU)] == [404, 404, 200]
    assert "C-102" not in words(seat(PARTNER).get("/areas"))
