"""The same request sent twice has one effect, whatever happened to the first answer."""

import socket
import time
from datetime import timedelta
from threading import Barrier, Thread
from urllib.parse import urlsplit

import pytest
import time_machine
from sqlalchemy.exc import OperationalError

from portal.api import once
from portal.db import now
from portal.identity.lifetimes import ANSWERS
from tests.api.test_writing import batch, opened, paper
from tests.assurance.openapi import served
from tests.stage import sql, stored


def address(world):
    return f"/entrustments/{world.entrustment}/batches"


def batches(world):
    rows = sql("SELECT count(*) FROM batch WHERE entrustment_id = :about", about=stored(world.entrustment))
    return rows[0][0]


def remembered():
    return sql("SELECT count(*) FROM remembered_answer")[0][0]


def test_the_first_answer_is_given_again(plant, world):
    before, body = batches(world), batch(world)
    first = plant.post(address(world), body, Idempotency_Key="one")
    again = plant.post(address(world), body, Idempotency_Key="one")

    assert (first.status_code, again.status_code) == (201, 201), first.text
    assert (again.data, again.headers["ETag"], again.headers["Location"]) == (
        first.data,
        first.headers["ETag"],
        first.headers["Location"],
    )
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert batches(world) == before + 1


@pytest.mark.negative_control
def test_without_a_memory_the_second_request_would_write_again(plant, world, monkeypatch):
    monkeypatch.setattr(once, "_claim", lambda asked: once.RememberedAnswer())
    filed = [plant.post(f"{opened(world)}/documents", paper(), Idempotency_Key="one").json["id"] for _ in range(2)]

    assert len(set(filed)) == 2


def test_a_key_is_needed_for_each_write(plant, world):
    for key in ("", " ", "x" * 256, "ключ"):
        answer = plant.post(address(world), batch(world), Idempotency_Key=key.encode().decode("latin-1"))
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (400, "Idempotency-Key")


def test_a_key_belongs_to_one_request(plant, world):
    plant.post(address(world), batch(world), Idempotency_Key="one")
    other = plant.post(address(world), batch(world), Idempotency_Key="one")
    elsewhere = plant.post(f"{opened(world)}/documents", paper(), Idempotency_Key="one")

    assert {other.json["type"], elsewhere.json["type"]} == {"/api/v1/#problem-key-reused"}
    assert (other.status_code, elsewhere.status_code) == (422, 422)


def test_a_key_of_one_machine_is_no_key_of_another(plant, machine, world):
    first = plant.post(address(world), batch(world), Idempotency_Key="one")
    second = machine("hengrui").post(address(world), batch(world), Idempotency_Key="one")

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json["id"] != second.json["id"]


def test_what_the_rules_refused_is_remembered_and_what_was_malformed_is_not(plant, world):
    refused = [
        plant.post(address(world), batch(world, number="B-1", started_on="2046-01-01"), Idempotency_Key="one")
        for _ in range(2)
    ]
    for wrong in ({}, {"planned": "many"}):
        plant.post(address(world), wrong, Idempotency_Key="two")
    mended = plant.post(address(world), batch(world), Idempotency_Key="two")

    assert [each.status_code for each in refused] == [409, 409]
    assert refused[1].headers["Idempotency-Replayed"] == "true"
    assert mended.status_code == 201


def test_no_token_and_no_fault_is_remembered(plant, world, monkeypatch):
    before = remembered()
    plant.app.test_client().post(f"/api/v1{address(world)}", json=batch(world), headers={"Idempotency-Key": "one"})
    with monkeypatch.context() as broken:
        broken.setattr("portal.api.batches.open_batch", lambda *_, **__: (_ for _ in ()).throw(_locked()))
        busy = plant.post(address(world), batch(world), Idempotency_Key="one")

    assert (busy.status_code, remembered()) == (503, before)
    assert plant.post(address(world), batch(world), Idempotency_Key="one").status_code == 201


def _locked():
    return OperationalError("begin", {}, RuntimeError("locked"))


def test_two_requests_at_once_have_one_effect(plant, world):
    before, body, both, answers = batches(world), batch(world), Barrier(2), []
    assert plant.token

    def send():
        both.wait()
        answers.append(plant.post(address(world), body, Idempotency_Key="one"))

    threads = [Thread(target=send) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert [each.status_code for each in answers] == [201, 201], [each.text for each in answers]
    assert len({each.data for each in answers}) == 1
    assert batches(world) == before + 1


def test_a_connection_that_breaks_after_the_commit_costs_nothing(plant, world):
    """The portal has written; the answer never arrived; the program asks again, as it should."""
    before, body = batches(world), batch(world)
    token = plant.token
    with served(plant.app) as url:
        _send_and_hang_up(url, f"/api/v1{address(world)}", token, plant.app.json.dumps(body).encode())
        until = time.monotonic() + 20
        while batches(world) == before and time.monotonic() < until:
            time.sleep(0.05)
    assert batches(world) == before + 1

    again = plant.post(address(world), body, Idempotency_Key="lost")
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert batches(world) == before + 1


def _send_and_hang_up(url, path, token, content):
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: lost\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", urlsplit(url).port)) as line:
        line.sendall(head.encode() + content)


def test_after_thirty_days_an_answer_is_forgotten(plant, world):
    plant.post(address(world), batch(world), Idempotency_Key="one")
    assert remembered() == 1
    with time_machine.travel(now() + ANSWERS + timedelta(hours=1), tick=False):
        plant.ask(plant.assertion())

    assert remembered() == 0
