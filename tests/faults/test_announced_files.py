"""A machine announces a file, sends it, says that it is there; nothing but exactly that file comes to count.

Each test runs over a folder and over an object store: whoever programs against the one can be moved to the other.
"""

import json
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import requests

from portal.db import now, today
from portal.filing import Damaged, LocalShelf
from portal.filing.s3 import S3Shelf
from tests.api.knocking import register
from tests.assurance.openapi import served
from tests.faults.announcing import (
    CONTENT,
    OTHER,
    announcement,
    declared,
    events,
    paper_with,
    place,
    place_of,
    received,
    send,
    stage,
    taken,
)
from tests.faults.test_shelves import sent
from tests.stage import sql, stored
from workflows.scopes import Scope

REGISTRANT = "chengyue/registrant-quality-manager"


def test_a_file_is_announced_sent_received_checked_accepted_filed_and_taken(plant, world, seat):
    told = declared(plant, world)

    assert (told["stage"], told["says"][:17], taken(seat, told)) == ("declared", "It was announced,", None)
    assert send(plant, told) in (200, 204)
    assert taken(seat, told) is None
    there = received(plant, world, told)
    assert (there.status_code, there.json["stage"], there.json["says"]) == (200, "accepted", None), there.text
    filed = plant.post(f"/batches/{world.batch['opened']}/documents", paper_with(told))
    assert (filed.status_code, filed.json["file_id"]) == (201, told["id"]), filed.text
    assert taken(seat, told) == taken(seat, told, REGISTRANT) == CONTENT
    assert events(told)[:2] == ["stored_file.declared", "stored_file.accepted"]
    assert list(plant.app.extensions["store"].shelf.left_behind(now() + timedelta(hours=1))) == []


def test_the_ledger_names_the_machine_that_announced_it(plant, world):
    told = declared(plant, world)
    rows = sql("SELECT body FROM ledger_event WHERE subject_id = :id", id=stored(UUID(told["id"])))

    body = json.loads(rows[0][0])
    assert (body["actor"]["id"], body["changes"]["sha256"]) == (str(plant.id), [None, told["sha256"]])


def test_evidence_is_proved_by_a_file_that_was_sent_before_it_and_by_no_file_twice(plant, world):
    told = plant.post("/evidence/files", announcement(kind="credit_statement")).json
    statement = {"stated_on": today().isoformat(), "summary": "none", "file_id": told["id"]}
    early = plant.post("/evidence/credit-statements", statement)
    assert send(plant, told) in (200, 204)
    tag = plant.tag(f"/files/{told['id']}")
    there = plant.post(f"/evidence/files/{told['id']}/received", {}, If_Match=tag)
    assert (there.status_code, there.json["stage"]) == (200, "accepted"), there.text

    made = [plant.post("/evidence/credit-statements", statement) for _ in range(2)]
    wrong = plant.post("/evidence/inspections", _inspection(told))

    assert (early.status_code, early.json["errors"][0]["field"]) == (422, "file_id")
    assert "have not arrived" in early.json["errors"][0]["says"]
    assert [each.status_code for each in made] == [201, 422], made[0].text
    assert made[0].json["id"] == told["subject_id"]
    assert "proves something else already" in made[1].json["errors"][0]["says"]
    assert "was sent for this record" in wrong.json["errors"][0]["says"]


def _inspection(told):
    about = {"inspected_on": today().isoformat(), "inspected_by": "authority", "result": "passed", "covers": "13-07"}
    return about | {"file_id": told["id"]}


@pytest.mark.parametrize(
    ("other", "field", "says"),
    [
        ({"name": "paper.exe"}, "", "not accepted"),
        ({"size": 20 * 1024 * 1024 + 1}, "", "larger than"),
        ({"media_type": "text/html"}, "media_type", "application/pdf"),
    ],
)
def test_what_would_not_be_taken_is_refused_before_a_byte_of_it_comes(plant, world, other, field, says):
    before = sql("SELECT count(*) FROM stored_file")
    answer = plant.post(place(world), announcement(**other))

    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)
    assert says in answer.json["errors"][0]["says"]
    assert sql("SELECT count(*) FROM stored_file") == before


@pytest.mark.parametrize(
    "other", [{"sha256": "A" * 64}, {"sha256": "0" * 63}, {"size": 0}, {"size": "1"}, {"key": "q"}]
)
def test_an_announcement_of_another_form_is_not_read(plant, world, other):
    assert plant.post(place(world), announcement(**other)).status_code == 400


@pytest.mark.parametrize("content", [CONTENT + b"!", CONTENT[:-1], b""])
def test_a_byte_more_or_less_does_not_come_in(plant, world, content):
    told = declared(plant, world)

    assert send(plant, told, content) >= 400
    there = received(plant, world, told)
    assert (there.status_code, there.json["type"]) == (409, "/api/v1/#problem-refused")
    assert "not there, or not as they were announced" in there.json["errors"][0]["says"]
    assert (stage(told), events(told)) == ("declared", ["stored_file.declared"])
    assert send(plant, told) in (200, 204)
    assert received(plant, world, told).json["stage"] == "accepted"


def test_other_bytes_of_the_same_size_never_count(plant, world, seat, shelf):
    """A folder and a store that knows checksums refuse them at once; Ceph 16 takes them, and the check refuses them."""
    told = declared(plant, world)
    came = send(plant, told, OTHER)
    there = received(plant, world, told)

    if isinstance(shelf, LocalShelf):
        assert (came, there.status_code, stage(told)) == (422, 409, "declared")
    else:
        assert (there.status_code, there.json["stage"]) == (200, "refused")
        assert there.json["says"] == "The bytes that arrived are not those that were announced."
    assert plant.post(f"/batches/{world.batch['opened']}/documents", paper_with(told)).status_code == 422
    assert taken(seat, told) is None


def test_nothing_is_sent_to_another_place_or_as_something_else(plant, app, world, shelf):
    told, beside = declared(plant, world), register(app, world, "qihe")
    if isinstance(shelf, S3Shelf):
        strange = f"q/{world.org['qihe']}/{told['id']}"
        on_record = f"e/{world.org['hengrui']}/{told['sha256']}"
        for changed in (
            {"key": strange},
            {"key": on_record},
            {"Content-Type": "application/pdf"},
            {"x-amz-checksum-sha256": "A" * 43 + "="},
        ):
            assert sent(told["send"], CONTENT, **changed) == 403, changed
    else:
        address = told["send"]["url"].removeprefix("/api/v1")
        nothing = beside.put(f"{place(world)}/{uuid4()}/content", CONTENT)
        strange = beside.put(address, CONTENT)
        assert (strange.status_code, strange.data) == (404, nothing.data)
        assert plant.put(address, CONTENT, Content_Type="application/pdf").status_code == 415
        assert plant.put(address.replace(told["id"], str(uuid4())), CONTENT).status_code == 404
    assert received(plant, world, told).status_code == 409


def test_a_house_neither_sees_nor_touches_a_file_of_another(plant, app, world):
    told, stranger = declared(plant, world), register(app, world, "qihe")
    tag = plant.tag(f"/files/{told['id']}")
    send(plant, told)

    for door, body in (("received", {}), ("content", CONTENT)):
        method = "PUT" if door == "content" else "POST"
        for about in ("/batches/{}/files/{}/" + door, "/evidence/files/{1}/" + door):
            foreign = stranger.send(method, about.format(world.batch["opened"], told["id"]), body, If_Match=tag)
            missing = stranger.send(method, about.format(uuid4(), uuid4()), body, If_Match=tag)
            assert (foreign.status_code, foreign.data) == (404, missing.data), about
    assert stranger.get(f"/files/{told['id']}").status_code == 404
    assert stage(told) == "declared"


def test_the_other_party_may_look_and_neither_announces_nor_receives(plant, app, world):
    told, registrant = declared(plant, world), register(app, world, "chengyue")
    tag = plant.tag(f"/files/{told['id']}")

    assert registrant.get(f"/files/{told['id']}").json["stage"] == "declared"
    assert registrant.post(place(world), announcement()).status_code == 403
    assert registrant.post(f"{place(world)}/{told['id']}/received", {}, If_Match=tag).status_code == 403
    assert registrant.put(f"{place(world)}/{told['id']}/content", CONTENT).status_code == 403
    assert registrant.post("/evidence/files", announcement(kind="production_licence")).status_code == 403


def test_without_the_scope_nothing_is_announced_sent_or_received(plant, app, world):
    told = declared(plant, world)
    reader = register(app, world, "hengrui", scopes=[each for each in Scope if each.value.endswith(":read")])

    answers = [
        reader.post(place(world), announcement()),
        reader.put(f"{place(world)}/{told['id']}/content", CONTENT),
        reader.post(f"{place(world)}/{told['id']}/received", {}, If_Match=reader.tag(f"/files/{told['id']}")),
        reader.post("/evidence/files", announcement(kind="inspection")),
    ]
    assert {(each.status_code, each.json["type"]) for each in answers} == {(403, "/api/v1/#problem-forbidden")}


def test_nothing_is_announced_for_a_batch_that_is_decided(plant, world):
    answer = plant.post(f"/batches/{world.batch['marketing_released']}/files", announcement())

    assert (answer.status_code, answer.json["type"]) == (409, "/api/v1/#problem-refused")


def _let_anything_in(monkeypatch):
    """Neither the folder nor the form of the store binds size or hash any more."""

    def written(place, path, stream):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(stream.read())

    monkeypatch.setattr("portal.filing.shelves._write_if_it_is", written)
    monkeypatch.setattr("portal.filing.s3._exactly", lambda _: ["content-length-range", 0, 10**7])
    monkeypatch.setattr("portal.api.files._largest", lambda _: 10**7)


@pytest.mark.negative_control
def test_without_the_bound_on_size_a_byte_more_comes_in_and_is_still_not_received(plant, world, seat, monkeypatch):
    _let_anything_in(monkeypatch)
    told = declared(plant, world)

    assert send(plant, told, CONTENT + b"!") in (200, 204)
    assert received(plant, world, told).status_code == 409
    assert (stage(told), taken(seat, told)) == ("declared", None)


@pytest.mark.negative_control
def test_without_the_bound_on_the_hash_other_bytes_come_in_and_the_check_refuses_them(plant, world, seat, monkeypatch):
    _let_anything_in(monkeypatch)
    told = declared(plant, world)

    assert send(plant, told, OTHER) in (200, 204)
    there = received(plant, world, told)
    assert (there.status_code, there.json["stage"], taken(seat, told)) == (200, "refused", None)
    assert there.json["says"] == "The bytes that arrived are not those that were announced."


def test_over_a_real_connection_bytes_without_a_stated_length_are_counted_too(app, world):
    """A program that streams says no length; only what was announced is taken all the same."""
    plant = register(app, world, "hengrui")
    told = declared(plant, world)
    head = {"Authorization": f"Bearer {plant.token}", **told["send"]["headers"]}
    with served(app) as url:
        answers = [
            requests.put(url + told["send"]["url"], iter([content]), headers=head, timeout=10).status_code
            for content in (CONTENT + bytes(10**6), CONTENT + b"!", CONTENT[:-1], CONTENT)
        ]

    assert answers[-1] == 200
    assert set(answers[:-1]) <= {413, 422}
    assert received(plant, world, told).json["stage"] == "accepted"


@pytest.mark.xdist_group("object store")
def test_where_the_store_takes_files_itself_no_bytes_come_through_us(s3, app, world):
    before = app.extensions["store"]
    app.extensions["store"] = replace(before, shelf=s3)
    plant = register(app, world, "hengrui")
    told = declared(plant, world)

    assert plant.put(f"{place(world)}/{told['id']}/content", CONTENT).status_code == 404
    with pytest.raises(Damaged):
        s3.bring(place_of(told, world), None)
    app.extensions["store"] = before
