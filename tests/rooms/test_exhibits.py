"""GET and POST /entrustments/<id>/exhibits, and withdrawing an exhibit"""

from uuid import uuid4

import pytest
from sqlalchemy import select

from portal import ledger
from portal.db import session
from portal.records.entrustment import Exhibit, Verdict
from tests.browsing import words

MANAGER = "chengyue/registrant-quality-manager"
PLANT_MANAGER = "hengrui/manufacturer-quality-manager"


@pytest.fixture
def door(world):
    return f"/entrustments/{world.proposed}/exhibits"


def shown(as_org, entrustment_id, kind):
    with as_org("chengyue"):
        return session.scalars(
            select(Exhibit).where(Exhibit.entrustment_id == entrustment_id, Exhibit.kind == kind)
        ).all()


def test_each_side_is_told_what_is_still_missing(world, seat, door):
    page = words(seat(MANAGER).get(door))

    assert "The manufacturer has not shown the production site." in page
    assert "The manufacturer has not shown its production licence." in page
    assert "The registrant has shown no product." not in page


def test_it_shows_a_record_and_the_other_side_sees_it(world, seat, as_org, door):
    answer = seat(PLANT_MANAGER).post(door, record=str(world.licence))

    assert answer.status_code in (302, 303)
    assert [each.subject_id for each in shown(as_org, world.proposed, "licence")] == [world.licence]
    with as_org("chengyue"):
        events = [each.event for each in ledger.entries(entrustment_id=world.proposed, limit=2)]
        latest = session.scalars(
            select(Verdict).where(Verdict.entrustment_id == world.proposed).order_by(Verdict.reached_at.desc())
        ).first()
    assert events == ["verdict.reached", "exhibit.presented"]
    assert latest.because == "licence.presented"
    assert "苏药监械生产许20240088号" in seat(MANAGER).get(door).text


def test_showing_the_site_admits_the_authority_of_its_province(world, seat, door):
    inspector = seat("jiangsu/authority-inspector")
    assert inspector.get(f"/entrustments/{world.proposed}").status_code == 404

    seat(PLANT_MANAGER).post(door, record=str(world.site))

    assert inspector.get(f"/entrustments/{world.proposed}").status_code == 200


@pytest.mark.parametrize("name", ["product", "rival_product", "nothing"])
def test_only_own_records_that_this_side_owes_can_be_shown(world, seat, as_org, door, name):
    record = world.named.get(name, uuid4())

    answer = seat(PLANT_MANAGER).post(door, record=str(record))

    assert answer.status_code == 422
    assert "Choose one of your own records that is not shown yet." in words(answer)


def test_what_is_shown_already_is_not_offered_again(world, seat, door):
    plant = seat(PLANT_MANAGER)
    plant.post(door, record=str(world.licence))

    assert f'value="{world.licence}"' not in plant.get(door).text
    assert plant.post(door, record=str(world.licence)).status_code == 422


@pytest.mark.parametrize("who", ["hengrui/plant-clerk", "shanghai/authority-inspector"])
def test_reading_is_not_showing(world, seat, door, who):
    somebody = seat(who)

    assert somebody.get(door).status_code == 200
    assert "Show another record" not in somebody.get(door).text
    assert somebody.post(door, record=str(world.licence)).status_code == 403


def test_a_stranger_cannot_tell_that_it_exists(world, seat, door):
    stranger = seat("qihe/management-representative")

    answer = stranger.post(door, page="/entrustments", record=str(world.product))

    assert answer.status_code == 404
    assert answer.data == stranger.post(f"/entrustments/{uuid4()}/exhibits", page="/entrustments").data


def test_an_exhibit_is_withdrawn_with_a_reason(world, seat, as_org):
    exhibit = shown(as_org, world.entrustment, "licence")[0]
    path = f"/entrustments/exhibits/{exhibit.id}/withdraw"
    plant = seat(PLANT_MANAGER)

    assert plant.post(path, reason=" ").status_code == 422
    assert shown(as_org, world.entrustment, "licence")[0].withdrawn_at is None
    assert plant.post(path, reason="Replaced.").status_code in (302, 303)
    assert shown(as_org, world.entrustment, "licence")[0].withdrawn_at is not None
    with as_org("chengyue"):
        told = ledger.entries(entrustment_id=world.entrustment, subject_id=exhibit.id)[0]
        latest = session.scalars(
            select(Verdict).where(Verdict.entrustment_id == world.entrustment).order_by(Verdict.reached_at.desc())
        ).first()
    assert (told.event, told.body["reason"]) == ("exhibit.withdrawn", "Replaced.")
    assert (latest.because, latest.favourable) == ("licence.withdrawn", False)
    assert "withdrawn on" in words(seat(MANAGER).get(f"/entrustments/{world.entrustment}/exhibits"))


def test_a_stale_page_withdraws_nothing_and_a_second_time_is_stale(world, seat, as_org):
    exhibit = shown(as_org, world.entrustment, "licence")[0]
    path = f"/entrustments/exhibits/{exhibit.id}/withdraw"
    plant = seat(PLANT_MANAGER)

    assert plant.post(path, reason="Replaced.", seen_version="0").status_code == 409
    assert plant.post(path, reason="Replaced.").status_code in (302, 303)
    assert plant.post(path, page="/entrustments", reason="Replaced.", seen_version="1").status_code == 409


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (MANAGER, 403),
        ("hengrui/plant-clerk", 403),
        ("jiangsu/authority-inspector", 403),
        ("lantai/registrant-quality-manager", 404),
    ],
)
def test_nobody_withdraws_what_is_not_theirs(world, seat, as_org, who, status):
    exhibit = shown(as_org, world.entrustment, "licence")[0]

    answer = seat(who).post(f"/entrustments/exhibits/{exhibit.id}/withdraw", page="/entrustments", reason="Mine now.")

    assert answer.status_code == status
    assert shown(as_org, world.entrustment, "licence")[0].withdrawn_at is None


def test_no_token_nothing_shown(world, seat, as_org, door):
    assert seat(PLANT_MANAGER).client.post(door, data={"record": str(world.licence)}).status_code == 400
    assert shown(as_org, world.proposed, "licence") == []
