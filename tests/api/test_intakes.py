"""/api/v1/intakes and /api/v1/readings: machines send files and readings; each bad row or line is told by itself."""

import base64
import json
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.db import session
from portal.records.batch import Batch
from portal.records.lineage import Reading
from tests.rooms import batch_desk as desk
from tests.stage import sql

SQLITE = pytest.mark.parametrize("engine", ["sqlite"])
HEAD = "批号,工序,参数,实测值,单位,采集时间"
AT = "2026-11-20T08:00:00+08:00"


@pytest.fixture
def batch(as_org, world):
    with desk.books(as_org):
        return session.get_one(Batch, world.batch["opened"]).number


@pytest.fixture
def count(as_org):
    def _count():
        with desk.books(as_org):
            return len(session.scalars(select(Reading)).all())

    return _count


@pytest.fixture
def plant(machine):
    return machine("hengrui")


def sent(world, *rows, name="readings.csv"):
    content = base64.b64encode("\n".join([HEAD, *rows]).encode()).decode()
    return {"entrustment_id": str(world.entrustment), "file": {"name": name, "content": content}}


def line(batch, **other):
    told = {"batch": batch, "step": "钝化", "parameter": "槽液温度", "value": "51.5", "unit": "°C", "at": AT}
    return {name: value for name, value in (told | other).items() if value is not None}


def stream(plant, world, *lines, key=None):
    body = b"\n".join(each if isinstance(each, bytes) else json.dumps(each).encode() for each in lines)
    headers = {"Authorization": f"Bearer {plant.token}", "Content-Type": "application/x-ndjson"}
    return plant.app.test_client().post(
        f"/api/v1/readings?entrustment_id={world.entrustment}",
        data=body,
        headers=headers | {"Idempotency-Key": key or str(uuid4())},
    )


def test_a_machine_sends_a_file_by_the_columns_that_a_person_named(plant, world, batch, count):
    before = count()
    body = sent(world, f"{batch},钝化,槽液温度,51.5,°C,2026-11-21 08:00", "X-1,钝化,槽液温度,51.5,°C,2026-11-21 08:00")
    answer = plant.post("/intakes", body)

    assert answer.status_code == 201, answer.text
    assert (answer.json["stage"], answer.json["taken"], answer.json["fault_count"]) == ("taken_with_faults", 1, 1)
    assert count() == before + 1
    (fault,) = plant.get(f"/intakes/{answer.json['id']}/faults").json["faults"]
    assert (fault["place"], "There is no batch X-1" in fault["says"]) == ("3", True)

    again = plant.post("/intakes", body)
    assert again.json["id"] == answer.json["id"]
    assert count() == before + 1


@SQLITE
def test_a_file_of_an_unknown_head_waits_for_a_person(plant, world):
    content = base64.b64encode("批号,序列号,打标日期\nB,S,2026-11-20".encode()).decode()
    answer = plant.post(
        "/intakes", {"entrustment_id": str(world.entrustment), "file": {"name": "a.csv", "content": content}}
    )

    assert (answer.status_code, answer.json["stage"]) == (201, "received")
    refused = plant.post("/intakes", sent(world, name="a.pdf"))
    assert refused.status_code == 422


def test_readings_come_one_in_a_line_and_each_is_judged(plant, world, batch, count):
    before, key = count(), str(uuid4())
    lines = [
        line(batch),
        line("X-1"),
        b"no json",
        line(batch, value=None),
        line(batch, at="03/04/2026"),
        line(batch, hue=1),
    ]
    answer = stream(plant, world, *lines, key=key)

    assert answer.status_code == 200, answer.text
    assert (answer.json["taken"], answer.json["known"]) == (1, 0)
    assert [each["place"] for each in answer.json["faults"]] == ["2", "3", "4", "5", "6"]
    assert count() == before + 1

    replayed = stream(plant, world, *lines, key=key)
    assert (replayed.json, replayed.headers["Idempotency-Replayed"]) == (answer.json, "true")
    known = stream(plant, world, line(batch))
    assert (known.json["taken"], known.json["known"], known.json["faults"]) == (0, 1, [])
    other = stream(plant, world, line(batch, value="52.5"))
    assert (other.json["taken"], [each["place"] for each in other.json["questions"]]) == (0, ["1"])
    assert count() == before + 1


@SQLITE
def test_more_readings_than_a_request_may_hold_are_refused(plant, world, batch):
    answer = stream(plant, world, *[b"{}"] * 10_001)

    assert answer.status_code == 422
    assert "10000" in answer.json["errors"][0]["says"]


@SQLITE
def test_readings_of_a_stranger_s_entrustment_are_not_found(plant, world, batch):
    key = {"Idempotency-Key": "1", "Authorization": f"Bearer {plant.token}", "Content-Type": "application/x-ndjson"}
    path = f"/api/v1/readings?entrustment_id={world.strange_entrustment}"

    assert plant.app.test_client().post(path, data=json.dumps(line(batch)), headers=key).status_code == 404


@SQLITE
def test_a_line_that_names_a_room_is_kept_in_the_plant_s_own_books(plant, world, batch):
    of_room = {"area": "M-01", "parameter": "温度", "value": "22.5", "unit": "°C", "at": AT}
    lines = (of_room, line(batch), of_room | {"batch": batch}, of_room | {"area": "M-99"})
    answer = stream(plant, world, *lines)

    assert (answer.json["taken"], answer.json["known"]) == (2, 0)
    assert [each["place"] for each in answer.json["faults"]] == ["3", "4"]
    again = stream(plant, world, *lines)
    assert (again.json["taken"], again.json["known"]) == (0, 2)
    kept = sql("SELECT f.entrustment_id FROM reading r JOIN folio f ON f.number = r.folio WHERE r.name LIKE 'Temp%'")
    assert [each for (each,) in kept] == [None]


@SQLITE
def test_a_client_limited_to_an_entrustment_tells_nothing_of_rooms(world, machine):
    limited = machine("hengrui", entrustments=[world.entrustment])
    answer = stream(limited, world, {"area": "M-01", "parameter": "温度", "value": "22.5", "at": AT})

    assert (answer.json["taken"], "limited" in answer.json["faults"][0]["says"]) == (0, True)
