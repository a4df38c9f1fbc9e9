"""A form that is sent twice is done once: after a broken connection, a double click, or the back button"""

import re
import socket
from threading import Thread
from urllib.parse import urlencode

import pytest
from itsdangerous import URLSafeSerializer
from werkzeug.serving import make_server

from portal.db import new_id, today
from portal.demo.cast import HOUSES, PASSWORD
from tests.browsing import fresh_code, hidden_fields, words
from tests.rooms.batch_desk import CLERK, PLANT_RELEASE
from tests.rooms.signing.desk import intent_of
from tests.stage import KEY, sql

BATCH = {
    "number": "B-TWICE-1",
    "stage": "commercial",
    "started_on": today().isoformat(),
    "planned": "12",
    "steps_planned": "3",
}
NONCONFORMITY = {"title": "Scratches", "description": "Seven plates.", "pieces": "7"}
INVITATION = {"name": "Newcomer", "title": "Engineer", "email": "newcomer@chengyue.example"}


def forms(world):
    """Who sends what where, and the table in which it leaves one row more."""
    return {
        "batch": (CLERK, f"/entrustments/{world.entrustment}/batches/open", BATCH | {"product_id": world.product}),
        "nonconformity": (CLERK, f"/batches/{world.batch['opened']}/nonconformities/new", NONCONFORMITY),
        "entrustment": (
            "chengyue/management-representative",
            "/entrustments/propose",
            {"uscc": HOUSES["hengrui"].uscc, "products": world.product},
        ),
        "invitation": (
            "chengyue/organisation-administrator",
            "/people/invite",
            INVITATION | {"roles": "registrant-quality-manager"},
        ),
    }


TABLES = ("batch", "nonconformity", "entrustment", "invitation")


@pytest.fixture
def address(app):
    """The portal on a port of this machine, answering several at once."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address
    server.shutdown()
    thread.join()
    server.server_close()


def count(table):
    return sql(f"SELECT count(*) FROM {table}")[0][0]


def send(address, seat, path, fields, *, only=None):
    """Send the form over a connection of its own; ``only`` so many bytes of it, and then hang up."""
    body = urlencode(fields).encode()
    cookies = "; ".join(f"{name}={seat.client.get_cookie(name).value}" for name in ("sid", "form"))
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nCookie: {cookies}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    with socket.create_connection(address, timeout=30) as line:
        line.sendall((head + body)[:only])
        if only is None:
            line.recv(1, socket.MSG_PEEK)  # the answer has begun, so what it tells of is committed; nobody reads it


@pytest.mark.parametrize("table", TABLES)
def test_a_connection_cut_before_the_answer_is_read_and_a_second_sending_make_one(table, world, seat, address):
    who, path, given = forms(world)[table]
    person, before = seat(who), count(table)
    fields = hidden_fields(person.get(path).text) | given

    send(address, person, path, fields)
    assert count(table) == before + 1
    again = person.client.post(path, data=fields)

    assert again.status_code == 302, words(again)
    assert "This form was sent before." in words(person.get(again.headers["Location"]))
    assert count(table) == before + 1


@pytest.mark.parametrize("table", TABLES)
def test_a_connection_cut_within_the_form_writes_nothing_and_a_second_sending_makes_one(table, world, seat, address):
    who, path, given = forms(world)[table]
    person, before = seat(who), count(table)
    fields = hidden_fields(person.get(path).text) | given

    send(address, person, path, fields, only=-5)
    assert count(table) == before

    assert person.client.post(path, data=fields).status_code == 302
    assert count(table) == before + 1


def test_a_signature_whose_answer_was_lost_is_not_made_twice_and_its_code_is_not_held_against_the_signer(
    world, seat, address
):
    path, signer = f"/batches/{world.batch['recorded']}/release-production", seat(PLANT_RELEASE)
    prove = signer.get(f"{path}?intent={intent_of(signer.intend(path))}")
    fields = hidden_fields(prove.text) | {"password": PASSWORD, "code": fresh_code(signer.person_id)}

    send(address, signer, path, fields)
    before = count("signature")
    again = signer.client.post(path, data=fields)

    assert again.status_code == 302
    assert again.headers["Location"].endswith(str(world.batch["recorded"]))
    assert count("signature") == before
    assert sql("SELECT max(wrong_proofs) FROM secret")[0][0] == 0


def test_a_form_that_was_refused_may_be_mended_and_sent_again(world, seat):
    who, path, given = forms(world)["nonconformity"]
    person, before = seat(who), count("nonconformity")
    fields = hidden_fields(person.get(path).text)

    assert person.client.post(path, data=fields | given | {"title": ""}).status_code == 422
    assert person.client.post(path, data=fields | given).status_code == 302
    assert count("nonconformity") == before + 1


def test_two_pages_are_two_forms(world, seat):
    who, path, given = forms(world)["nonconformity"]
    person, before = seat(who), count("nonconformity")

    assert person.post(path, **given).status_code == 302
    assert person.post(path, **given).status_code == 302
    assert count("nonconformity") == before + 2


def test_nobody_chooses_the_id_of_an_event(world, seat):
    """Neither unsigned, nor signed with another key, nor with what was drawn for a colleague."""
    who, path, given = forms(world)["nonconformity"]
    person, another = seat(who), seat(PLANT_RELEASE)
    drawn = hidden_fields(another.get(path).text)["once"]
    forged = URLSafeSerializer("another key of thirty-two characters", salt="once").dumps(
        [str(new_id()), str(person.person_id)]
    )
    own = URLSafeSerializer(KEY, salt="once").loads(drawn)[0]

    for once in (drawn, forged, own, "", "é", "..", "null"):
        fields = hidden_fields(person.get(path).text) | given | {"once": once}
        assert person.client.post(path, data=fields).status_code == 302, once
    assert sql("SELECT count(*) FROM ledger_event WHERE event = 'nonconformity.raised'")[0][0] >= 7
    assert own.replace("-", "") not in {str(each).replace("-", "") for (each,) in sql("SELECT id FROM ledger_event")}


def test_every_form_that_writes_carries_what_makes_it_once(world, seat):
    for who, path, _ in forms(world).values():
        page = seat(who).get(path)
        assert len(re.findall(r'name="once" value="[^"]+"', page.text)) >= 1, path


@pytest.mark.negative_control
def test_without_it_the_second_sending_makes_another(world, seat, monkeypatch):
    monkeypatch.setattr("portal.web.doors.asked_for", lambda: None)
    who, path, given = forms(world)["nonconformity"]
    person, before = seat(who), count("nonconformity")
    fields = hidden_fields(person.get(path).text) | given

    for _ in range(2):
        assert person.client.post(path, data=fields).status_code == 302

    assert count("nonconformity") == before + 2
