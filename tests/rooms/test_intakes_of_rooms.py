"""What is read of a room comes as a file of the plant too: known again, corrected, taken back; and drawn as a chart."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.db import CHINA, now, session
from portal.records.intake import Intake
from portal.records.lineage import Folio, Reading
from tests.breaking import break_in
from tests.browsing import words
from tests.rooms import batch_desk as desk
from tests.rooms.test_intakes import name_columns
from tests.stage import sql

HEAD = "房间,监测项目,实测值,单位,监测时间"
HOUR = (now() - timedelta(hours=30)).astimezone(CHINA)


@pytest.fixture
def clerk(seat):
    break_in("area")
    sql("UPDATE area SET grade = '10000' WHERE number = 'M-01'")
    return seat(desk.CLERK)


@pytest.fixture
def send(clerk, world, as_org):
    """Send these values, an hour apart; where the file is, and what became of it."""

    def _send(*values, room="M-01"):
        rows = [f"{room},温度,{value},℃,{HOUR + timedelta(hours=at):%Y-%m-%d %H:%M}" for at, value in enumerate(values)]
        file = (io.BytesIO("\n".join([HEAD, *rows]).encode("gb18030")), "环境.csv")
        answer = clerk.post("/intakes/new", entrustment=str(world.entrustment), file=file)
        where = answer.headers["Location"]
        with desk.books(as_org):
            waits = session.scalars(select(Intake).order_by(Intake.id.desc()).limit(1)).one().stage == "received"
        if waits:
            assert name_columns(clerk, where).status_code == 302
        with desk.books(as_org):
            return where, session.scalars(select(Intake).order_by(Intake.id.desc()).limit(1)).one()

    return _send


def read(as_org):
    """The values that stand, and whether each lies in the plant's own books."""
    with desk.books(as_org):
        wanted = select(Reading.micro, Folio.entrustment_id).join(Folio, Folio.number == Reading.folio)
        of_rooms = wanted.where(Reading.name == "Temperature, °C", Reading.struck_by.is_(None)).order_by(Reading.at)
        return [(micro // 1_000_000, entrustment is None) for micro, entrustment in session.execute(of_rooms)]


def test_a_file_tells_of_rooms_in_the_plant_s_own_books_and_three_times_is_one_state(clerk, send, as_org, world):
    for _ in range(3):
        where, intake = send(22, 23, 29)
        assert (intake.stage, intake.taken, intake.faults) == ("taken", 3, [])
    assert read(as_org) == [(22, True), (23, True), (29, True)]

    page = clerk.get(f"/areas/{world.hall}/environment")
    assert ("Control chart of Temperature" in page.text, "beyond a warning limit" in words(page)) == (True, True)

    assert clerk.post(f"{where}/take-back", reason="Wrong room.").status_code == 302
    assert read(as_org) == []


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_contradiction_is_asked_and_answered_in_the_books_it_stands_in(clerk, send, as_org):
    send(22, 23)
    where, intake = send(22, 24)
    assert (intake.known, len(intake.open_questions)) == (1, 1)
    answer = clerk.post(f"{where}/questions", answer="correct", reason="Misread.", question="0")
    assert answer.status_code == 302, words(answer)
    assert read(as_org) == [(22, True), (24, True)]


@pytest.mark.parametrize("engine", ["sqlite"])
def test_a_room_that_is_not_there_is_a_fault_with_its_place(send, as_org):
    _, intake = send(22, room="M-99")

    assert [(each["place"], each["says"]["values"]) for each in intake.faults] == [("2", {"number": "M-99"})]
    assert read(as_org) == []
