"""GET /notices, and how somebody is told: in the transaction of the event, only of what is theirs, until it is not."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError

from portal.db import now, session, unit_of_work
from portal.demo.cast import HOUSES
from portal.demo.hands import played_by
from portal.demo.posts import relieve
from portal.facts.notices import choose_pace, pace_of
from portal.records.appointment import Appointment
from portal.records.notice import Notice
from portal.tenancy import acting_for
from tests.breaking import break_in
from tests.browsing import hidden_fields, words
from tests.rooms import batch_desk as desk
from tests.stage import sql, stored
from workflows.powers import Role

RIVAL = "lantai/registrant-release-person"
RELEASED = "Waits for you: Marketing release"


@pytest.fixture
def released(seat, world):
    """The plant has just released a batch for production."""
    sql("UPDATE notice_copy SET read_at = NULL")
    sql("DELETE FROM notice_copy")
    sql("DELETE FROM notice")
    answer = seat(desk.PLANT_RELEASE).sign(f"/batches/{world.batch['recorded']}/release-production")
    assert answer.status_code == 302
    return world.batch["recorded"]


@pytest.fixture
def relieved(world):
    """The plant's management representative has just left the post, and it owes a new one."""
    sql("DELETE FROM notice_copy")
    sql("DELETE FROM notice")
    with played_by("hengrui", Role.PERSON_IN_CHARGE, world.org) as by:
        relieve(session.get_one(Appointment, world.named["hengrui_management_representative"]), by)


def told(answer):
    return words(answer).partition("New")[2]


def test_whoever_has_the_next_move_is_told_and_led_to_the_record(seat, released):
    page = seat(desk.RELEASE).get("/notices")

    assert f"{RELEASED} Batch B2611-02" in told(page)
    assert f'href="/batches/{released}"' in page.text
    assert "1 notice is unread." in words(seat(desk.RELEASE).get("/"))


@pytest.mark.parametrize("engine", ["sqlite"])
def test_neither_whoever_did_it_nor_whoever_has_no_hand_in_it_is_told(seat, released):
    for who in (desk.PLANT_RELEASE, desk.CLERK, "chengyue/resident-supervisor"):
        assert "Nothing is new." in words(seat(who).get("/notices")), who


def test_a_rival_and_the_database_itself_tell_nobody_else(seat, world, released):
    assert "Nothing is new." in words(seat(RIVAL).get("/notices"))
    for house, seen in (("chengyue", 1), ("lantai", 0), ("hengrui", 0), ("shanghai", 0)):
        inspector = world.person.get(f"{house}/authority-inspector")
        with acting_for(world.org[house], person_id=inspector, read_only=house == "shanghai"):
            assert session.query(Notice).count() == seen, house


def test_what_is_read_is_read_for_oneself_alone(seat, world, released):
    browser = seat(desk.RELEASE)
    break_in("person")
    other = stored(world.person[desk.QUALITY])
    sql("UPDATE person SET roles = '[\"registrant-release-person\"]' WHERE id = :id", id=other)
    page = browser.get("/notices")
    shown = hidden_fields(page.text)["notice"]

    answer = browser.post("/notices/read", page="/notices", notice=shown)

    assert answer.status_code == 302
    assert "Nothing is new." in words(browser.get("/notices"))
    assert RELEASED in words(browser.get("/notices"))
    assert "unread" not in words(browser.get("/"))
    assert RELEASED in told(seat(desk.QUALITY).get("/notices"))


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_notice_of_somebody_else_cannot_be_marked(seat, released):
    (notice,) = sql("SELECT id FROM notice")[0]

    seat(RIVAL).post("/notices/read", page="/notices", notice=str(notice))
    seat(desk.CLERK).post("/notices/read", page="/notices", notice="no id at all")

    assert sql("SELECT count(*) FROM notice_copy")[0][0] == 0


@pytest.mark.parametrize("engine", ["sqlite"])
@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("person", "UPDATE person SET roles = '[\"plant-clerk\"]'"),
        ("participation", "UPDATE participation SET until = '2026-01-01'"),
    ],
    ids=["role", "participation"],
)
def test_a_right_that_ended_ends_what_it_showed(seat, released, table, change):
    break_in(table)
    sql(change)

    assert RELEASED not in words(seat(desk.RELEASE).get("/notices"))


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_move_that_was_refused_tells_nobody(seat, world):
    before = sql("SELECT count(*) FROM notice")[0][0]

    answer = seat(desk.RELEASE).intend(f"/batches/{world.batch['production_released']}/release-marketing")

    assert answer.status_code == 409
    assert sql("SELECT count(*) FROM notice")[0][0] == before


@pytest.mark.parametrize("engine", ["sqlite"])
def test_what_was_done_meanwhile_says_so(seat, world, released):
    sql("UPDATE notice SET detail = 'complete', whom = 'batch:release-marketing'")

    assert "done meanwhile" in told(seat(desk.RELEASE).get("/notices"))


@pytest.mark.parametrize("engine", ["sqlite"])
def test_everybody_chooses_how_often_letters_come(seat, world, app):
    browser = seat(desk.CLERK)

    assert browser.post("/notices/pace", page="/notices", pace="never").status_code == 422
    assert browser.post("/notices/pace", page="/notices", pace="daily").status_code == 302

    with acting_for(world.org["hengrui"], person_id=world.person[desk.CLERK]):
        assert pace_of(world.person[desk.CLERK]) == "daily"
        choose_pace(world.person[desk.CLERK], "urgent_only")
        assert pace_of(world.person[desk.CLERK]) == "urgent_only"


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_duty_that_begins_is_told_to_whoever_owes_it(seat, world, released):
    sql("DELETE FROM notice")
    seat(desk.QUALITY).post(
        f"/entrustments/{world.entrustment}/duties/new",
        rule="complaint-acknowledged",
        happening="A plate broke.",
        started_at="2026-11-20T08:00",
    )

    assert "A duty has begun" in told(seat(desk.PLANT_QUALITY).get("/notices"))
    assert sql("SELECT event_id FROM notice")[0][0] == sql("SELECT last_event_id FROM duty ORDER BY id DESC")[0][0]


def test_what_a_house_owes_itself_is_told_to_its_own_people_and_to_nobody_else(seat, world, relieved):
    page = told(seat(desk.PLANT_QUALITY).get("/notices"))

    assert "A duty has begun: Appoint a new management representative" in page
    assert f"Own matter {HOUSES['hengrui'].name}" in page
    for who in ("hengrui/person-in-charge", desk.CLERK, desk.QUALITY, RIVAL):
        assert "Appoint a new" not in words(seat(who).get("/notices")), who
    for house, seen in (("hengrui", 1), ("chengyue", 0), ("lantai", 0), ("jiangsu", 0)):
        inspector = world.person.get(f"{house}/authority-inspector")
        with acting_for(world.org[house], person_id=inspector, read_only=house == "jiangsu"):
            assert session.query(Notice).filter(Notice.entrustment_id.is_(None)).count() == seen, house


def test_no_house_tells_another_of_what_is_in_no_entrustment(world, relieved):
    with acting_for(world.org["hengrui"]):
        (own,) = session.query(Notice).filter(Notice.entrustment_id.is_(None))
        taken = {each.name: getattr(own, each.name) for each in Notice.__table__.c if each.name != "id"}
    with pytest.raises(DBAPIError), acting_for(world.org["hengrui"]), unit_of_work():
        session.add(Notice(**taken | {"for_id": world.org["chengyue"]}))
    with pytest.raises(DBAPIError, match=r"(?i)check"), acting_for(world.org["hengrui"]), unit_of_work():
        session.add(Notice(**taken | {"kind": "move"}))


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_house_without_any_entrustment_hears_of_its_own_on_its_first_page(seat, world, relieved):
    break_in("participation")
    sql("UPDATE participation SET until = '2026-01-01'")

    assert "1 notice is unread." in words(seat(desk.PLANT_QUALITY).get("/"))


@pytest.mark.parametrize("engine", ["sqlite"])
def test_nobody_looks_further_back_than_ninety_days(seat, released):
    sql("UPDATE notice SET at = :then", then=stored(now() - timedelta(days=91)))

    assert "Nothing is new." in words(seat(desk.RELEASE).get("/notices"))
